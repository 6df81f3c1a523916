import type { Instant, PeerId, Transmit } from '@reeve/protocol';
import { randomBytes, seededRandom, writeHeartbeat } from '@reeve/protocol';
import type { Call } from './call.ts';
import { ClientCore } from './client-core.ts';
import type { ClientEvent } from './client-event.ts';
import type { ClientCoreOptions } from './client-options.ts';
import { CLIENT_DEFAULTS } from './client-options.ts';
import type { CallRequest } from './ledger.ts';
import type { Failure } from './outcome.ts';
import type { Route } from './route.ts';
import type { SeenRequest } from './scripted-broker.test-kit.ts';
import { ScriptedBroker } from './scripted-broker.test-kit.ts';

/** A client core, scripted brokers and the network between them, all under one clock that the test moves. */
export class ClientRig {
  now: Instant = 1_000;
  readonly client: ClientCore;
  readonly brokers: readonly ScriptedBroker[];
  readonly events: ClientEvent[] = [];
  readonly settled: Call[] = [];
  readonly settledAt: Map<Call, Instant> = new Map();
  readonly safe: Route;
  readonly once: Route;
  /** What the transport says to a message. `hold` keeps it until the link is up again. */
  transport: (transmit: Transmit, broker: ScriptedBroker) => Fate = () => 'sent';
  /** Messages of the client that a transport still holds, with the broker they are for. */
  held: Held[] = [];
  readonly #brokerOf = new Map<PeerId, ScriptedBroker>();

  constructor(options: Partial<ClientCoreOptions> = {}, names: readonly string[] = ['a'], seed: number = 1) {
    const random = seededRandom(seed);
    this.brokers = names.map((name, index) => new ScriptedBroker(name, (index + 1) * 10_000));
    this.client = new ClientCore({
      random,
      instance: randomBytes(random, 16),
      options: { ...CLIENT_DEFAULTS, brokers: names, ...options },
    });
    const route = { service: 's', fingerprint: 'f', accepts: [] };
    this.safe = this.client.addRoute({ ...route, method: 'safe', idempotent: true });
    this.once = this.client.addRoute({ ...route, method: 'once', idempotent: false });
  }

  /** A rig whose client is connected to all its brokers. */
  static connected(
    options: Partial<ClientCoreOptions> = {},
    names: readonly string[] = ['a'],
    seed: number = 1,
  ): ClientRig {
    const rig = new ClientRig(options, names, seed);
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    return rig;
  }

  get a(): ScriptedBroker {
    return this.brokers[0]!;
  }

  get b(): ScriptedBroker {
    return this.brokers[1]!;
  }

  /** Starts a call; nothing leaves before `run`. */
  start(route: Route, more: Partial<CallRequest> = {}): Call {
    const request = { route, body: BODY, priority: 1, timeoutMs: 10_000, ...more };
    return this.client.startCall(this.now, request);
  }

  /** Starts a call and lets it arrive. */
  send(route: Route, more: Partial<CallRequest> = {}): Call {
    const call = this.start(route, more);
    this.run();
    return call;
  }

