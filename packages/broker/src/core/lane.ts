import { Ring, RingNode, assert } from '@reeve/protocol';
import type { PendingCall } from './pending-call.ts';
import type { Pool } from './pool.ts';
import type { Service } from './route.ts';

/** The calls of one service that wait for the same workers, in order of arrival. */
export class Lane {
  readonly service: Service;
  /** The workers that its calls wait for. Without one, no worker can serve them. */
  readonly pool: Pool | undefined;
  /** How many routes point here. */
  routes = 0;
  /** Its turn among the lanes of the pool. */
  readonly turn: RingNode<Lane> = new RingNode<Lane>(this);
  readonly #calls = new Ring<PendingCall>();

  constructor(service: Service, pool: Pool | undefined) {
    this.service = service;
    this.pool = pool;
  }

  get size(): number {
    return this.#calls.size;
  }

  get first(): PendingCall | undefined {
    return this.#calls.first;
  }

  /** Adds a call at the place of its arrival. Only calls that come back are not the last. */
  add(call: PendingCall): void {
    const { last } = this.#calls;
    if (last === undefined || last.arrival < call.arrival) this.#calls.push(call.place);
    else this.#calls.insert(call.place, this.#successorOf(call).place);
    this.service.queuedCalls += 1;
    this.service.queuedBytes += call.queuedBytes;
    if (this.pool !== undefined && this.#calls.size === 1) this.pool.lanes.push(this.turn);
  }

  remove(call: PendingCall): void {
    this.#calls.remove(call.place);
    this.service.queuedCalls -= 1;
    this.service.queuedBytes -= call.queuedBytes;
    if (this.pool !== undefined && this.#calls.size === 0) this.pool.lanes.remove(this.turn);
  }

  calls(): PendingCall[] {
    return [...this.#calls];
  }

  /** The first call that arrived later. A call that comes back is older than most, so the walk is short. */
  #successorOf(call: PendingCall): PendingCall {
    for (const waiting of this.#calls) if (waiting.arrival > call.arrival) return waiting;
    return assert(false, 'a call that is not the last has a successor') as never;
  }
}
