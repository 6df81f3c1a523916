import type { CallParts, CallView, Instant } from '@reeve/protocol';
import { NO_BYTES, RingNode, TimerNode, announcedMs, assert, copyOut } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { KeyRun } from './key-run.ts';
import type { Placement } from './placement.ts';
import type { Route } from './route.ts';
import type { TimerOwner } from './timers.ts';

/**
 * One call that this broker has taken on and not yet answered.
 *
 * Theory of operation. A call is held while no worker can serve it, queued while every such worker is at its limit,
 * and dispatched while a worker has it, or two where it is hedged. It is parked while another call with the same key
 * runs: it gets that one's result. It leaves the table when it is answered, in whichever state. A dispatched call whose
 * caller no longer waits is deserted if its result is wanted for its key; any other is done, and what its workers still
 * say of it counts for nothing (see `placement.ts`). Between two places, within one step of the broker, it is free.
 *
 *              ┌──▶ held ◀──┐   workers come and go
 *     free ◀───┼──▶ queued ◀┘
 *      │ ▲ ▲   ├──▶ parked
 *      │ │ │   └──▶ dispatched ──caller gone, result wanted──▶ deserted
 *      │ │ └── back from a worker ─┘ │                            │
 *      ▼ ▼                           ▼                            ▼
 *     done ◀────────────────────────────────────────────────────────
 */
export const CALL_STATES: Readonly<Record<CallState, readonly CallState[]>> = {
  free: ['held', 'queued', 'parked', 'dispatched', 'done'],
  held: ['free', 'queued'],
  queued: ['free', 'held'],
  parked: ['free'],
  dispatched: ['free', 'deserted', 'done'],
  deserted: ['done'],
  done: [],
};

export type CallState = 'free' | 'held' | 'queued' | 'parked' | 'dispatched' | 'deserted' | 'done';

export class PendingCall implements CallParts {
  readonly kind = 'call' as const;
  #state: CallState = 'free';
  readonly client: ClientSession;
  readonly route: Route;
  /** Order of arrival at this broker: a call that goes back to its queue goes back to its place. */
  readonly arrival: number;
  readonly deadlineAt: Instant;
  /**
   * The deadline that workers are told, the same for each start. It comes before our own, so that the verdict of the
   * worker is there first: only the worker knows whether the handler was started.
   */
  readonly startBy: Instant;
  /** The deadline was noticed late: what lies unread is looked at first. */
  hasGrace = false;
  /** Set while it waits: when it has waited too long. 0 = not decided yet. */
  waitUntil: Instant = 0;

  readonly call: number;
  /** Which start of the call this one may be: 1 for the first. */
  attempt: number;
  readonly priority: number;
  remainingMs = 0;
  readonly keyBytes: number;
  readonly metadataBytes: number;
  payload: Uint8Array;
  tail: Uint8Array | undefined;
  /** What the call weighs against the limits on queued bytes. */
  readonly queuedBytes: number;

  /** How often it was dispatched and not handed back. */
  starts = 0;
  /** How many workers died that had it. */
  strikes = 0;
  /** Where it is dispatched: at one worker, or at a second one as well. */
  placement: Placement | undefined;
  hedge: Placement | undefined;
  /** Set for a call with a key: what it shares with other calls of that key. */
  run: KeyRun | undefined;
  readonly #firstAttempt: number;

  #place: RingNode<PendingCall> | undefined;
  readonly timer: TimerNode<TimerOwner> = new TimerNode<TimerOwner>(this);

  constructor(view: CallView, client: ClientSession, route: Route, arrival: number, now: Instant) {
    this.client = client;
    this.route = route;
    this.arrival = arrival;
    // Only the delay beyond the usual counts: the clocks of the two ends need not agree.
    this.deadlineAt = now + view.remainingMs - client.channel.delayMs;
    this.startBy = now + announcedMs(this.deadlineAt - now);
    this.call = view.call;
    this.#firstAttempt = view.attempt;
    this.attempt = view.attempt;
    this.priority = view.priority;
    this.keyBytes = view.keyBytes;
    this.metadataBytes = view.metadataBytes;
    // A copy: whether it waits, is handed back or started anew, the call outlives the frame that it came in.
    this.payload = copyOut(view.bytes, view.payloadStart, view.payloadEnd);
    this.tail = view.tail;
    this.queuedBytes = view.payloadEnd - view.payloadStart + (view.tail?.length ?? 0);
  }

  get state(): CallState {
    return this.#state;
  }

  /** Its place in a lane. Most calls never wait. */
  get place(): RingNode<PendingCall> {
    return (this.#place ??= new RingNode<PendingCall>(this));
  }

  /** Whether it is in a lane. */
  get isWaiting(): boolean {
    return this.#state === 'held' || this.#state === 'queued';
  }

  /** Whether a worker has it and its caller waits for the answer. */
  get isDispatched(): boolean {
    return this.#state === 'dispatched';
  }

  /** The bytes of the key. */
  get key(): Uint8Array {
    return this.payload.subarray(0, this.keyBytes);
  }

  /** The bytes of the body. */
  get body(): Uint8Array {
    return this.tail ?? this.payload.subarray(this.keyBytes + this.metadataBytes);
  }

  enter(state: CallState): void {
    assert(CALL_STATES[this.#state].includes(state), 'a call takes only the steps of its table');
    this.#state = state;
  }

  /** Notes that it waits elsewhere now, because workers came or went. */
  regroup(state: 'held' | 'queued'): void {
    if (state === this.#state) return;
    this.enter(state);
    this.waitUntil = 0;
  }

  /** Notes where it is dispatched. */
  put(placement: Placement): void {
    if (this.placement === undefined) this.placement = placement;
    else this.hedge = placement;
  }

  /** Notes that it is no longer dispatched there. Returns whether another worker still has it. */
  lift(placement: Placement): boolean {
    if (this.placement === placement) this.placement = this.hedge;
    this.hedge = undefined;
    return this.placement !== undefined;
  }

  /** Notes that it is handed to a worker. */
  start(now: Instant): void {
    this.attempt = Math.min(this.#firstAttempt + this.starts, ATTEMPT_MAX);
    this.starts += 1;
    this.remainingMs = Math.max(1, this.startBy - now);
  }

  /** Notes that the last start was none: the worker never began, or never got it. */
  unstart(): void {
    this.starts -= 1;
  }

  /** Lets go of the body: it will not be started again. */
  drop(): void {
    this.payload = NO_BYTES;
    this.tail = undefined;
  }
}

/** One byte on the wire. */
const ATTEMPT_MAX = 255;
