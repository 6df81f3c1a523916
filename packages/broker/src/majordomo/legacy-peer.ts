import type { EnvelopeReader, Instant, PeerId, Timed, TimerWheel, Transmit, UplinkHost } from '@reeve/protocol';
import { BYE, Fifo, GOAWAY, TimerNode, Uplink } from '@reeve/protocol';
import type { Dialect } from './dialect.ts';

/**
 * A Majordomo peer, which the broker core sees as a native one.
 *
 * Theory of operation. Each such peer has an uplink to the core, as a native client or worker has one to its broker:
 * it says HELLO, has a session, sends and gets records. What the peer says in frames becomes records here, and what
 * the core says in records becomes frames. So the core need not know which protocol a peer speaks, and a Majordomo
 * peer has the queues, limits and deadlines of any other.
 *
 * Frames for the peer leave in order. When its connection has no room they wait here, up to a limit.
 */
export abstract class LegacyPeer {
  readonly id: PeerId;
  readonly dialect: Dialect;
  protected readonly parts: LegacyParts;
  /** Set while the core has a session for it, or is asked for one. */
  protected uplink: Uplink | undefined;
  readonly #resume: TimerNode<Timed>;
  readonly #unsent = new Fifo<readonly Uint8Array[]>();
  #unsentBytes = 0;
  #held: Transmit | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #isPaused = false;
  #isListed = false;

  constructor(id: PeerId, dialect: Dialect, parts: LegacyParts) {
    this.id = id;
    this.dialect = dialect;
    this.parts = parts;
    this.#resume = new TimerNode<Timed>({ onTimer: () => this.#goOn() });
  }

  /** Takes what the core sends to this peer. */
  handleNative(now: Instant, reader: EnvelopeReader, frames: readonly Uint8Array[]): void {
    // A session that ended here may have something under way still.
    if (this.uplink === undefined) return;
    const news = this.uplink.handleMessage(now, reader, reader.reset(frames));
    if (news === undefined) return;
    if (news.kind === 'welcome') this.handleWelcome(now);
    if (news.kind === 'lost') return this.lose(now, news.why);
    if (news.kind === 'refused') return this.lose(now, news.refused.detail ?? news.refused.why);
    while (this.uplink !== undefined && reader.next()) {
      if (reader.type === BYE.type) return this.lose(now, 'the broker ended it');
      // From then on it is told at once what has arrived: it waits for that when it ends.
      if (reader.type === GOAWAY.type) this.uplink.isLeaving = true;
      this.handleRecord(now, reader);
    }
  }

  /** Sends a message to the peer. Returns false if it does not read what it is sent. */
  send(frames: readonly Uint8Array[]): boolean {
    const bytes = bytesOf(frames);
    if (this.#unsentBytes + bytes > this.parts.backlogBytesMax && this.#unsent.size > 0) return false;
    this.#unsent.push(frames);
    this.#unsentBytes += bytes;
    this.#list();
    return true;
  }

  /** Takes out the next message for the peer. */
  pollTransmit(): Transmit | undefined {
    this.#isListed = false;
    if (this.#isPaused) return undefined;
    if (this.#held !== undefined) {
      const held = this.#held;
      this.#held = undefined;
      this.#list();
      return held;
    }
    const frames = this.#unsent.shift();
    if (frames === undefined) return undefined;
    this.#unsentBytes -= bytesOf(frames);
    this.#list();
    return { peer: this.id, frames };
  }

  /** Takes back what the connection had no room for. */
  pause(now: Instant, transmit: Transmit): void {
    this.#held = transmit;
    this.#isPaused = true;
    this.parts.timers.set(this.#resume, now + this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  /** How much is kept here, by table. */
  sizes(): Record<string, number> {
    return { unsent: this.#unsent.size, unsentBytes: this.#unsentBytes };
  }

  /** The connection is no more, or the broker wants nothing more of it. */
  leave(now: Instant): void {
    this.parts.timers.clear(this.#resume);
    this.endSession(now, 'closed');
  }

  protected abstract readonly role: 'client' | 'worker';
  protected abstract handleWelcome(now: Instant): void;
  /** Acts on the record that the reader stands at. */
  protected abstract handleRecord(now: Instant, reader: EnvelopeReader): void;
  /** The core has ended the session, or refused to make one. */
  protected abstract lose(now: Instant, why: string): void;

  protected beginSession(now: Instant): void {
    const { parts, id, role } = this;
    const host: UplinkHost = {
      role,
      instance: parts.newInstance(),
      outbox: parts.outbox,
      random: parts.random,
      timers: parts.timers,
      nextPeer: () => id,
      dial: () => undefined,
      hangUp: () => undefined,
      onLost: (at, _uplink, lost) => this.lose(at, lost.why),
    };
    this.uplink = new Uplink(host, 'majordomo');
    this.uplink.start(now);
    this.uplink.handleConnected(now);
  }

  /** Ends the session, if there is one, and says so to the core. */
  protected endSession(now: Instant, why: 'closed' | 'silent' | 'protocol'): void {
    this.uplink?.stop(now, why);
    this.uplink = undefined;
  }

  /** Ends the session that the core has ended already. */
  protected dropSession(now: Instant): void {
    // To end it first leaves nothing to say goodbye to.
    if (this.uplink?.state === 'live') this.uplink.end(now, '');
    this.endSession(now, 'closed');
  }

  protected count(what: string): void {
    this.parts.count(what);
  }

  #goOn(): void {
    this.#isPaused = false;
    this.#pauseMs = Math.max(FIRST_PAUSE_MS, this.#pauseMs);
    this.#list();
  }

  #list(): void {
    if (this.#isListed || this.#isPaused) return;
    if (this.#held === undefined && this.#unsent.size === 0) {
      this.#pauseMs = FIRST_PAUSE_MS;
      return;
    }
    this.#isListed = true;
    this.parts.list(this);
  }
}

/** What all Majordomo peers of a broker share. */
export interface LegacyParts extends Pick<UplinkHost, 'outbox' | 'random'> {
  readonly timers: TimerWheel<Timed>;
  /** Frames kept for a peer that does not read. */
  readonly backlogBytesMax: number;
  newInstance(): Uint8Array;
  count(what: string): void;
  /** Has the peer polled for what it has to send. */
  list(peer: LegacyPeer): void;
}

function bytesOf(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, frame) => sum + frame.length + FRAME_BYTES, 0);
}

/** What a frame costs beyond its bytes, roughly: many small ones must not pass as nothing. */
const FRAME_BYTES = 64;
/** A full connection is tried again after 1 ms, then twice as long each time, as native channels do. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;
