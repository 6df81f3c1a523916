import type { Instant, PeerChange, PeerId, Random, Refusal, Session, Timed, Transmit } from '@reeve/protocol';
import { EnvelopeReader, Fifo, LIMITS, Outbox, TimerWheel, copyOut, randomBytes } from '@reeve/protocol';
import type { BrokerCommand, BrokerCore, BrokerEvent } from '../core/index.ts';
import { isReserved } from '../core/index.ts';
import type { LegacyRoute } from './ask-lane.ts';
import type { BodyForm } from './bodies.ts';
import type { MajordomoConfig } from './config.ts';
import type { ClientRequest, MajordomoMessage } from './dialect.ts';
import { clientAnswer, readMajordomo, workerSignal } from './dialect.ts';
import { LegacyClient } from './legacy-client.ts';
import type { LegacyParts, LegacyPeer } from './legacy-peer.ts';
import type { LegacyOffer } from './legacy-worker.ts';
import { LegacyWorker, UNTYPED } from './legacy-worker.ts';
import type { MmiFacts } from './mmi.ts';
import { answerMmi, isMmi } from './mmi.ts';
import { nativeName, plainName, readName } from './names.ts';
import type { MajordomoService } from './options.ts';

/**
 * Lets Majordomo peers join a broker core, on the listeners that native peers use. A connection is a Majordomo peer's
 * from the first message on that says so; all others pass by here untouched.
 */
export class MajordomoGateway implements Session<BrokerCommand, BrokerEvent> {
  readonly #core: BrokerCore;
  readonly #config: MajordomoConfig;
  readonly #warmUntil: Instant;
  readonly #peers = new Map<PeerId, LegacyClient | LegacyWorker>();
  readonly #reader = new EnvelopeReader();
  /** What Majordomo peers say to the core. */
  readonly #outbox = new Outbox();
  readonly #timers = new TimerWheel<Timed>();
  readonly #parts: LegacyParts;
  /** Peers that have something to send. */
  readonly #talkers = new Fifo<LegacyPeer>();
  /** Messages for connections that are no peer's yet. */
  readonly #strays = new Fifo<Transmit>();

