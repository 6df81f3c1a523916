import type { Limits, Random } from '@reeve/protocol';
import { VERDICTS, encodeValue, seededRandom, toHex } from '@reeve/protocol';
import type { MethodName, SimulatedCall, SimulatedCallOptions, SimulatedNode, Trouble } from '@reeve/testing/world';
import type { Dispatch } from '@reeve/worker/core';
import { NO_TROUBLE, SimulatedBroker, SimulatedClient, SimulatedWorker, World } from '@reeve/testing/world';
import { Aftermath, LAST_MS } from './aftermath.ts';
import type { FaultTools } from './faults.ts';
import { FAULTS, faultTools } from './faults.ts';
import type { Outsider } from '../scenarios/stranger.ts';
import { Stranger } from '../scenarios/stranger.ts';
import { ASKS_AGAIN_MS, boundViolations } from './invariants.ts';
import { ALL, ASKED, CAUTIOUS, KEYED, KEYED_ONCE, ODD, ONCE, TWICE, offered } from './methods.ts';
import { START_BYTES, Witness, short } from './witness.ts';

/**
 * One run of the real cores through a storm: a seed draws brokers, workers, clients, calls and everything that goes
 * wrong. Then the faults stop, and after a while a last round of calls must all succeed.
 */
export class Storm {
  readonly world: World;
  readonly witness: Witness;
  readonly brokers: SimulatedBroker[];
  readonly workers: SimulatedWorker[];
  readonly clients: SimulatedClient[];
  /** Limits of the brokers that are not the usual ones. */
  readonly limits: Partial<Limits>;
  /** Calls that were made when everything was in order again. */
  readonly lastCalls: SimulatedCall[] = [];
  /** Bounds that were exceeded on the way. */
  readonly exceeded: Set<string> = new Set<string>();
  /** Starts of at-most-once keys, by life of a broker and key. */
  readonly keyStarts: Map<string, number> = new Map<string, number>();
  /** How often something went wrong on purpose. */
  faultsDone = 0;
  readonly strangers: Outsider[] = [];
  /** Workers that offer everything. */
  readonly versatile: SimulatedWorker[] = [];
  /** How long handlers take once it is calm. */
  calmMs = 1;
  readonly aftermath: Aftermath = new Aftermath(this);
  /** Calls of the time in which more was asked for than there was. */
  readonly crowd: SimulatedCall[] = [];
  /** Calls that kill whoever starts them. */
  readonly poison: Set<string> = new Set<string>();
  crowdedSince = 0;
  crowdedUntil = 0;
  readonly #random: Random;
  readonly #faults: readonly string[];
  readonly #faultShare: number;
  readonly #tools: FaultTools;
  #isCalm = false;
  #starts = 0;
  readonly #poisonShare: number;

