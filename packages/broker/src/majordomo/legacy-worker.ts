import type { Channel, EnvelopeReader, Instant, OfferedMethod, PeerId, Timed } from '@reeve/protocol';
import {
  CREDIT,
  CallView,
  DISPATCH,
  NO_BYTES,
  READY,
  TimerNode,
  VERDICTS,
  encodeDetail,
  failureHead,
  writeFailure,
  writeMap,
  writeNumber,
  writePartial,
  writeReply,
} from '@reeve/protocol';
import { ANY_CONTRACT } from '../core/index.ts';
import type { BodyForm } from './bodies.ts';
import { fromNative, toNative } from './bodies.ts';
import type { Dialect, MajordomoMessage, WorkerAnswer } from './dialect.ts';
import { workerRequest, workerSignal } from './dialect.ts';
import type { LegacyParts } from './legacy-peer.ts';
import { LegacyPeer } from './legacy-peer.ts';
import type { NativeName } from './names.ts';

/** What a Majordomo worker offers. */
export interface LegacyOffer {
  readonly name: NativeName;
  readonly form: BodyForm;
  readonly retrySafe: boolean;
  /** How long it may be silent while it has nothing to do. */
  readonly silenceMs: number;
}

/**
 * A worker that speaks Majordomo: one service, one request at a time.
 *
 * It is given a token instead of the client's address. The token names the session and the dispatch, so an answer
 * that comes late, or twice, or on another connection than its request, is for nothing and is not taken for another.
 * A request whose caller gave up occupies the worker until it answers: MDP has no way to take a request back. One that
 * has not answered long after its request was over has forgotten it. It is told to register anew.
 */
export class LegacyWorker extends LegacyPeer {
  protected readonly role = 'worker';
  readonly #offerOf: (service: Uint8Array) => LegacyOffer | undefined;
  readonly #view = new CallView();
  readonly #timer: TimerNode<Timed>;
  #offer: LegacyOffer | undefined;
  /** The dispatch that it works on; 0 = none. */
  #dispatch = 0;
  /** Its answer has failed already: what still comes of it is passed over. */
  #hasFailed = false;
  /** When it has had its request for too long. */
  #answerBy: Instant = 0;
  #granted = 0;
  #heardAt: Instant = 0;
  #dueAt: Instant = 0;

  constructor(
    id: PeerId,
    dialect: Dialect,
    parts: LegacyParts,
    offerOf: (service: Uint8Array) => LegacyOffer | undefined,
  ) {
    super(id, dialect, parts);
    this.#offerOf = offerOf;
    this.#timer = new TimerNode<Timed>({ onTimer: (now) => this.#checkLife(now) });
  }

  /** Takes what the worker says. */
  handle(now: Instant, message: Exclude<MajordomoMessage, { role: 'client' }>): void {
    this.#heardAt = now;
    if (message.command === 'ready') this.#handleReady(now, message.service);
    else if (message.command === 'disconnect') this.#end(now, 'closed');
    // It takes itself for registered: the broker was restarted, or gave it up. Told so, it registers anew.
    else if (this.uplink === undefined) this.#disconnect();
    else if ('address' in message) this.#handleAnswer(message);
  }

