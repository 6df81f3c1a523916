import type {
  Declare,
  Described,
  DescribedService,
  Instant,
  Limits,
  OfferedMethod,
  PeerId,
  Refusal,
  RefusedContract,
  Transmit,
  Verdict,
} from '@reeve/protocol';
import {
  CANCEL,
  CREDIT,
  DECLARE,
  DRAIN,
  EXTEND,
  HEDGE,
  NO_BYTES,
  READY,
  REJECT,
  failureHead,
  seededRandom,
  splitBody,
  writeDescription,
  writeFailure,
  writeHeartbeat,
  writeAwait,
  writeMap,
  writeNumber,
  writeOffer,
  writeReply,
  writeRequest,
} from '@reeve/protocol';
import { BrokerCore } from './broker-core.ts';
import type { BrokerCoreOptions, BrokerEvent } from './options.ts';
import type { Answer, SeenDispatch } from './scripted-peer.test-kit.ts';
import { ScriptedPeer } from './scripted-peer.test-kit.ts';

/** A broker core among scripted clients and workers, with a clock that stands still unless it is moved. */
export class BrokerRig {
  now: Instant = 1_000_000;
  readonly core: BrokerCore;
  readonly events: BrokerEvent[] = [];
  readonly peers: ScriptedPeer[] = [];
  /** What the transport says to a message of the broker. */
  transport: (transmit: Transmit) => 'sent' | Refusal = () => 'sent';
  readonly #instances = seededRandom(7);

  /** Without a time to warm up, unless the limits say otherwise. */
  constructor(limits: Partial<Limits> = {}, more: Partial<BrokerCoreOptions> = {}) {
    const options = { name: 'broker', random: seededRandom(1), limits: { warmUpMs: 0, ...limits }, ...more };
    this.core = new BrokerCore(this.now, options);
  }

  /** A client with a session. */
  client(): ScriptedClient {
    const client = new ScriptedClient(this.nextPeer(), this.#instance());
    this.#enter(client);
    return client;
  }

  /** A worker with a session, which has said READY. */
  worker(
    credit: number = 1,
    methods: readonly OfferedMethod[] = [TWICE, ONCE],
    label?: string,
    described?: readonly DescribedService[],
  ): ScriptedWorker {
    const worker = new ScriptedWorker(this.nextPeer(), this.#instance());
    this.#enter(worker);
    worker.ready(methods, label, described);
    worker.grant(credit);
    this.run();
    return worker;
  }

  nextPeer(): PeerId {
    return this.peers.length + 1;
  }

  /** The same process on a new connection. */
  again<Peer extends ScriptedPeer>(old: Peer, make: (peer: PeerId, instance: Uint8Array) => Peer): Peer {
    const peer = make(this.nextPeer(), old.instance);
    this.peers.push(peer);
    this.core.handlePeer(this.now, peer.peer, 'connected');
    return peer;
  }

  /** Passes messages to and fro until all is quiet. */
  run(): void {
    for (let rounds = 0; this.#pass(); rounds++) if (rounds > 10_000) throw new Error('it never becomes quiet');
  }

  /** Moves the clock, stopping wherever the broker wants to. Peers that are not silent say heartbeats. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let beat = this.now + HEARTBEAT_MS; this.now < end; beat += HEARTBEAT_MS) {
      this.#advanceTo(Math.min(beat, end));
      for (const { channel, isSilent, isGone } of this.peers) {
        if (channel !== undefined && !isSilent && !isGone) writeHeartbeat(channel);
      }
      this.run();
    }
  }

  /** Lets time pass in which the broker stands still, then wakes it by its timer. */
  standStill(ms: number): void {
    this.now += ms;
    this.core.handleTimeout(this.now);
    this.run();
  }

  /** The transport notices that a connection ended. */
  cut(peer: ScriptedPeer): void {
    peer.isGone = true;
    this.core.handlePeer(this.now, peer.peer, 'disconnected');
    this.run();
  }

  command(kind: 'drain' | 'stop'): void {
    this.core.handleCommand(this.now, { kind });
    this.run();
  }

  /** Gives the broker bytes that no peer would send. */
  inject(peer: ScriptedPeer, frames: readonly Uint8Array[]): void {
    this.core.handleMessage(this.now, peer.peer, frames);
    this.run();
  }

  kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  #advanceTo(end: Instant): void {
    for (let steps = 0; ; steps++) {
      if (steps > 100_000) throw new Error('time stands still');
      this.run();
      const wake = this.core.pollTimeout();
      if (wake === undefined || wake > end) break;
      this.now = Math.max(this.now, wake);
      this.core.handleTimeout(this.now);
    }
    this.now = end;
    this.run();
  }

  #enter(peer: ScriptedPeer): void {
    this.peers.push(peer);
    this.core.handlePeer(this.now, peer.peer, 'connected');
    peer.hello(this.now);
    this.run();
  }

  #pass(): boolean {
    let moved = false;
    for (const peer of this.peers) {
      for (let t = peer.outbox.poll(this.now); t !== undefined; t = peer.outbox.poll(this.now)) {
        moved = true;
        if (!peer.isGone) this.core.handleMessage(this.now, t.peer, t.frames);
      }
    }
    for (let t = this.core.pollTransmit(this.now); t !== undefined; t = this.core.pollTransmit(this.now)) {
      moved = true;
      this.#carry(t);
    }
    for (let event = this.core.pollEvent(); event !== undefined; event = this.core.pollEvent()) this.events.push(event);
    return moved;
  }

