import { Ring, RingNode } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import { FairQueue } from './fair-queue.ts';
import type { PendingCall } from './pending-call.ts';
import type { Pool } from './pool.ts';
import type { Service } from './route.ts';

/**
 * The calls of one service that wait for the same workers: fair between clients.
 *
 * Calls that were in flight on a worker that died are struck, and stand apart: each needs a worker that has no other
 * struck call, and must not hold up those that can go anywhere.
 */
export class Lane {
  readonly service: Service;
  /** The workers that its calls wait for. Without one, no worker can serve them. */
  readonly pool: Pool | undefined;
  /** How many routes point here. */
  routes = 0;
  /** Its turn among the lanes of the pool: for its usual calls, and for the struck ones. */
  readonly turn: RingNode<Lane> = new RingNode<Lane>(this);
  readonly struckTurn: RingNode<Lane> = new RingNode<Lane>(this);
  readonly #queue = new FairQueue<ClientSession, PendingCall>();
  readonly #struck = new Ring<PendingCall>();

  constructor(service: Service, pool: Pool | undefined) {
    this.service = service;
    this.pool = pool;
  }

  get size(): number {
    return this.#queue.size + this.#struck.size;
  }

  /** The usual call whose turn it is. */
  get first(): PendingCall | undefined {
    return this.#queue.first;
  }

  /** The struck call that has waited longest. */
  get firstStruck(): PendingCall | undefined {
    return this.#struck.first;
  }

  /** How many usual calls are served before the next one of a client, at most: nobody gets more than a fair share. */
  positionOf(client: ClientSession): number {
    const isNew = this.#queue.sizeOf(client) === 0;
    const turns = (this.#queue.sizeOf(client) + 1) * (this.#queue.clients + (isNew ? 1 : 0));
    return Math.min(this.#queue.size, turns - 1);
  }

  add(call: PendingCall): void {
    if (call.strikes > 0) this.#struck.push(call.place);
    else this.#queue.add(call);
    this.service.queuedCalls += 1;
    this.service.queuedBytes += call.queuedBytes;
    this.#enter(call);
  }

  /** Takes out a call that waits no more. */
  remove(call: PendingCall): void {
    if (call.strikes > 0) this.#struck.remove(call.place);
    else this.#queue.remove(call);
    this.#leave(call);
  }

  /** Takes out the first usual call, to be served: its client has had its turn. */
  take(): void {
    this.#leave(this.#queue.take()!);
  }

  calls(): PendingCall[] {
    return [...this.#struck, ...this.#queue];
  }

  #enter(call: PendingCall): void {
    if (this.pool === undefined) return;
    this.pool.waiting += 1;
    if (call.strikes === 0 && this.#queue.size === 1) this.pool.lanes.push(this.turn);
    else if (call.strikes > 0 && this.#struck.size === 1) this.pool.struckLanes.push(this.struckTurn);
  }

  #leave(call: PendingCall): void {
    this.service.queuedCalls -= 1;
    this.service.queuedBytes -= call.queuedBytes;
    if (this.pool === undefined) return;
    this.pool.waiting -= 1;
    if (call.strikes === 0 && this.#queue.size === 0) this.pool.lanes.remove(this.turn);
    else if (call.strikes > 0 && this.#struck.size === 0) this.pool.struckLanes.remove(this.struckTurn);
  }
}
