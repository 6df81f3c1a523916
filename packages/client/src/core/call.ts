import type { Instant, Ring, Timed } from '@reeve/protocol';
import { RingNode, TimerNode, assert } from '@reeve/protocol';
import type { BrokerLink, LiveSession } from './broker-link.ts';
import type { Failure, Outcome } from './outcome.ts';
import type { Route } from './route.ts';

/**
 * Theory of operation.
 *
 * A call is in exactly one of five states. It is encoded as late as possible: what is queued or resting can be taken
 * back, and whoever asks is told that nothing was executed. What was sent is in somebody else's hands.
 *
 *                 ┌────────── time to try again ──────────┐
 *                 ▼                                       │
 *     start ──▶ queued ──encoded──▶ sent ──refused──▶ resting
 *                 ▲                 │  │
 *                 │  session lost,  │  │ session lost, at most once
 *                 ├── idempotent, ──┘  ▼
 *                 │   or given up     held
 *                 └───── proved ───────┘
 *
 * Every state leads to `settled` by cancelling, by closing the client and by the deadline. The table names the
 * verdict of each; a call settles once and never leaves that state.
 */
export const CALL_STATES: Readonly<Record<CallState, StateRow>> = {
  /** Waits for a broker that has room. */
  queued: {
    next: ['sent', 'settled'],
    isUnsent: true,
    onCancel: 'canceledUnsent',
    onClose: 'closedUnsent',
  },
  /** Waits before it is tried again, so that a refused call does not run in circles. */
  resting: {
    next: ['queued', 'settled'],
    isUnsent: true,
    onCancel: 'canceledUnsent',
    onClose: 'closedUnsent',
  },
  /** Was given to a broker in a session that is live. */
  sent: {
    next: ['queued', 'resting', 'held', 'settled'],
    isUnsent: false,
    onCancel: 'canceledSent',
    onClose: 'closedSent',
  },
  /** Was given to a broker in a session that is over, and must not be started twice: waits for proof or its result. */
  held: {
    next: ['queued', 'resting', 'settled'],
    isUnsent: false,
    onCancel: 'canceledSent',
    onClose: 'closedSent',
  },
  settled: { next: [], isUnsent: false, onCancel: 'canceledUnsent', onClose: 'closedUnsent' },
};

export type CallState = 'queued' | 'resting' | 'sent' | 'held' | 'settled';

/** One call from its start to its end, over all its attempts. */
export class Call implements Timed {
  /** The call number on the wire. Good until the call is settled. */
  readonly number: number;
  readonly route: Route;
  /** Key, metadata and, unless it is in `tail`, the body. */
  readonly payload: Uint8Array;
  readonly tail: Uint8Array | undefined;
  readonly keyBytes: number;
  readonly metadataBytes: number;
  readonly priority: number;
  readonly deadline: Instant;
  /** How long an attempt goes on before it is hedged, or given up; `undefined` = never. */
  readonly hedgeAfterMs: number | undefined;
  readonly attemptTimeoutMs: number | undefined;
  /** The application's own; not looked at here. */
  readonly context: unknown;

  state: CallState = 'queued';
  outcome: Outcome | undefined;
  /** How often it was given to a broker. */
  sends = 0;
  /** Those of the sends that count against the limit of attempts. */
  attempts = 0;
  /** Budgeted retries after a refusal. */
  retries = 0;
  /** Times it came back, proved not executed: these are free, but must not run in circles. */
  bounces = 0;

  /** The ring it stands in, where it stands in one. */
  ring: Ring<Call> | undefined = undefined;
  readonly node: RingNode<Call> = new RingNode<Call>(this);
  readonly timer: TimerNode<Timed> = new TimerNode<Timed>(this);
  /** When it stops resting or being held. */
  wakesAt: Instant = 0;
  /** The deadline was noticed late: what lies unread is looked at first. */
  hasGrace = false;

  /** The session it was sent in last. */
  session: LiveSession | undefined = undefined;
  /** Number of the message in that session that carries it. */
  seq = 0;
  /** Tokens of sessions in which an earlier attempt may have been started: lost or given up, and nothing proved. */
  doubts: readonly number[] = NO_DOUBTS;
  /** An attempt may have been started, and no proof can come any more. */
  mayHaveRun = false;
  /** When the present attempt is to be hedged, or given up. */
  hedgeAt: Instant = Infinity;
  attemptUntil: Instant = Infinity;
  /** Why it was refused last. */
  lastFailure: Failure | undefined = undefined;
  /** The broker that refused it last: another one is preferred. */
  avoid: BrokerLink | undefined = undefined;

  readonly #owner: CallOwner;

  constructor(owner: CallOwner, number: number, deadline: Instant, parts: CallContent) {
    this.#owner = owner;
    this.number = number;
    this.deadline = deadline;
    this.route = parts.route;
    this.payload = parts.payload;
    this.tail = parts.tail;
    this.keyBytes = parts.keyBytes;
    this.metadataBytes = parts.metadataBytes;
    this.priority = parts.priority;
    this.context = parts.context;
    this.hedgeAfterMs = parts.hedgeAfterMs;
    this.attemptTimeoutMs = parts.attemptTimeoutMs;
  }

  /** Whether an attempt before the present one may have been started. */
  get hasDoubt(): boolean {
    return this.mayHaveRun || this.doubts.length > 0;
  }

  /** Whether its timer may stand for something before its deadline while it is sent. */
  get hasOwnTimer(): boolean {
    return this.hedgeAfterMs !== undefined || this.attemptTimeoutMs !== undefined;
  }

  /** Size of the body in bytes. */
  get bodyBytes(): number {
    return this.tail?.length ?? this.payload.length - this.keyBytes - this.metadataBytes;
  }

  /** What it weighs while it waits, in bytes. */
  get weightBytes(): number {
    return this.payload.length + (this.tail?.length ?? 0);
  }

  /** Changes the state. Only the ledger calls this. */
  enter(state: CallState): void {
    assert(CALL_STATES[this.state].next.includes(state), 'a call takes only the steps of its table');
    this.state = state;
  }

  /** Called by the wheel. */
  onTimer(now: Instant): void {
    this.#owner.onCallTimer(now, this);
  }
}

/** What a call is made of. */
export interface CallContent {
  readonly route: Route;
  readonly payload: Uint8Array;
  readonly tail: Uint8Array | undefined;
  readonly keyBytes: number;
  readonly metadataBytes: number;
  readonly priority: number;
  readonly hedgeAfterMs: number | undefined;
  readonly attemptTimeoutMs: number | undefined;
  readonly context: unknown;
}

/** Whoever decides what the time means for a call. */
export interface CallOwner {
  onCallTimer(now: Instant, call: Call): void;
}

interface StateRow {
  readonly next: readonly CallState[];
  /** Whether its bytes are still ours alone. */
  readonly isUnsent: boolean;
  readonly onCancel: 'canceledUnsent' | 'canceledSent';
  readonly onClose: 'closedUnsent' | 'closedSent';
}

const NO_DOUBTS: readonly number[] = [];