  #carry(transmit: Transmit): void {
    const peer = this.peers[transmit.peer - 1];
    const fate = peer === undefined || peer.isGone ? 'gone' : this.transport(transmit);
    if (fate === 'sent') peer!.receive(this.now, transmit.frames);
    else this.core.handleRefused(this.now, transmit, fate);
  }

  #instance(): Uint8Array {
    return Uint8Array.from({ length: 16 }, () => this.#instances.u32());
  }
}

export class ScriptedClient extends ScriptedPeer {
  readonly #routes = new Map<string, number>();
  #calls = 0;

  constructor(peer: PeerId, instance: Uint8Array) {
    super('client', peer, instance);
  }

  /** Declares a route, once, and returns its number. */
  declare(method: CallerMethod): number {
    const key = JSON.stringify(method);
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const route = this.#routes.size;
    this.#routes.set(key, route);
    writeMap(this.channel!, DECLARE, { accepts: [], ...method, route } satisfies Declare);
    return route;
  }

  /** Writes a REQUEST and returns its call number. It leaves with the next `run`. */
  request(method: CallerMethod, more: RequestOptions = {}): number {
    const route = this.declare(method);
    const call = more.call ?? (this.#calls += 1);
    const { payload, tail } = splitBody(more.key, undefined, more.body ?? Uint8Array.of(call));
    const { attempt = 1, priority = 1, remainingMs = 10_000 } = more;
    const lengths = { keyBytes: more.key?.length ?? 0, metadataBytes: 0 };
    writeRequest(this.channel!, route, { call, attempt, priority, remainingMs, ...lengths, payload, tail });
    return call;
  }

  /** Declares a route under a number of the test's choice. */
  declareAs(route: number, method: CallerMethod): void {
    writeMap(this.channel!, DECLARE, { accepts: [], ...method, route });
  }

  /** Writes a REQUEST for the number of a route. */
  requestBy(route: number, call: number): void {
    const parts = { call, attempt: 1, priority: 1, remainingMs: 10_000, keyBytes: 0, metadataBytes: 0 };
    writeRequest(this.channel!, route, { ...parts, payload: NO_BYTES, tail: undefined });
  }

  /** Says that it still wants the result of a call that another broker had. */
  await(call: number, method: CallerMethod = once, remainingMs: number = 1_000): void {
    writeAwait(this.channel!, { call, route: this.declare(method), remainingMs });
  }

  cancel(call: number): void {
    writeNumber(this.channel!, CANCEL, call);
  }

  hedge(call: number): void {
    writeNumber(this.channel!, HEDGE, call);
  }

  /** The one answer to a call. */
  answer(call: number): Answer {
    const answers = this.answers.filter((a) => a.call === call);
    if (answers.length !== 1) throw new Error(`call ${call} has ${answers.length} answers`);
    return answers[0]!;
  }

  /** `reply`, the failure in one line, or `undefined` while there is none. */
  verdict(call: number): string | undefined {
    return this.answers.some((a) => a.call === call) ? this.answer(call).verdict : undefined;
  }
}

export class ScriptedWorker extends ScriptedPeer {
  #granted = 0;

