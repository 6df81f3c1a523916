import { BrokerCore } from '@reeve/broker/core';
import type { Instant, PeerId, Transmit } from '@reeve/protocol';
import {
  AnswerView,
  CREDIT,
  CallView,
  Channel,
  DECLARE,
  DISPATCH,
  EnvelopeReader,
  FAILURE,
  HELLO,
  Outbox,
  READY,
  REPLY,
  seededRandom,
  strayMessage,
  writeMap,
  writeNumber,
  writeReply,
  writeRequest,
} from '@reeve/protocol';

/**
 * What one call costs in the broker's core alone: REQUEST in, DISPATCH out, REPLY in, REPLY out. No sockets; scripted
 * peers, whose own time is not counted.
 *
 * `corepack pnpm exec tsx bench/core-broker.ts [seconds] [words of a plan's name]`
 * To profile: `node --import tsx --cpu-prof bench/core-broker.ts 5 'at most once'`.
 */
function main(): void {
  const [seconds, words] = [Number(process.argv[2] ?? 2), process.argv[3] ?? ''];
  for (const [name, plan] of Object.entries(PLANS).filter(([word]) => word.includes(words))) {
    measure(plan, Math.min(seconds / 4, 0.5));
    const rounds = Array.from({ length: ROUNDS }, () => measure(plan, seconds / ROUNDS));
    const spread = rounds.toSorted((a, b) => a - b).map((ns) => ns.toFixed(0).padStart(5));
    process.stdout.write(`${name.padEnd(34)} ${spread[ROUNDS >> 1]} ns a call (${spread[0]} to ${spread.at(-1)})\n`);
  }
}

interface Plan {
  readonly inFlight: number;
  readonly clients: number;
  readonly workers: number;
  readonly isIdempotent: boolean;
  readonly bodyBytes: number;
  /** Credit of all workers in sum; less than `inFlight` makes calls wait. */
  readonly credit: number;
}

/** Runs calls for a while. Returns the nanoseconds a call took in the core. */
function measure(plan: Plan, seconds: number): number {
  const rig = new Rig(plan);
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) rig.turn();
  return (rig.coreMs * 1e6) / rig.answered;
}

class Rig {
  coreMs = 0;
  answered = 0;
  #now: Instant = 1_000_000;
  readonly #core: BrokerCore;
  readonly #peers: Peer[] = [];
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#core = new BrokerCore(this.#now, { name: 'bench', random: seededRandom(1), limits: { warmUpMs: 0 } });
    for (let i = 0; i < plan.workers; i++) this.#peers.push(new Worker(this.#peers.length + 1, plan));
    for (let i = 0; i < plan.clients; i++) this.#peers.push(new Client(this.#peers.length + 1, plan));
    for (const peer of this.#peers) this.#core.handleMessage(this.#now, peer.peer, peer.hello(this.#now).frames);
    this.turn();
    this.coreMs = 0;
    this.answered = 0;
  }

