import type { Instant, Limits, TimerWheel, Verdict } from '@reeve/protocol';
import { VERDICTS } from '@reeve/protocol';
import { isReserved } from './introspection.ts';
import type { PendingCall } from './pending-call.ts';
import type { TimerOwner } from './timers.ts';
import { unroutable } from './unroutable.ts';

/**
 * Where calls wait: for a worker to become free, for one to appear, or for the result of their key. Keeps the limits,
 * and says how long each may wait.
 */
export class WaitingRoom {
  /** Calls that are queued or held. */
  waitingCalls = 0;
  /** Calls that wait for the result of another one. */
  parkedCalls = 0;
  readonly #limits: Limits;
  readonly #timers: TimerWheel<TimerOwner>;
  readonly #warmUpEndsAt: Instant;
  #queuedBytes = 0;

  constructor(limits: Limits, timers: TimerWheel<TimerOwner>, warmUpEndsAt: Instant) {
    this.#limits = limits;
    this.#timers = timers;
    this.#warmUpEndsAt = warmUpEndsAt;
  }

  /** What all calls that wait weigh, in bytes. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Whether too much waits already for one more. Limits on queues are for calls that have to wait. */
  isFull({ client, route: { service }, queuedBytes }: PendingCall): boolean {
    const limits = this.#limits;
    return (
      service.queuedCalls + service.parkedCalls >= limits.serviceQueueCallsMax ||
      service.queuedBytes + service.parkedBytes + queuedBytes > limits.serviceQueueBytesMax ||
      client.queuedBytes + queuedBytes > limits.clientQueueBytesMax ||
      this.#queuedBytes + queuedBytes > limits.queueBytesMax
    );
  }

  /**
   * How much longer than it may a call would wait, in ms, as fast as its pool has been lately; 0 if it may wait. What
   * would only expire in the queue is better told at once. It must leave time to be served as well, but no more than
   * half of what it has: methods of one pool may differ in that.
   */
  excessMs(now: Instant, { client, route: { lane }, startBy }: PendingCall): number {
    const { pool } = lane;
    if (pool === undefined || pool.waiting === 0) return 0;
    // Its place among the calls of its lane, and as many of the others as the lanes of the pool take turns.
    const position = Math.min(pool.waiting, (lane.positionOf(client) + 1) * pool.lanes.size);
    const waitMs = pool.pace.waitMs(now, position);
    if (waitMs === undefined) return 0;
    const leftMs = startBy - now;
    const mayWaitMs = leftMs - Math.min(pool.pace.servedMs, leftMs / 2);
    return Math.max(0, waitMs - Math.min(mayWaitMs, this.#limits.queueDelayMaxMs));
  }

  /** Lets a call wait. Returns the verdict instead if there is nothing to wait for. */
  enter(now: Instant, call: PendingCall): Verdict | undefined {
    const { lane } = call.route;
    call.waitUntil = this.#waitUntil(now, call);
    if (lane.pool === undefined && now >= call.waitUntil) return unroutable(call.route);
    call.enter(lane.pool === undefined ? 'held' : 'queued');
    this.#weigh(call, 1);
    this.waitingCalls += 1;
    if (lane.pool?.waiting === 0) lane.pool.pace.begin(now);
    lane.add(call);
    this.watch(call);
    return undefined;
  }

  /** Takes a call out that waits no more. */
  leave(call: PendingCall): void {
    this.#free(call);
    call.route.lane.remove(call);
  }

  /** Takes the first usual call of its lane out, whose turn it is. */
  take(call: PendingCall): void {
    this.#free(call);
    call.route.lane.take();
  }

  /** Lets a call wait for the result of another one, until its deadline. */
  park(call: PendingCall): void {
    call.enter('parked');
    this.#countParked(call, 1);
    call.run!.waiters.push(call.place);
    this.watch(call);
  }

  unpark(call: PendingCall): void {
    call.enter('free');
    this.#countParked(call, -1);
    call.run!.waiters.remove(call.place);
  }

  /** Decides anew how long a call waits that lost the last worker for it, or got the first. */
  review(now: Instant, call: PendingCall): void {
    if (call.waitUntil === 0) call.waitUntil = this.#waitUntil(now, call);
  }

  /** Has the call looked at when its time is over. */
  watch(call: PendingCall): void {
    this.#timers.set(call.timer, call.isWaiting ? Math.min(call.deadlineAt, call.waitUntil) : call.deadlineAt);
  }

  /** Why a call that has waited too long is refused. */
  verdictOf(call: PendingCall): Verdict {
    return call.state === 'held' ? unroutable(call.route) : VERDICTS.queueFull;
  }

  #free(call: PendingCall): void {
    call.enter('free');
    this.#weigh(call, -1);
    this.waitingCalls -= 1;
  }

  #countParked(call: PendingCall, sign: 1 | -1): void {
    const { service } = call.route;
    this.parkedCalls += sign;
    service.parkedCalls += sign;
    service.parkedBytes += sign * call.queuedBytes;
    this.#weigh(call, sign);
  }

  #weigh(call: PendingCall, sign: 1 | -1): void {
    call.client.queuedBytes += sign * call.queuedBytes;
    this.#queuedBytes += sign * call.queuedBytes;
  }

  /** How long a call may wait for a worker to become free, or to appear. */
  #waitUntil(now: Instant, call: PendingCall): Instant {
    const { service, lane } = call.route;
    // It was taken on and started: another start can still give a reply, and giving up could only leave a doubt.
    if (call.starts > 0) return call.deadlineAt;
    if (lane.pool !== undefined) return now + this.#limits.queueDelayMaxMs;
    // No worker can bring what only the broker has.
    if (isReserved(service.name)) return now;
    const hasGrace = service.workers.size === 0 && service.isKnown;
    return Math.max(this.#warmUpEndsAt, hasGrace ? now + this.#limits.noWorkerGraceMs : now);
  }
}