  constructor(peer: PeerId, instance: Uint8Array) {
    super('worker', peer, instance);
  }

  /** Calls that it was handed, by call number. */
  get calls(): number[] {
    return this.dispatches.map((d) => d.call);
  }

  get last(): SeenDispatch {
    const last = this.dispatches.at(-1);
    if (last === undefined) throw new Error('nothing was dispatched to this worker');
    return last;
  }

  ready(methods: readonly OfferedMethod[], label?: string, described?: readonly DescribedService[]): void {
    writeMap(this.channel!, READY, { methods, ...(label === undefined ? {} : { label }), described });
  }

  /** Answers a DESCRIBE: with a body, unless an outcome is given. */
  describe({ id }: { readonly id: number }, body: Uint8Array, outcome: Described['outcome'] = 'described'): void {
    writeDescription(this.channel!, { id, outcome, body });
  }

  /** Allows more dispatches. */
  grant(more: number): void {
    this.#granted += more;
    writeNumber(this.channel!, CREDIT, this.#granted);
  }

  /** Says how many are allowed in all. */
  credit(granted: number): void {
    writeNumber(this.channel!, CREDIT, granted);
  }

  reply({ id }: { readonly id: number } = this.last, body: Uint8Array = NO_BYTES): void {
    writeReply(this.channel!, id, 0, 0, body);
  }

  fail({ id }: { readonly id: number }, verdict: Verdict, detail: Uint8Array = NO_BYTES): void {
    writeFailure(this.channel!, failureHead(verdict, id), detail);
  }

  /** Offers how the handler of a call ended: with a reply, unless a verdict is given. */
  offer(of: OfferedCall, body: Uint8Array = NO_BYTES, more: { method?: number; verdict?: Verdict } = {}): void {
    const { code, reason } = more.verdict === undefined ? { code: 0, reason: 0 } : failureHead(more.verdict, 0);
    const { instance, call } = of;
    writeOffer(this.channel!, { instance, call, method: more.method ?? 1, code, reason, body });
  }

  extend({ id }: { readonly id: number } = this.last): void {
    writeNumber(this.channel!, EXTEND, id);
  }

  reject({ id }: { readonly id: number } = this.last): void {
    writeNumber(this.channel!, REJECT, id);
  }

  drain(): void {
    writeMap(this.channel!, DRAIN, {});
  }
}

/** What a client means by a method. */
export type CallerMethod = Pick<Declare, 'service' | 'method' | 'fingerprint' | 'idempotent'> & {
  accepts?: string[];
  refuses?: RefusedContract[];
};

/** The call id of what a worker offers. */
export interface OfferedCall {
  readonly instance: Uint8Array;
  readonly call: number;
}

export interface RequestOptions {
  readonly call?: number;
  readonly attempt?: number;
  readonly priority?: number;
  readonly remainingMs?: number;
  readonly body?: Uint8Array;
  readonly key?: Uint8Array;
}

export function offered(method: string, more: Partial<OfferedMethod> = {}): OfferedMethod {
  const rest = { version: '1.0.0', fingerprint: 'f', accepts: [], refuses: [], idempotent: false, key: [] };
  return { service: 's', method, ...rest, ...more };
}

export const TWICE: OfferedMethod = offered('twice', { idempotent: true });
export const ONCE: OfferedMethod = offered('once');
/** What callers mean by the two. */
export const twice: CallerMethod = { service: 's', method: 'twice', fingerprint: 'f', idempotent: true };
export const once: CallerMethod = { service: 's', method: 'once', fingerprint: 'f', idempotent: false };

/** Well under the two intervals after which a worker is suspect. */
const HEARTBEAT_MS = 400;
