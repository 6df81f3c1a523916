import type { CallParts, CallView, Instant } from '@reeve/protocol';
import { RingNode, TimerNode, copyOut } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { Route } from './route.ts';
import type { TimerOwner } from './timers.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * One call that this broker has taken on and not yet answered.
 *
 * Theory of operation. A call is held while no worker can serve it, queued while every such worker is at its limit,
 * and dispatched while a worker has it. It leaves the table when it is answered, in whichever state. A dispatched
 * call whose caller no longer waits (cancelled, gone, past its deadline) is abandoned: it keeps its place at the
 * worker, so that the worker's load stays true, until the worker is done with it or dies.
 */
export const CALL_TRANSITIONS = {
  new: ['held', 'queued', 'dispatched', 'done'],
  held: ['queued', 'dispatched', 'done'],
  queued: ['held', 'dispatched', 'done'],
  dispatched: ['held', 'queued', 'abandoned', 'done'],
  abandoned: ['done'],
  done: [],
} as const;

export type CallState = keyof typeof CALL_TRANSITIONS;

export class PendingCall implements CallParts {
  readonly kind = 'call' as const;
  state: CallState = 'new';
  readonly client: ClientSession;
  readonly route: Route;
  /** Order of arrival at this broker: a call that goes back to its queue goes back to its place. */
  readonly arrival: number;
  readonly deadlineAt: Instant;
  readonly takenAt: Instant;

  readonly call: number;
  /** Which start of the call the next one may be: 1 for the first. */
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
  /** Set when dispatched: losing the worker may lead to another start. */
  mayRestart = false;
  /** Set while held: when to give up hope for a worker. */
  holdUntil: Instant = 0;
  worker: WorkerSession | undefined;
  dispatch = 0;

  readonly place: RingNode<PendingCall> = new RingNode<PendingCall>(this);
  readonly timer: TimerNode<TimerOwner> = new TimerNode<TimerOwner>(this);

  constructor(view: CallView, client: ClientSession, route: Route, arrival: number, now: Instant) {
    this.client = client;
    this.route = route;
    this.arrival = arrival;
    this.takenAt = now;
    // Only the delay beyond the usual counts: the clocks of the two ends need not agree.
    this.deadlineAt = now + view.remainingMs - client.channel.delayMs;
    this.call = view.call;
    this.attempt = view.attempt;
    this.priority = view.priority;
    this.keyBytes = view.keyBytes;
    this.metadataBytes = view.metadataBytes;
    // A view into the frame: good for a dispatch at once. `keep` copies it where the call outlives the message.
    this.payload = view.bytes.subarray(view.payloadStart, view.payloadEnd);
    this.tail = view.tail;
    this.queuedBytes = view.payloadEnd - view.payloadStart + (view.tail?.length ?? 0);
  }

  /** Copies the payload out of the frame it came in, which would otherwise stay alive as a whole. */
  keep(): void {
    this.payload = copyOut(this.payload, 0, this.payload.length);
  }

  /** Lets go of the body: a call that must not be started again needs it no more. */
  drop(): void {
    this.payload = NO_PAYLOAD;
    this.tail = undefined;
  }
}

const NO_PAYLOAD: Uint8Array = new Uint8Array(0);
