import type {
  EnvelopeReader,
  Hello,
  Instant,
  Limits,
  Outbox,
  PeerId,
  Random,
  Refused,
  RefusedWhy,
} from '@reeve/protocol';
import {
  CallView,
  Channel,
  HELLO,
  REFUSED,
  REQUEST,
  WELCOME,
  bytesEqual,
  randomToken,
  readMap,
  strayMessage,
  writeMap,
} from '@reeve/protocol';
import { ClientSession } from './client-session.ts';
import { FormerSessions } from './former-sessions.ts';
import type { PeerSession } from './peer-session.ts';
import { WorkerSession } from './worker-session.ts';

/** Greets peers: makes sessions, and refuses what belongs to none. */
export class Reception {
  readonly byPeer: Map<PeerId, PeerSession> = new Map<PeerId, PeerSession>();
  readonly #byToken = new Map<number, PeerSession>();
  /** For connections that are still up. */
  readonly #former = new Map<PeerId, FormerSessions>();
  readonly #view = new CallView();
  /** The broker's name, which peers are told. */
  name: string;
  readonly #parts: ReceptionParts;
  #workers = 0;

  constructor(parts: ReceptionParts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  /** Whether the connection has, or has had, a session that was made for this very HELLO. */
  isWelcome(peer: PeerId, { nonce }: Hello): boolean {
    return this.byPeer.get(peer)?.nonce === nonce || this.#former.get(peer)?.hasHad(nonce) === true;
  }

  /** The sessions that a HELLO replaces. They are to be ended before it is answered. */
  replacedBy(peer: PeerId, hello: Hello): PeerSession[] {
    const current = this.byPeer.get(peer);
    const replaced = current === undefined ? [] : [current];
    const previous = hello.previous === undefined ? undefined : this.#byToken.get(hello.previous);
    // Only the process that held a session may have it ended.
    if (previous !== undefined && previous !== current && bytesEqual(previous.instance, hello.instance)) {
      replaced.push(previous);
    }
    return replaced;
  }

  /** Answers HELLO with a session, or a refusal. */
  welcome(now: Instant, peer: PeerId, hello: Hello): PeerSession | undefined {
    if (this.byPeer.size >= this.#parts.limits.peersMax) {
      this.refusePeer(now, peer, 'limit', 'this broker has as many peers as it may');
      return undefined;
    }
    const session = this.#open(now, peer, hello);
    this.byPeer.set(session.peer, session);
    this.#byToken.set(session.token, session);
    return session;
  }

  leave(session: PeerSession): void {
    let former = this.#former.get(session.peer);
    if (former === undefined) this.#former.set(session.peer, (former = new FormerSessions()));
    former.add(session);
    this.#byToken.delete(session.token);
    if (this.byPeer.get(session.peer) === session) this.byPeer.delete(session.peer);
  }

  /** Forgets a connection that is no more. */
  forget(peer: PeerId): void {
    this.#former.delete(peer);
  }

  /** Whether a message was acted on in a session that is over. Refusing it would prove what is not so. */
  isRepeat(peer: PeerId, reader: EnvelopeReader): boolean {
    return this.#former.get(peer)?.hasRead(reader) === true;
  }

  /** Refuses a whole message. The call numbers in it prove to the client that none of them was executed. */
  refuseMessage(now: Instant, peer: PeerId, reader: EnvelopeReader): void {
    const calls: number[] = [];
    reader.rewind();
    while (reader.next()) {
      if (reader.type === REQUEST.type && this.#view.readRequest(reader)) calls.push(this.#view.call);
    }
    this.#refuse(now, peer, { why: 'unknown_session', session: reader.session, calls });
  }

  refusePeer(now: Instant, peer: PeerId, why: RefusedWhy, detail: string): void {
    this.#refuse(now, peer, { why, session: 0, calls: [], detail });
  }

  #refuse(now: Instant, peer: PeerId, refused: Refused): void {
    this.#parts.outbox.post(strayMessage(now, peer, REFUSED, refused));
  }

  #open(now: Instant, peer: PeerId, hello: Hello): PeerSession {
    const { limits, outbox, random, epoch, brokers } = this.#parts;
    const { name } = this;
    const heartbeatMs = hello.role === 'worker' ? limits.workerHeartbeatMs : limits.clientHeartbeatMs;
    const channel = new Channel(outbox, peer, randomToken(random), now, limits.windowBytes);
    writeMap(channel, WELCOME, {
      nonce: hello.nonce,
      broker: name,
      epoch,
      heartbeatMs,
      bodyBytesMax: limits.bodyBytesMax,
      windowBytes: limits.windowBytes,
      callsMax: limits.clientCallsMax,
      brokers,
    });
    if (hello.role === 'client') {
      return new ClientSession(channel, hello.instance, hello.nonce, heartbeatMs, random.u32());
    }
    this.#workers += 1;
    return new WorkerSession(channel, hello.instance, hello.nonce, heartbeatMs, this.#workers);
  }
}

export interface ReceptionParts {
  readonly name: string;
  readonly epoch: number;
  readonly brokers: readonly string[];
  readonly limits: Limits;
  readonly outbox: Outbox;
  readonly random: Random;
}

/** Reads the HELLO that a message without a session must begin with. */
export function readHello(reader: EnvelopeReader): Hello | undefined {
  return reader.next() && reader.type === HELLO.type ? readMap(reader, HELLO) : undefined;
}
