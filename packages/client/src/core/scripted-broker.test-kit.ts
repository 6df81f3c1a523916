import type { Awaited, Declare, Instant, PeerId, Verdict, Welcome } from '@reeve/protocol';
import {
  AWAIT,
  BYE,
  CANCEL,
  CallView,
  Channel,
  DECLARE,
  EnvelopeReader,
  GOAWAY,
  HEDGE,
  HELLO,
  LIMITS,
  NO_BYTES,
  Outbox,
  REFUSED,
  REQUEST,
  WELCOME,
  copyOut,
  failureHead,
  readAwait,
  readMap,
  readNumber,
  strayMessage,
  writeFailure,
  writeMap,
  writeReply,
} from '@reeve/protocol';

/** A broker that does what a test tells it to: grants sessions, notes what it is sent, answers on demand. */
export class ScriptedBroker {
  readonly name: string;
  readonly outbox: Outbox = new Outbox();
  /** Everything that was ever received in a session, in order. */
  readonly requests: SeenRequest[] = [];
  readonly canceled: number[] = [];
  readonly awaits: Awaited[] = [];
  readonly hedged: number[] = [];
  readonly hellos: number[] = [];
  byes = 0;
  /** Messages with records other than HELLO. */
  messages = 0;
  /** Whether HELLO is answered. */
  isWelcoming = true;
  /** Whether what comes with an unknown session is answered. */
  isRefusing = true;
  welcome: Partial<Welcome> = {};
  /** Called for each REQUEST as it arrives. */
  onRequest: ((request: SeenRequest) => void) | undefined;
  readonly #sessions = new Map<PeerId, { channel: Channel; routes: Map<number, Declare> }>();
  readonly #reader = new EnvelopeReader();
  #lastToken: number;

  constructor(name: string, firstToken: number = 1_000) {
    this.name = name;
    this.#lastToken = firstToken;
  }

  get channels(): Channel[] {
    return [...this.#sessions.values()].map(({ channel }) => channel);
  }

  /** Forgets all sessions, as a broker does that is started anew. */
  restart(): void {
    this.#sessions.clear();
    this.#lastToken += 500;
  }

  forgetPeer(peer: PeerId): void {
    this.#sessions.delete(peer);
  }

  receive(now: Instant, peer: PeerId, frames: readonly Uint8Array[]): void {
    const reader = this.#reader;
    if (reader.reset(frames) !== undefined) throw new Error('the client sent what is not an envelope');
    if (reader.session === 0) {
      this.#receiveHello(now, peer);
      return;
    }
    const session = this.#sessions.get(peer);
    if (session === undefined || session.channel.session !== reader.session) {
      this.#refuse(now, peer);
      return;
    }
    const acceptance = session.channel.accept(now, reader);
    if (acceptance !== 'ok') throw new Error(`the client's messages have a ${acceptance}`);
    this.messages += 1;
    while (reader.next()) this.#receiveRecord(peer, session.routes);
  }

  reply(request: SeenRequest, body: Uint8Array = NO_BYTES, starts: number = 1): void {
    const channel = this.#sessions.get(request.peer)?.channel;
    if (channel !== undefined) writeReply(channel, request.call, 0, starts, body);
  }

  fail(request: SeenRequest, verdict: Verdict, retryAfterMs: number = 0, detail: Uint8Array = NO_BYTES): void {
    const channel = this.#sessions.get(request.peer)?.channel;
    if (channel !== undefined) writeFailure(channel, failureHead(verdict, request.call, 1, retryAfterMs), detail);
  }

  /** Answers an AWAIT, as a broker does to which a worker offered the result. */
  recover(call: number, verdict?: Verdict): void {
    for (const channel of this.channels) {
      if (verdict === undefined) writeReply(channel, call, 0, 0, NO_BYTES);
      else writeFailure(channel, failureHead(verdict, call), NO_BYTES);
    }
  }

  goaway(): void {
    for (const channel of this.channels) writeMap(channel, GOAWAY, { brokers: [] });
  }

  bye(): void {
    for (const channel of this.channels) writeMap(channel, BYE, { why: 'drained' });
  }

  #receiveHello(now: Instant, peer: PeerId): void {
    if (!this.#reader.next()) return;
    const hello = readMap(this.#reader, HELLO)!;
    this.hellos.push(hello.nonce);
    if (!this.isWelcoming) return;
    this.#lastToken += 1;
    const channel = new Channel(this.outbox, peer, this.#lastToken, now, this.welcome.windowBytes);
    this.#sessions.set(peer, { channel, routes: new Map() });
    writeMap(channel, WELCOME, {
      nonce: hello.nonce,
      broker: this.name,
      epoch: 7,
      heartbeatMs: LIMITS.clientHeartbeatMs,
      bodyBytesMax: LIMITS.bodyBytesMax,
      windowBytes: LIMITS.windowBytes,
      callsMax: LIMITS.clientCallsMax,
      brokers: [],
      ...this.welcome,
    });
  }

  #refuse(now: Instant, peer: PeerId): void {
    if (!this.isRefusing) return;
    const calls: number[] = [];
    const view = new CallView();
    while (this.#reader.next()) {
      if (this.#reader.type === REQUEST.type && view.readRequest(this.#reader)) calls.push(view.call);
    }
    const refused = { why: 'unknown_session', session: this.#reader.session, calls } as const;
    this.outbox.post(strayMessage(now, peer, REFUSED, refused));
  }

  #receiveRecord(peer: PeerId, routes: Map<number, Declare>): void {
    const reader = this.#reader;
    if (reader.type === DECLARE.type) {
      const declare = readMap(reader, DECLARE)!;
      if (routes.has(declare.route)) throw new Error('the client declared a route twice in a session');
      routes.set(declare.route, declare);
    } else if (reader.type === CANCEL.type) {
      this.canceled.push(readNumber(reader)!);
    } else if (reader.type === AWAIT.type) {
      const awaited = readAwait(reader)!;
      if (!routes.has(awaited.route)) throw new Error('the client awaits a call of a route that it did not declare');
      this.awaits.push(awaited);
    } else if (reader.type === HEDGE.type) {
      this.hedged.push(readNumber(reader)!);
    } else if (reader.type === BYE.type) {
      this.byes += 1;
      this.#sessions.delete(peer);
    } else if (reader.type === REQUEST.type) {
      const request = seen(reader, peer, routes);
      this.requests.push(request);
      this.onRequest?.(request);
    }
  }
}

/** A REQUEST as the broker saw it, copied. */
export interface SeenRequest {
  readonly peer: PeerId;
  readonly session: number;
  readonly call: number;
  readonly method: string;
  readonly attempt: number;
  readonly priority: number;
  readonly remainingMs: number;
  readonly key: Uint8Array;
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
}

function seen(reader: EnvelopeReader, peer: PeerId, routes: Map<number, Declare>): SeenRequest {
  const view = new CallView();
  if (!view.readRequest(reader)) throw new Error('the client sent a REQUEST whose lengths do not agree');
  const route = routes.get(view.target);
  if (route === undefined) throw new Error('the client used a route before it declared it');
  const metadataAt = view.payloadStart + view.keyBytes;
  const bodyAt = metadataAt + view.metadataBytes;
  return {
    peer,
    session: reader.session,
    call: view.call,
    method: route.method,
    attempt: view.attempt,
    priority: view.priority,
    remainingMs: view.remainingMs,
    key: copyOut(view.bytes, view.payloadStart, metadataAt),
    metadata: copyOut(view.bytes, metadataAt, bodyAt),
    body: view.tail ?? copyOut(view.bytes, bodyAt, view.payloadEnd),
  };
}
