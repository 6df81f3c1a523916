import type { Bye, Describe, FailureDetail, Hello, Instant, PeerId, Refused, Welcome } from '@reeve/protocol';
import {
  AnswerView,
  BYE,
  CANCEL,
  CallView,
  Channel,
  DEMAND,
  DESCRIBE,
  DISPATCH,
  EnvelopeReader,
  FAILURE,
  GOAWAY,
  HEARTBEAT,
  HELLO,
  Outbox,
  REFUSED,
  REPLY,
  WELCOME,
  decodeValue,
  readDescribe,
  readMap,
  readNumber,
  reasonFromNumber,
  strayMessage,
  writeMap,
} from '@reeve/protocol';

/** A peer of a broker that does what the test says and notes what it hears. */
export class ScriptedPeer {
  readonly role: Hello['role'];
  readonly peer: PeerId;
  readonly instance: Uint8Array;
  readonly outbox: Outbox = new Outbox();
  channel: Channel | undefined;
  welcome: Welcome | undefined;
  /** It says no heartbeats. */
  isSilent = false;
  /** It does not read: what is sent to it stays where it is. */
  isDeaf = false;
  /** It does not keep count of its own messages, so it cannot say that the broker does not. */
  isCareless = false;
  /** Its connection is no more. */
  isGone = false;

  readonly answers: Answer[] = [];
  readonly dispatches: SeenDispatch[] = [];
  /** Dispatch ids that it was told to cancel. */
  readonly cancels: number[] = [];
  readonly demands: number[] = [];
  readonly describes: Describe[] = [];
  readonly refusals: Refused[] = [];
  readonly byes: Bye[] = [];
  goaways = 0;
  heartbeats = 0;
  /** Envelopes that came in the session. */
  messages = 0;

  readonly #unread: (readonly Uint8Array[])[] = [];
  readonly #reader = new EnvelopeReader();
  readonly #answer = new AnswerView();
  readonly #call = new CallView();
  #nonce = 0;

  constructor(role: Hello['role'], peer: PeerId, instance: Uint8Array) {
    this.role = role;
    this.peer = peer;
    this.instance = instance;
  }

  /** Asks for a session. */
  hello(now: Instant, more: Partial<Hello> = {}): void {
    this.#nonce += 1;
    const hello: Hello = { role: this.role, instance: this.instance, nonce: this.#nonce, ...more };
    this.outbox.post(strayMessage(now, this.peer, HELLO, hello));
  }

  bye(why: Bye['why'] = 'closed'): void {
    writeMap(this.channel!, BYE, { why });
  }

  receive(now: Instant, frames: readonly Uint8Array[]): void {
    if (this.isDeaf) this.#unread.push(frames);
    else this.#read(now, frames);
  }

  /** Reads what it did not read before. */
  catchUp(now: Instant): void {
    this.isDeaf = false;
    for (const frames of this.#unread.splice(0)) this.#read(now, frames);
  }

  #read(now: Instant, frames: readonly Uint8Array[]): void {
    const reader = this.#reader;
    const malformed = reader.reset(frames);
    if (malformed !== undefined) throw new Error(`the broker sent what is no envelope: ${malformed.why}`);
    if (this.channel !== undefined && reader.session === this.channel.session) {
      if (this.channel.accept(now, reader) !== 'ok') {
        if (this.isCareless) return;
        throw new Error('the broker lost count');
      }
      this.messages += 1;
      while (reader.next()) this.#note();
    } else if (reader.next()) {
      if (reader.type === REFUSED.type) this.refusals.push(readMap(reader, REFUSED)!);
      else if (reader.type === WELCOME.type) this.#begin(now);
    }
  }

  #begin(now: Instant): void {
    const reader = this.#reader;
    const welcome = readMap(reader, WELCOME)!;
    // As an uplink does: a WELCOME for an earlier HELLO is out of date.
    if (welcome.nonce !== this.#nonce) return;
    this.welcome = welcome;
    this.channel = new Channel(this.outbox, this.peer, reader.session, now, welcome.windowBytes);
    this.channel.accept(now, reader);
    while (reader.next()) this.#note();
  }

  #note(): void {
    const reader = this.#reader;
    switch (reader.type) {
      case REPLY.type:
        if (this.#answer.readReply(reader)) this.answers.push(replyOf(this.#answer));
        break;
      case FAILURE.type:
        if (this.#answer.readFailure(reader)) this.answers.push(failureOf(this.#answer));
        break;
      case DISPATCH.type:
        if (this.#call.readDispatch(reader)) this.dispatches.push(dispatchOf(this.#call));
        break;
      case CANCEL.type:
        this.cancels.push(readNumber(reader)!);
        break;
      case DEMAND.type:
        this.demands.push(readNumber(reader)!);
        break;
      case DESCRIBE.type:
        this.describes.push(readDescribe(reader)!);
        break;
      case BYE.type:
        this.byes.push(readMap(reader, BYE)!);
        break;
      default:
        if (reader.type === GOAWAY.type) this.goaways += 1;
        if (reader.type === HEARTBEAT.type) this.heartbeats += 1;
    }
  }
}

/** A REPLY or FAILURE as the peer saw it. */
export interface Answer {
  readonly call: number;
  /** `reply`, or code, reason and executed in one line. */
  readonly verdict: string;
  readonly body: Uint8Array;
  readonly starts: number;
  readonly fingerprint: number;
  readonly retryAfterMs: number;
  readonly message: string | undefined;
}

/** A DISPATCH as the worker saw it. */
export interface SeenDispatch {
  readonly id: number;
  readonly call: number;
  readonly instance: Uint8Array;
  readonly method: number;
  readonly attempt: number;
  readonly priority: number;
  readonly remainingMs: number;
  /** Key, metadata and body in one piece. */
  readonly payload: Uint8Array;
  readonly tail: Uint8Array | undefined;
}

function replyOf(view: AnswerView): Answer {
  const { id: call, starts, fingerprint, body } = view;
  const rest = { verdict: 'reply', retryAfterMs: 0, message: undefined };
  return { call, starts, fingerprint, body: Uint8Array.from(body), ...rest };
}

function failureOf(view: AnswerView): Answer {
  const { id: call, starts, retryAfterMs, codeName, reason, executed } = view;
  const detail = view.body.length === 0 ? undefined : decodeValue(view.body);
  const message = detail?.ok === true ? (detail.value as FailureDetail).message : undefined;
  const verdict = `${codeName} ${reasonFromNumber(reason)} ${executed}`;
  return { call, starts, retryAfterMs, verdict, message, fingerprint: 0, body: Uint8Array.from(view.body) };
}

function dispatchOf(view: CallView): SeenDispatch {
  const { dispatch: id, call, target: method, attempt, priority, remainingMs, bytes, instanceAt, tail } = view;
  return {
    id,
    call,
    method,
    attempt,
    priority,
    remainingMs,
    tail,
    instance: Uint8Array.from(bytes.subarray(instanceAt, instanceAt + 16)),
    payload: Uint8Array.from(bytes.subarray(view.payloadStart, view.payloadEnd)),
  };
}
