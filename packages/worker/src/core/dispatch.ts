import type { CallView, Decoded, Instant, RingNode, Timed } from '@reeve/protocol';
import { DISPATCH, NO_BYTES, TimerNode, copyOut, decodeBody, toHex } from '@reeve/protocol';
import type { BrokerLink } from './broker-link.ts';

/**
 * One call that a broker handed to this worker, from its arrival until its handler has ended.
 *
 * Theory of operation. A call starts at once if a handler may start, else it waits. Only a waiting call can be given
 * back: from `start` on the handler runs to its end, and what happens meanwhile (the caller gave up, the deadline
 * passed) can do no more than raise its signal. A handler outlives the session that its call came in; its result is
 * then offered to all brokers, for a while and unless the call may be started again anyhow.
 *
 *     waiting ──start──▶ running ──answer──▶ over
 *        │                  │ lose            ▲
 *        │                  ▼                 │
 *        │               orphaned ───answer───┤
 *        └──── cancel, expire, lose, drain ───┘
 */
export class Dispatch implements Timed {
  /** The link whose session the call came in. */
  readonly link: BrokerLink;
  /** Dispatch id: the broker's, of that session alone. */
  readonly id: number;
  /** Number of the method: its place in the worker's list. */
  readonly method: number;
  /** How often the client has sent the call, this time included. */
  readonly attempt: number;
  readonly priority: number;
  readonly call: number;
  readonly deadlineAt: Instant;
  /** Order of arrival, over all brokers. */
  readonly arrival: number;
  state: DispatchState = 'waiting';
  /** Its deadline came when it had been started: too late to begin what is not yet begun. */
  isExpired = false;
  /** Why the handler's signal was raised, if it was. */
  abortedBy: AbortCause | undefined;
  /** Who wants to know of an abort: whatever runs the handler. */
  attached: Abortable | undefined;
  /** When its lease was last extended. */
  extendedAt: Instant = -Infinity;
  /** Set when its session was lost: until when its result is worth offering. */
  offerUntil: Instant = -Infinity;

  /** @internal Place in the list of what its link holds. */
  heldAt = -1;
  /** @internal */
  readonly timer: TimerNode<Timed> = new TimerNode<Timed>(this);
  /** @internal Place among the waiting ones. Most calls never wait. */
  place: RingNode<Dispatch> | undefined;

  // Instance id, call head, key, metadata and inline body in one copy: three small ones cost more than 24 spare bytes.
  readonly #bytes: Uint8Array;
  readonly #keyBytes: number;
  readonly #metadataBytes: number;
  readonly #tail: Uint8Array | undefined;

  constructor(link: BrokerLink, view: CallView, deadlineAt: Instant, arrival: number) {
    this.link = link;
    this.id = view.dispatch;
    this.method = view.target;
    this.attempt = view.attempt;
    this.priority = view.priority;
    this.call = view.call;
    this.deadlineAt = deadlineAt;
    this.arrival = arrival;
    this.#bytes = copyOut(view.bytes, view.instanceAt, view.payloadEnd);
    this.#keyBytes = view.keyBytes;
    this.#metadataBytes = view.metadataBytes;
    this.#tail = view.tail;
  }

  /** The encoded input. */
  get body(): Uint8Array {
    return this.#tail ?? this.#bytes.subarray(PAYLOAD_AT + this.#keyBytes + this.#metadataBytes);
  }

  /** Decodes the input. */
  decode(): Decoded {
    if (this.#tail !== undefined) return decodeBody(this.#tail);
    return decodeBody(this.#bytes, PAYLOAD_AT + this.#keyBytes + this.#metadataBytes);
  }

  /** The encoded key, if the call has one. */
  get key(): Uint8Array | undefined {
    return this.#keyBytes === 0 ? undefined : this.#bytes.subarray(PAYLOAD_AT, PAYLOAD_AT + this.#keyBytes);
  }

  /** The encoded metadata: a MessagePack map of strings, or no bytes. */
  get metadata(): Uint8Array {
    if (this.#metadataBytes === 0) return NO_BYTES;
    const at = PAYLOAD_AT + this.#keyBytes;
    return this.#bytes.subarray(at, at + this.#metadataBytes);
  }

  /** The client's instance id, 16 bytes. A copy: what it is kept for outlives the call. */
  get instance(): Uint8Array {
    return copyOut(this.#bytes, 0, INSTANCE_BYTES);
  }

  /** The call id as people see it: the client's instance id and its call number. */
  get callId(): string {
    return `${toHex(this.#bytes.subarray(0, INSTANCE_BYTES))}-${this.call}`;
  }

  /** Takes a step. Returns false, and changes nothing, if the table has none for this state. */
  step(happening: Happening): boolean {
    const next = STEPS[this.state][happening];
    if (next === undefined) return false;
    this.state = next;
    return true;
  }

  /** Called by the wheel at the deadline. */
  onTimer(now: Instant): void {
    this.link.host.handleDeadline(now, this);
  }
}

/** Something that a raised signal reaches. */
export interface Abortable {
  abort(why: AbortCause): void;
}

export type DispatchState = 'waiting' | 'running' | 'orphaned' | 'over';

/** Why a handler's signal is raised. */
export type AbortCause = 'canceled' | 'deadline' | 'closing';

type Happening = 'start' | 'cancel' | 'expire' | 'lose' | 'drain' | 'answer';

/** What each happening makes of each state. A happening that is missing means nothing there. */
const STEPS: StepTable = {
  waiting: { start: 'running', cancel: 'over', expire: 'over', lose: 'over', drain: 'over' },
  running: { cancel: 'running', expire: 'running', lose: 'orphaned', answer: 'over' },
  orphaned: { expire: 'orphaned', answer: 'over' },
  over: {},
};

type StepTable = Readonly<Record<DispatchState, Readonly<Partial<Record<Happening, DispatchState>>>>>;

const INSTANCE_BYTES = 16;
const PAYLOAD_AT = DISPATCH.bytes - DISPATCH.at.instance;