  /** `watched`: ids of calls whose story is to be told. */
  constructor(seed: number, options: StormOptions = {}, watched?: ReadonlySet<string>) {
    this.#random = seededRandom(seed, 77);
    this.world = new World({
      seed,
      latency: [0.05, this.pick([0.2, 2, 20])],
      turnMs: this.pick([0, 0.1, 1]),
      noticeMaxMs: this.pick([0, 5, 50]),
      skewMs: this.pick([0, 1_000_000]),
    });
    this.limits = this.pick([{}, {}, {}, NARROW, HASTY]);
    this.#faults = this.#drawFaults(options);
    this.#faultShare = this.pick([0.05, 0.15, 0.3]);
    this.#poisonShare = options.faults === undefined || options.faults.includes('poison') ? 0.002 : 0;
    // A DISPATCH that has to wait for room leaves later than it was decided on.
    const isDirect = this.limits !== NARROW && !this.#faults.includes('full') && !this.#faults.includes('clog');
    this.witness = new Witness(() => this.world.now, isDirect ? this.world.turnMs + 0.01 : Infinity, watched);
    this.world.observer = this.witness;
    this.brokers = names('broker', options.brokers ?? 1 + this.#below(3)).map(
      (n) => new SimulatedBroker(this.world, n, this.limits),
    );
    const brokers = this.brokers.map((b) => b.endpoint);
    this.workers = names('worker', 1 + this.#below(4)).map((name) => this.#worker(name, brokers));
    const policy = this.pick(['failover', 'round-robin'] as const);
    this.clients = names('client', 1 + this.#below(3)).map(
      (n) => new SimulatedClient(this.world, n, { brokers, policy }),
    );
    this.#tools = faultTools(this, this.#random);
    this.world.trouble = this.#drawTrouble(options);
    this.witness.tell(`${this.nodes.map((n) => n.name).join(', ')}; ${policy}; ${JSON.stringify(this.limits)}`);
    this.witness.tell(`faults: ${this.#faults.join(', ')}; trouble: ${JSON.stringify(this.world.trouble)}`);
  }

  /** Lets somebody talk to a broker who says anything at all. */
  invite(broker: SimulatedBroker): string {
    const stranger = new Stranger(this.world, `stranger-${this.strangers.length + 1}`, broker.endpoint);
    stranger.overheard = this.witness.overheard;
    stranger.chatter(200);
    this.strangers.push(stranger);
    return stranger.name;
  }

  get nodes(): SimulatedNode[] {
    return [...this.brokers, ...this.workers, ...this.clients] as never;
  }

  /** Every call that was made. */
  get calls(): SimulatedCall[] {
    return this.clients.flatMap((c) => c.calls);
  }

  /** Lets the storm rage for a while, then lets everything recover and end. */
  run(): this {
    // Some storms are slow: what takes seconds to notice happens only in them.
    const stepMs = this.pick([60, 60, 200]);
    for (let step = 0; step < STEPS; step++) {
      for (let i = this.#below(12); i > 0; i--) this.#makeCall(this.pick(this.clients));
      this.#doFaults();
      this.world.run(this.#random.unit() * stepMs);
      for (const line of boundViolations(this)) this.exceeded.add(line);
    }
    this.#calm();
    this.#crowd();
    // What was measured in the crowd is forgotten: the pool is many times as fast from now on.
    this.world.run(2_500);
    for (const client of this.clients) {
      this.makeLastCalls(client, 10);
      this.world.run(5);
    }
    const until = this.world.now + END_MS;
    this.world.run(LAST_MS);
    this.aftermath.run();
    this.world.run(until - this.world.now);
    return this;
  }

  /** Picks one by chance. */
  pick<T>(options: readonly T[]): T {
    return options[this.#below(options.length)]!;
  }

  /** Makes calls that must all succeed. */
  makeLastCalls(client: SimulatedClient, count: number): void {
    for (let i = 0; i < count; i++) this.lastCalls.push(this.#makeCall(client, { timeoutMs: LAST_MS })!);
  }

  /** Ends all clients and workers: nothing of them may stay at the brokers. */
  endPeers(): void {
    for (const node of [...this.clients, ...this.workers, ...this.strangers]) node.kill();
    this.world.run(1_000);
  }

  later(inMs: number, what: string, act: () => unknown): void {
    this.world.agenda.add(this.world.now + inMs, () => {
      if (this.#isCalm) return;
      this.witness.tell(what);
      act();
    });
  }

  /** Every seed draws the same numbers, whatever is asked for. */
  #drawFaults({ faults }: StormOptions): string[] {
    const all = Object.keys(FAULTS);
    const count = this.pick([1, 3, 6, all.length]);
    const drawn = Array.from({ length: count }, () => this.pick(all));
    return faults === undefined ? drawn : all.filter((name) => faults.includes(name));
  }

  #drawTrouble({ faults }: StormOptions): Trouble {
    const drawn = this.#random.unit() < 0.5 ? this.pick(TROUBLES) : NO_TROUBLE;
    if (faults === undefined) return drawn;
    const share = (name: keyof typeof TROUBLE_SHARES): number => (faults.includes(name) ? TROUBLE_SHARES[name] : 0);
    return { lost: share('loss'), doubled: share('duplicate'), late: share('delay'), newer: share('newer') };
  }

  #worker(name: string, brokers: readonly string[]): SimulatedWorker {
    const random = seededRandom(this.#random.u32());
    const concurrency = this.pick([1, 4, 16]);
    // The first one offers everything, so that the last calls find somebody.
    const methods = name.endsWith('1') ? ALL : this.pick([ALL, ALL.toReversed(), [ONCE, KEYED_ONCE]]);
    const worker: SimulatedWorker = new SimulatedWorker(this.world, name, {
      brokers,
      methods: methods.map(offered),
      concurrency,
      prefetch: this.pick([1, 16]),
      handle: (dispatch) => {
        this.witness.tell(`${name} starts ${short(dispatch.callId)}`, dispatch.callId);
        const isOnce = methods[dispatch.method] === KEYED_ONCE;
        this.#noteKey({ key: dispatch.key, isOnce, link: dispatch.link });
        // Each start has a result of its own, so that two of them can be told apart.
        const result = resultOf(dispatch.body, (this.#starts += 1));
        if (this.#isCalm && !worker.isBlackHole) return { takesMs: this.calmMs, result };
        const usualMs = random.unit() < 0.1 ? random.unit() * 800 : random.unit() * 10;
        const takesMs = Math.min(usualMs, SLOWEST_MS / worker.slowness);
        const isPoison = this.poison.has(dispatch.callId) && this.#poisonShare > 0;
        if (isPoison) this.#poison(worker, takesMs * random.unit());
        else if (random.unit() < this.#poisonShare) this.#poison(worker, takesMs * random.unit() * 2);
        if (worker.isBlackHole || random.unit() < 0.05) {
          return { takesMs: worker.isBlackHole ? 0 : takesMs, result: { verdict: VERDICTS.handlerError, detail: {} } };
        }
        return { takesMs, result };
      },
    });
    if (methods.includes(TWICE)) this.versatile.push(worker);
    return worker;
  }

  /** The handler takes its worker along: before it is done, or just after. */
  #poison(worker: SimulatedWorker, inMs: number): void {
    const { life } = worker;
    this.later(inMs, `${worker.name} is killed by a handler`, () => worker.life === life && worker.kill());
    this.later(inMs + 200, `restart ${worker.name}`, () => worker.isAlive || worker.restart());
  }

  #makeCall(client: SimulatedClient, options?: { timeoutMs: number }): SimulatedCall | undefined {
    if (!client.isAlive) return undefined;
    const method = options === undefined && this.#random.unit() < 0.03 ? this.pick(ODD) : this.pick(ASKED);
    const timeoutMs = options?.timeoutMs ?? this.pick([50, 500, 5_000, 30_000]);
    // In the calm a key is new: what the storm has left of the others is kept, and right to be.
    const ofStorm = options === undefined ? String(this.#below(KEYS)) : `calm ${client.name} ${client.calls.length}`;
    const key = KEYED.has(method) ? ofStorm : undefined;
    // Who asks with the same key asks for the same, but for a few who are mistaken.
    const isMistaken = options === undefined && this.#random.unit() < 0.02;
    const what = key === undefined || isMistaken ? [client.name, client.calls.length] : [key];
    // Each method has bodies of its own: a result that is given to the same key of another one is told apart.
    const body = encodeValue([...what, key === undefined ? this.#bulk() : method === KEYED_ONCE ? 1 : 0]);
    const priority = this.#below(4);
    const patience = this.#patience(method);
    const asked = isCautious(client, method) ? CAUTIOUS : method;
    const call = client.call(asked, body, { timeoutMs, priority, key, ...(asked.idempotent ? patience : {}) });
    if (method === TWICE && this.#random.unit() < POISON_SHARE && options === undefined) this.poison.add(call.id);
    if (options === undefined && this.#random.unit() < 0.05) {
      this.world.agenda.add(this.world.now + this.#random.unit() * 20, () => client.cancel(call));
    }
    return call;
  }

  /** Some do not want to wait. */
  #patience(method: MethodName): SimulatedCallOptions {
    const share = this.#random.unit();
    if (!method.idempotent || share > 0.2) return {};
    return share < 0.1 ? { hedgeAfterMs: 20 + share * 2_000 } : { attemptTimeoutMs: 20 + share * 2_000 };
  }

  /** Counts starts of an at-most-once key in the life of one broker. */
  #noteKey({ key, isOnce, link }: { key: Uint8Array | undefined; isOnce: boolean; link: Dispatch['link'] }): void {
    if (key === undefined || !isOnce || link.uplink.welcome === undefined) return;
    const id = `${link.uplink.welcome.epoch} ${toHex(key)}`;
    this.keyStarts.set(id, (this.keyStarts.get(id) ?? 0) + 1);
  }

  #bulk(): Uint8Array {
    const share = this.#random.unit();
    return new Uint8Array(share < 0.02 ? 12_000 : share < 0.1 ? 900 : 4);
  }

  #doFaults(): void {
    if (this.#random.unit() >= this.#faultShare || this.#faults.length === 0) return;
    const did = FAULTS[this.pick(this.#faults)]!(this.#tools);
    if (did === undefined) return;
    this.faultsDone += 1;
    this.witness.tell(did);
  }

  /** Ends all faults: everything lives and is reachable, and has had time to find that out. */
  #calm(): void {
    this.witness.tell('calm');
    this.#isCalm = true;
    this.world.trouble = NO_TROUBLE;
    for (const a of this.nodes) for (const b of this.nodes) this.world.rejoin(a, b);
    for (const node of [...this.brokers, ...this.workers, ...this.clients]) {
      node.resume();
      if (!node.isAlive || (node instanceof SimulatedBroker && node.isDraining)) {
        node.kill();
        node.restart();
      }
    }
    for (const worker of this.workers) {
      worker.slowness = 1;
      worker.isBlackHole = false;
      if (worker.core.state !== 'serving') {
        worker.kill();
        worker.restart();
      }
    }
    this.world.run(CALM_MS);
  }

  /** More is asked for than there is, by clients of which the first asks for most. Counts who is served. */
  #crowd(): void {
    this.calmMs = CROWDED_MS;
    const until = this.world.now + CROWD_MS;
    this.crowdedSince = this.world.now;
    this.crowdedUntil = until;
    for (const [i, client] of this.clients.entries()) {
      const many = i === 0 ? CROWD_GREEDY : CROWD_MODEST;
      const start = (): void => {
        if (this.world.now >= until) return;
        const call = client.call(TWICE, encodeValue([client.name, client.calls.length, 'crowd']), {
          timeoutMs: 10_000,
        });
        this.crowd.push(call);
        // Who is refused waits a little, as any client of a full queue should.
        const pauseMs = (): number => (call.outcome?.ok === true ? 0 : ASKS_AGAIN_MS);
        call.handleSettled = () => this.world.agenda.add(this.world.now + pauseMs(), start);
      };
      for (let n = 0; n < many; n++) start();
    }
    this.world.run(CROWD_MS);
    this.calmMs = 1;
    this.world.runUntil(() => this.crowd.every((call) => call.settled > 0), 30_000);
  }

  #below(bound: number): number {
    return this.#random.u32() % bound;
  }
}

/** Everything is full all the time. */
const NARROW: Partial<Limits> = {
  windowBytes: 6_000,
  peerBacklogBytesMax: 30_000,
  clientCallsMax: 12,
  clientQueueBytesMax: 20_000,
  serviceQueueCallsMax: 20,
  serviceQueueBytesMax: 30_000,
  queueBytesMax: 40_000,
  awaitsMax: 10,
  offersMax: 4,
  offerBytesMax: 10_000,
};
/** Nobody waits for anybody. */
const HASTY: Partial<Limits> = {
  warmUpMs: 0,
  noWorkerGraceMs: 20,
  goawayMs: 500,
  farewellMs: 20,
  queueDelayMaxMs: 300,
};

const TROUBLES = [
  { lost: 0, doubled: 0.02, late: 0.001, newer: 0 },
  { lost: 0.001, doubled: 0, late: 0.01, newer: 0.1 },
  { lost: 0.005, doubled: 0.005, late: 0.005, newer: 0.02 },
];

const STEPS = 120;
/** Longer than the longest deadline: nothing of the storm is left then. */
const END_MS = 35_000;
/** No handler takes longer: all of them end while it is calm. */
const SLOWEST_MS = 10_000;
/** Longer than the silence after which a client makes a new connection, which is the slowest of all recoveries. */
const CALM_MS = 25_000;

/** What a seed may be narrowed to. */
export interface StormOptions {
  /** Names of faults; all of them happen, and no others. */
  readonly faults?: readonly string[] | undefined;
  readonly brokers?: number | undefined;
}

/** Faults that befall single messages, by name, and the share of messages that they befall. */
export const TROUBLE_SHARES = { loss: 0.003, duplicate: 0.01, delay: 0.01, newer: 0.05 } as const;

/** The contract of one client does not let a handler be started again that those of the workers do. */
function isCautious(client: SimulatedClient, method: MethodName): boolean {
  return method === TWICE && client.name.endsWith('2');
}

/** The body, and which start of a handler this is. */
function resultOf(body: Uint8Array, start: number): Uint8Array {
  const result = new Uint8Array(body.length + START_BYTES);
  result.set(body);
  new DataView(result.buffer).setUint32(body.length, start);
  return result;
}

/** One in a storm or two. */
const POISON_SHARE = 0.004;
/** How long handlers take in a crowd, how long that lasts, and how many calls a client keeps under way. */
const CROWDED_MS = 40;
const CROWD_MS = 1_000;
const CROWD_GREEDY = 120;
const CROWD_MODEST = 40;
/** Few, so that calls meet in them. */
const KEYS = 60;

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${kind}-${i + 1}`);
}