  constructor(core: BrokerCore, { config, random, backlogBytesMax, warmUntil }: GatewayOptions) {
    this.#core = core;
    this.#config = config;
    this.#warmUntil = warmUntil;
    this.#parts = {
      outbox: this.#outbox,
      random,
      timers: this.#timers,
      backlogBytesMax,
      newInstance: () => randomBytes(random, 16),
      count: (what) => this.#count(what),
      list: (peer) => this.#talkers.push(peer),
    };
  }

  handleMessage(now: Instant, id: PeerId, frames: readonly Uint8Array[]): void {
    const peer = this.#peers.get(id);
    // Whoever has a native session is native.
    const message = peer === undefined && this.#core.knows(id) ? undefined : readMajordomo(frames);
    if (peer === undefined && message === undefined) return this.#core.handleMessage(now, id, frames);
    if (message === undefined || message === 'malformed') return this.#count('malformed messages dropped');
    if (message.role === 'client') this.#handleClient(now, id, peer, message);
    else this.#handleWorker(now, id, peer, message);
    this.#feedCore(now);
  }

  handlePeer(now: Instant, id: PeerId, change: PeerChange): void {
    const peer = this.#peers.get(id);
    if (peer !== undefined && change === 'disconnected') {
      // The core first: it must see a lost connection, not a farewell.
      this.#core.handlePeer(now, id, change);
      peer.leave(now);
      this.#peers.delete(id);
      this.#dropOwn(now);
      return;
    }
    this.#core.handlePeer(now, id, change);
  }

  handleRefused(now: Instant, transmit: Transmit, why: Refusal): void {
    const peer = this.#peers.get(transmit.peer);
    if (peer === undefined) return this.#core.handleRefused(now, transmit, why);
    // A connection that is gone is told of by itself.
    if (why === 'full') peer.pause(now, transmit);
  }

  handleCommand(now: Instant, command: BrokerCommand): void {
    this.#core.handleCommand(now, command);
  }

  handleTimeout(now: Instant): void {
    this.#timers.advance(now, (owner) => owner.onTimer(now));
    this.#core.handleTimeout(now);
    this.#feedCore(now);
  }

  get hasFull(): boolean {
    return this.#core.hasFull;
  }

  pollFull(now: Instant): Transmit | undefined {
    for (let t = this.#core.pollFull(now); t !== undefined; t = this.#core.pollFull(now)) {
      if (!this.#deliver(now, t)) return t;
    }
    return undefined;
  }

  pollTransmit(now: Instant): Transmit | undefined {
    for (;;) {
      const own = this.#pollOwn();
      if (own !== undefined) return own;
      const transmit = this.#core.pollTransmit(now);
      if (transmit === undefined || !this.#deliver(now, transmit)) return transmit;
    }
  }

  pollTimeout(): Instant | undefined {
    const own = this.#timers.next();
    const core = this.#core.pollTimeout();
    if (own === undefined || core === undefined) return own ?? core;
    return Math.min(own, core);
  }

  pollEvent(): BrokerEvent | undefined {
    return this.#core.pollEvent();
  }

  /** How much is kept here, by table. */
  sizes(): Record<string, number> {
    const sizes: Record<string, number> = { peers: this.#peers.size, strays: this.#strays.size };
    sizes['timers'] = this.#timers.size;
    for (const peer of this.#peers.values()) {
      for (const [table, size] of Object.entries(peer.sizes())) sizes[table] = (sizes[table] ?? 0) + size;
    }
    return sizes;
  }

  /** Gives a Majordomo peer what the core says to it. Returns false if the peer is native. */
  #deliver(now: Instant, transmit: Transmit): boolean {
    const peer = this.#peers.get(transmit.peer);
    if (peer === undefined) return false;
    peer.handleNative(now, this.#reader, transmit.frames);
    this.#feedCore(now);
    return true;
  }

  #handleClient(now: Instant, id: PeerId, peer: LegacyPeer | undefined, message: ClientRequest): void {
    if (peer instanceof LegacyWorker) return this.#count('malformed messages dropped');
    const service = readName(message.service, LIMITS.nameBytesMax);
    if (service === undefined) return this.#count('requests without a readable service dropped');
    if (isMmi(service)) return this.#answerMmi(id, peer, service, message);
    const client =
      peer ?? this.#enter(new LegacyClient(id, message.dialect, this.#parts, (name) => this.#routeOf(name)));
    (client as LegacyClient).handle(now, service, message);
  }

  #handleWorker(
    now: Instant,
    id: PeerId,
    peer: LegacyPeer | undefined,
    message: Exclude<MajordomoMessage, ClientRequest>,
  ): void {
    if (peer instanceof LegacyClient) return this.#count('malformed messages dropped');
    // Not the peer that it takes itself for: the broker was restarted.
    if (peer === undefined && message.command !== 'ready') {
      if (message.command === 'disconnect') return;
      this.#strays.push({ peer: id, frames: workerSignal(message.dialect, 'disconnect') });
      return;
    }
    const worker =
      peer ?? this.#enter(new LegacyWorker(id, message.dialect, this.#parts, (name) => this.#offerOf(name)));
    (worker as LegacyWorker).handle(now, message);
  }

  #enter<P extends LegacyClient | LegacyWorker>(peer: P): P {
    this.#peers.set(peer.id, peer);
    return peer;
  }

  #answerMmi(
    id: PeerId,
    peer: LegacyPeer | undefined,
    service: string,
    { dialect, service: name, body }: ClientRequest,
  ): void {
    const text = readName(body[0]!, LIMITS.nameBytesMax) ?? '';
    const lines = answerMmi(service, text, this.#facts).map((line) => encoder.encode(line));
    const frames = clientAnswer(dialect, 'final', copyOut(name, 0, name.length), lines);
    if (peer === undefined) this.#strays.push({ peer: id, frames });
    // Behind what it has not been sent yet.
    else if (!peer.send(frames)) this.#count('answers dropped: not read');
  }

  /** How the requests for a name are passed on. */
  #routeOf(name: string): LegacyRoute {
    const { services, timeoutMs, holdMs } = this.#config;
    const own = services.get(name);
    return {
      name: nativeName(name, own),
      timeoutMs: own?.timeoutMs ?? timeoutMs,
      holdMs,
      warmUntil: this.#warmUntil,
      form: () => this.#formOf(name, own),
    };
  }

  /** How a worker that names a service is entered. `undefined`: the name is none that a worker may have. */
  #offerOf(service: Uint8Array): LegacyOffer | undefined {
    const text = readName(service, LIMITS.nameBytesMax);
    if (text === undefined || isMmi(text) || isReserved(text)) return undefined;
    const config = this.#config.services.get(text);
    return {
      name: nativeName(text, config),
      form: config?.body ?? 'raw',
      retrySafe: config?.retrySafe ?? false,
      silenceMs: this.#config.workerSilenceMs,
    };
  }

  /** What the bodies of a name are; `undefined`: nobody offers it. */
  #formOf(name: string, own: MajordomoService | undefined): BodyForm | 'either' | undefined {
    const { service, method } = nativeName(name, own);
    // The broker answers for itself.
    if (isReserved(service)) return 'either';
    const offer = this.#core.offerOf(service, method);
    if (offer === undefined) return undefined;
    return own?.body ?? (offer.fingerprint === UNTYPED ? 'raw' : 'either');
  }

  readonly #facts: MmiFacts = {
    workersOf: (name) => {
      const { service, method } = nativeName(name, this.#config.services.get(name));
      return this.#core.offersOf(service, method).length;
    },
    names: () => this.#names(),
  };

  #names(): string[] {
    const plain = this.#core
      .services()
      .flatMap(({ name: service, methods }) => methods.map(({ name: method }) => plainName({ service, method })));
    const names = new Set([...this.#config.services.keys(), ...plain]);
    return [...names].filter((name) => this.#facts.workersOf(name) > 0).sort();
  }

  /** Hands to the core what Majordomo peers have to say to it. */
  #feedCore(now: Instant): void {
    for (let t = this.#outbox.poll(now); t !== undefined; t = this.#outbox.poll(now)) {
      this.#core.handleMessage(now, t.peer, t.frames);
    }
  }

  /** Drops what a peer still had to say that is gone. */
  #dropOwn(now: Instant): void {
    for (let t = this.#outbox.poll(now); t !== undefined; t = this.#outbox.poll(now)) {
      if (this.#peers.has(t.peer)) this.#core.handleMessage(now, t.peer, t.frames);
    }
  }

  #pollOwn(): Transmit | undefined {
    const stray = this.#strays.shift();
    if (stray !== undefined) return stray;
    for (let peer = this.#talkers.shift(); peer !== undefined; peer = this.#talkers.shift()) {
      const transmit = peer.pollTransmit();
      if (transmit !== undefined) return transmit;
    }
    return undefined;
  }

  #count(what: string): void {
    const { majordomo } = this.#core.counters;
    majordomo[what] = (majordomo[what] ?? 0) + 1;
  }
}

export interface GatewayOptions {
  readonly config: MajordomoConfig;
  readonly random: Random;
  /** What is kept for one peer, each way. */
  readonly backlogBytesMax: number;
  /** Until when requests wait for workers in any case: the broker has just started. */
  readonly warmUntil: Instant;
}

const encoder = new TextEncoder();