  /** Passes messages to and fro until all is quiet. */
  run(): void {
    for (let rounds = 0; this.#pass(); rounds++) if (rounds > 10_000) throw new Error('it never becomes quiet');
  }

  /** Moves the clock, stopping wherever the client wants to. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let steps = 0; ; steps++) {
      if (steps > 100_000) throw new Error('time stands still');
      this.run();
      const wake = this.client.pollTimeout();
      if (wake === undefined || wake > end) break;
      this.now = Math.max(this.now, wake);
      this.client.handleTimeout(this.now);
    }
    this.now = end;
    this.client.handleTimeout(end);
    this.run();
  }

  /** Lets time pass while brokers are heard: all of them, or only one. */
  advanceHeard(ms: number, only?: ScriptedBroker): void {
    for (let left = ms; left > 0; left -= 1_000) {
      for (const broker of this.brokers) {
        if (only === undefined || broker === only) for (const channel of broker.channels) writeHeartbeat(channel);
      }
      this.advance(Math.min(left, 1_000));
    }
  }

  /** Ends the connections of a broker, which forgets their sessions. What the transport holds stays held. */
  cut(broker: ScriptedBroker): void {
    for (const peer of this.peersOf(broker)) {
      broker.forgetPeer(peer);
      this.client.handlePeer(this.now, peer, 'disconnected');
    }
  }

  /** The broker dies: nothing answers there until `revive`. */
  kill(broker: ScriptedBroker): void {
    broker.restart();
    this.#dead.add(broker);
    this.cut(broker);
    this.run();
  }

  /** The broker is there again, and gets what the transport held for it. */
  revive(broker: ScriptedBroker): void {
    this.#dead.delete(broker);
    this.run();
  }

  peersOf(broker: ScriptedBroker): PeerId[] {
    return [...this.#brokerOf].filter(([, b]) => b === broker).map(([peer]) => peer);
  }

  /** The request that a broker saw for a call, the latest one. */
  seen(call: Call, broker: ScriptedBroker = this.a): SeenRequest {
    const request = broker.requests.findLast(({ call: number }) => number === call.number);
    if (request === undefined) throw new Error('the broker never saw the call');
    return request;
  }

  kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  readonly #dead = new Set<ScriptedBroker>();

  #pass(): boolean {
    this.#drainEvents();
    let moved = this.#release();
    for (let t = this.client.pollTransmit(this.now); t !== undefined; t = this.client.pollTransmit(this.now)) {
      moved = true;
      this.#carry(t);
      this.#drainEvents();
    }
    for (const broker of this.brokers) {
      for (let t = broker.outbox.poll(this.now); t !== undefined; t = broker.outbox.poll(this.now)) {
        moved = true;
        if (!this.#dead.has(broker)) this.client.handleMessage(this.now, t.peer, t.frames);
      }
    }
    this.#drainEvents();
    return moved;
  }

  /** Delivers what was held and need not be any more, in order. */
  #release(): boolean {
    const isHeld = ({ transmit, broker }: Held): boolean => this.#fate(transmit, broker) !== 'sent';
    const first = this.held.find((held) => !isHeld(held));
    if (first === undefined) return false;
    this.held = this.held.filter((held) => held !== first);
    first.broker.receive(this.now, first.transmit.peer, first.transmit.frames);
    return true;
  }

  #fate(transmit: Transmit, broker: ScriptedBroker): Fate {
    return this.#dead.has(broker) ? 'hold' : this.transport(transmit, broker);
  }

  #carry(transmit: Transmit): void {
    const broker = this.#brokerOf.get(transmit.peer);
    if (broker === undefined) return this.client.handleRefused(this.now, transmit, 'gone');
    const isBehind = this.held.some((held) => held.transmit.peer === transmit.peer);
    const fate = isBehind ? 'hold' : this.#fate(transmit, broker);
    if (fate === 'full' || fate === 'gone') this.client.handleRefused(this.now, transmit, fate);
    else if (fate === 'hold') this.held.push({ transmit, broker });
    else if (fate === 'sent') broker.receive(this.now, transmit.peer, transmit.frames);
  }

  #drainEvents(): void {
    for (let event = this.client.pollEvent(); event !== undefined; event = this.client.pollEvent()) {
      this.events.push(event);
      if (event.kind === 'settled') {
        this.settled.push(event.call);
        this.settledAt.set(event.call, this.now);
      }
      if (event.kind === 'dial') {
        this.#brokerOf.set(
          event.peer,
          this.brokers.find(({ name }) => name === event.endpoint)!,
        );
      }
      if (event.kind === 'hangUp') {
        this.#brokerOf.get(event.peer)?.forgetPeer(event.peer);
        this.#brokerOf.delete(event.peer);
        this.held = this.held.filter(({ transmit }) => transmit.peer !== event.peer);
      }
    }
  }
}

/** What becomes of a message. `lost`: the transport says that it was sent, and nobody ever sees it. */
export type Fate = 'sent' | 'full' | 'gone' | 'hold' | 'lost';

interface Held {
  readonly transmit: Transmit;
  readonly broker: ScriptedBroker;
}

/** Why the call failed. */
export function failure(call: Call): Failure {
  if (call.outcome === undefined) throw new Error(`the call is ${call.state}`);
  if (call.outcome.ok) throw new Error('the call succeeded');
  return call.outcome.failure;
}

/** Code, reason and executed of a failed call, in one line. */
export function verdict(call: Call): string {
  const { code, reason, executed } = failure(call);
  return `${code} ${reason} ${executed}`;
}

const BODY: Uint8Array = Uint8Array.of(1, 2, 3);