  override leave(now: Instant): void {
    this.parts.timers.clear(this.#timer);
    super.leave(now);
  }

  protected handleWelcome(): void {
    const { name, retrySafe } = this.#offer!;
    const method: OfferedMethod = {
      ...name,
      version: VERSIONS[this.dialect],
      fingerprint: UNTYPED,
      accepts: [ANY_CONTRACT],
      refuses: [],
      idempotent: retrySafe,
      key: [],
    };
    writeMap(this.uplink!.channel!, READY, { methods: [method] });
    this.#grant();
  }

  protected handleRecord(now: Instant, reader: EnvelopeReader): void {
    // Its work cannot be called off, and it is not told of demand or farewells.
    if (reader.type !== DISPATCH.type || !this.#view.readDispatch(reader)) return;
    const { dispatch, remainingMs, bytes, payloadStart, payloadEnd, keyBytes, metadataBytes, tail } = this.#view;
    const body = tail ?? bytes.subarray(payloadStart + keyBytes + metadataBytes, payloadEnd);
    const frames = fromNative(body, this.#offer!.form);
    if (typeof frames === 'string') return this.#refuse(dispatch, frames);
    this.#dispatch = dispatch;
    this.#answerBy = now + Math.max(remainingMs, BUSY_MS);
    this.#hasFailed = false;
    this.count('requests');
    this.send(workerRequest(this.dialect, this.#token(dispatch), frames));
  }

  protected lose(now: Instant): void {
    this.dropSession(now);
    this.#stop();
    this.#disconnect();
  }

  #handleReady(now: Instant, service: Uint8Array): void {
    const offer = this.uplink === undefined ? this.#offerOf(service) : undefined;
    if (offer === undefined) {
      this.count(`workers refused: ${this.uplink === undefined ? 'a name that none may have' : 'a second READY'}`);
      this.#end(now, 'protocol');
      this.#disconnect();
      return;
    }
    this.#offer = offer;
    this.#dispatch = 0;
    this.#granted = 0;
    this.beginSession(now);
    this.#watch(now);
  }

  #handleAnswer({ command, address, body }: WorkerAnswer): void {
    const channel = this.uplink?.channel;
    if (channel === undefined || this.#dispatch === 0 || !isText(address, this.#tokenText(this.#dispatch))) {
      this.count('stray answers dropped');
      return;
    }
    // The rest of a reply that has failed by one of its parts.
    if (!this.#hasFailed) this.#passOn(channel, command, body);
    if (command === 'partial') return;
    this.#dispatch = 0;
    this.#grant();
  }

  #passOn(channel: Channel, command: 'partial' | 'final', body: readonly Uint8Array[]): void {
    const native = toNative(body, this.#offer!.form);
    if (typeof native === 'string') this.#fail(VERDICTS.invalidOutput, this.#dispatch, `the worker sent ${native}`);
    else if (native.bytes.length > this.uplink!.welcome!.bodyBytesMax)
      this.#fail(VERDICTS.replyTooLarge, this.#dispatch);
    else if (command === 'partial') writePartial(channel, this.#dispatch, native.bytes);
    else writeReply(channel, this.#dispatch, 0, 0, native.bytes);
  }

  /** The caller sent what this worker cannot be given. */
  #refuse(dispatch: number, why: string): void {
    const hint = `the service "${this.#offer!.name.service}" has Majordomo workers and takes bytes, not ${why}`;
    this.#fail(VERDICTS.invalidInput, dispatch, `${hint}; say in the broker's configuration what its bodies are`);
    this.#grant();
  }

  #fail(verdict: (typeof VERDICTS)[keyof typeof VERDICTS], dispatch: number, message?: string): void {
    this.#hasFailed = true;
    const detail = message === undefined ? NO_BYTES : encodeDetail({ message });
    writeFailure(this.uplink!.channel!, failureHead(verdict, dispatch), detail);
  }

  #grant(): void {
    this.#granted += 1;
    writeNumber(this.uplink!.channel!, CREDIT, this.#granted);
  }

  #watch(now: Instant): void {
    this.#dueAt = now + HEARTBEAT_MS;
    this.parts.timers.set(this.#timer, this.#dueAt);
  }

  #checkLife(now: Instant): void {
    // Our own loop was late: what the worker sent may still lie unread.
    if (now - this.#dueAt > HEARTBEAT_MS / 2) this.#heardAt = now;
    const fault = this.#faultOf(now);
    if (fault !== undefined) {
      this.count(`workers given up: ${fault}`);
      this.#end(now, 'silent');
      this.#disconnect();
      return;
    }
    this.send(workerSignal(this.dialect, 'heartbeat'));
    this.#watch(now);
  }

  /** Many workers have one thread and are silent while they work; their deaths show by the connection. */
  #faultOf(now: Instant): string | undefined {
    if (this.#dispatch !== 0) return now > this.#answerBy ? 'no answer' : undefined;
    return now - this.#heardAt > this.#offer!.silenceMs ? 'silent' : undefined;
  }

  #end(now: Instant, why: 'closed' | 'silent' | 'protocol'): void {
    this.endSession(now, why);
    this.#stop();
  }

  #stop(): void {
    this.parts.timers.clear(this.#timer);
    this.#dispatch = 0;
  }

  #disconnect(): void {
    this.send(workerSignal(this.dialect, 'disconnect'));
  }

  #token(dispatch: number): Uint8Array {
    return Uint8Array.from(this.#tokenText(dispatch), (character) => character.charCodeAt(0));
  }

  /** Printable: some workers cannot keep bytes that are no text. */
  #tokenText(dispatch: number): string {
    return `${this.uplink!.channel!.session.toString(36)}-${dispatch.toString(36)}`;
  }
}

function isText(bytes: Uint8Array, text: string): boolean {
  return bytes.length === text.length && bytes.every((byte, i) => byte === text.charCodeAt(i));
}

/** Stands for the contract of what has none. */
export const UNTYPED = 'majordomo';

const VERSIONS: Record<Dialect, string> = { mdp01: 'MDP/0.1', mdp02: 'MDP/0.2', 'mdp02-delimited': 'MDP/0.2' };
/** Some workers count only heartbeats, and give their broker up after 4 s without one; busy or not, each gets one. */
const HEARTBEAT_MS = 1_000;
/**
 * A worker has its request for the time that its caller gave it, and for no less than this: nothing is gained by giving
 * up one that is a little late, but one that forgot a request would else be lost to its service for good.
 */
const BUSY_MS = 300_000;