  /** Every peer says what it has to say, then the broker does. */
  turn(): void {
    this.#now += 0.5;
    for (const peer of this.#peers) {
      if (peer instanceof Client) peer.fill(this.#plan.inFlight / this.#plan.clients);
      for (let t = peer.outbox.poll(this.#now); t !== undefined; t = peer.outbox.poll(this.#now)) this.#hand(t);
    }
    const out: Transmit[] = [];
    const startedAt = performance.now();
    for (let t = this.#core.pollTransmit(this.#now); t !== undefined; t = this.#core.pollTransmit(this.#now))
      out.push(t);
    if ((this.#core.pollTimeout() ?? Infinity) <= this.#now) this.#core.handleTimeout(this.#now);
    this.coreMs += performance.now() - startedAt;
    for (const { peer, frames } of out) this.answered += this.#peers[peer - 1]!.receive(this.#now, frames);
  }

  #hand({ peer, frames }: Transmit): void {
    const startedAt = performance.now();
    this.#core.handleMessage(this.#now, peer, frames);
    this.coreMs += performance.now() - startedAt;
  }
}

abstract class Peer {
  readonly peer: PeerId;
  readonly outbox = new Outbox();
  protected readonly plan: Plan;
  protected readonly reader = new EnvelopeReader();
  protected channel: Channel | undefined;

  constructor(peer: PeerId, plan: Plan) {
    this.peer = peer;
    this.plan = plan;
  }

  protected abstract readonly role: 'client' | 'worker';
  protected abstract begin(channel: Channel): void;
  /** Acts on the record that the reader stands at. Returns how many calls it ends. */
  protected abstract take(channel: Channel): number;

  hello(now: Instant): Transmit {
    const instance = new Uint8Array(16).fill(this.peer);
    return strayMessage(now, this.peer, HELLO, { role: this.role, instance, nonce: this.peer });
  }

  receive(now: Instant, frames: readonly Uint8Array[]): number {
    const { reader } = this;
    reader.reset(frames);
    if (this.channel === undefined) {
      this.channel = new Channel(this.outbox, this.peer, reader.session, now);
      this.channel.accept(now, reader);
      this.begin(this.channel);
      return 0;
    }
    this.channel.accept(now, reader);
    let ended = 0;
    while (reader.next()) ended += this.take(this.channel);
    return ended;
  }
}

class Client extends Peer {
  protected readonly role = 'client';
  readonly #answer = new AnswerView();
  #calls = 0;
  #open = 0;

  fill(inFlight: number): void {
    if (this.channel === undefined) return;
    const payload = new Uint8Array(this.plan.bodyBytes);
    const rest = { attempt: 1, priority: 1, remainingMs: 10_000, keyBytes: 0, metadataBytes: 0, tail: undefined };
    for (; this.#open < inFlight; this.#open++) {
      this.#calls += 1;
      writeRequest(this.channel, 0, { call: this.#calls, ...rest, payload });
    }
  }

  protected begin(channel: Channel): void {
    const route = { route: 0, service: 's', method: 'm', fingerprint: 'f', accepts: [] };
    writeMap(channel, DECLARE, { ...route, idempotent: this.plan.isIdempotent });
  }

  protected take(): number {
    const { reader } = this;
    if (reader.type === FAILURE.type) throw new Error('a call failed');
    if (reader.type !== REPLY.type || !this.#answer.readReply(reader)) return 0;
    this.#open -= 1;
    return 1;
  }
}

class Worker extends Peer {
  protected readonly role = 'worker';
  readonly #view = new CallView();
  readonly #body = new Uint8Array(24);
  #granted = 0;

  protected begin(channel: Channel): void {
    const offer = { service: 's', method: 'm', version: '1.0.0', fingerprint: 'f', accepts: [], refuses: [], key: [] };
    writeMap(channel, READY, { methods: [{ ...offer, idempotent: this.plan.isIdempotent }] });
    this.#grant(channel, Math.ceil(this.plan.credit / this.plan.workers));
  }

  override receive(now: Instant, frames: readonly Uint8Array[]): number {
    const before = this.#granted;
    const ended = super.receive(now, frames);
    if (this.channel !== undefined && this.#granted > before) writeNumber(this.channel, CREDIT, this.#granted);
    return ended;
  }

  protected take(channel: Channel): number {
    const { reader } = this;
    if (reader.type !== DISPATCH.type || !this.#view.readDispatch(reader)) return 0;
    writeReply(channel, this.#view.dispatch, 0, 0, this.#body);
    this.#granted += 1;
    return 0;
  }

  #grant(channel: Channel, more: number): void {
    this.#granted += more;
    writeNumber(channel, CREDIT, this.#granted);
  }
}

/** Many short ones: on a machine with other work the lowest is closest to the truth. */
const ROUNDS = 9;

const ONE_CLIENT: Plan = {
  inFlight: 1_000,
  clients: 1,
  workers: 1,
  isIdempotent: false,
  bodyBytes: 16,
  credit: 2_000,
};

const PLANS: Readonly<Record<string, Plan>> = {
  '1000 in flight, at most once': ONE_CLIENT,
  '1000 in flight, idempotent': { ...ONE_CLIENT, isIdempotent: true },
  '1000 in flight, 4 workers': { ...ONE_CLIENT, workers: 4 },
  '1000 in flight, 128 at a time': { ...ONE_CLIENT, credit: 128 },
  '1000 in flight, bodies of 1 KiB': { ...ONE_CLIENT, bodyBytes: 1_024 },
  '100 clients, 1 in flight each': { ...ONE_CLIENT, clients: 100, inFlight: 100 },
  '1 in flight': { ...ONE_CLIENT, inFlight: 1 },
};

main();
