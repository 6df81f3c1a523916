import type { Instant } from '@reeve/protocol';
import { TimerNode, assert } from '@reeve/protocol';
import type { PendingCall } from './pending-call.ts';
import type { RouteTarget } from './route.ts';
import type { TimerOwner } from './timers.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * A place at a worker, and the dispatch that has it.
 *
 * Theory of operation. A dispatch takes a free place and gives it back when the worker has answered, handed it back or
 * is lost: until then it is part of the worker's load, whatever became of its call. A dispatch that is fenced has no
 * call any more (the caller gave up, the lease ran out, another worker was quicker): what its worker still says of it
 * counts for nothing. A worker keeps its places and uses them again, so that a dispatch costs no allocation.
 *
 *     free ──take──▶ taken ──fence──▶ fenced
 *      ▲               │                 │
 *      └────free───────┴─────────────────┘
 */
export class Placement {
  readonly kind = 'placement' as const;
  readonly worker: WorkerSession;
  /** Its place in the worker's list. */
  readonly slot: number;
  /** The dispatch id, never used before in this session. 0 = the place is free. */
  dispatch = 0;
  /** The call that the dispatch is for. */
  call: PendingCall | undefined;
  /** Which of the envelopes to the worker carries it. */
  envelope = 0;
  /** When it was dispatched. */
  since: Instant = 0;
  /** Until when the worker must answer or give a sign of life. */
  leaseUntil: Instant = Infinity;
  /** Losing the worker may lead to another start. */
  mayRestart = false;
  /** How long the lease is; 0 = until the deadline. */
  leaseMs = 0;
  /** The handler goes on when its caller is gone. */
  finish = false;
  /** Its call was in flight on a worker that died. */
  isStruck = false;
  #timer: TimerNode<TimerOwner> | undefined;

  constructor(worker: WorkerSession, slot: number) {
    this.worker = worker;
    this.slot = slot;
  }

  /** Wakes the broker when the lease may be over. Most dispatches have no lease of their own. */
  get timer(): TimerNode<TimerOwner> {
    return (this.#timer ??= new TimerNode<TimerOwner>(this));
  }

  /** Whether the timer is set. */
  get isWatched(): boolean {
    return this.#timer?.isLinked === true;
  }

  take(now: Instant, call: PendingCall, dispatch: number, target: RouteTarget): void {
    assert(this.dispatch === 0, 'only a free place is taken');
    this.call = call;
    this.dispatch = dispatch;
    this.since = now;
    this.mayRestart = target.mayRestart;
    this.leaseMs = target.leaseMs;
    this.finish = target.finish;
    this.isStruck = call.strikes > 0;
    this.leaseUntil = target.leaseMs === 0 ? Infinity : now + target.leaseMs;
  }

  /** The worker gave a sign of life for it. */
  extend(now: Instant): void {
    if (this.leaseMs > 0) this.leaseUntil = now + this.leaseMs;
  }

  free(): void {
    this.dispatch = 0;
    this.call = undefined;
  }
}
