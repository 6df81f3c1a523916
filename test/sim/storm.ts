import type { Random } from '@reeve/protocol';
import { VERDICTS, encodeValue, seededRandom } from '@reeve/protocol';
import type { MethodName, SimulatedCall } from '@reeve/testing/world';
import { SimulatedBroker, SimulatedClient, SimulatedWorker, World } from '@reeve/testing/world';

/**
 * One run of the real cores through a storm: a seed draws brokers, workers, clients, calls and everything that goes
 * wrong. Afterwards the faults stop, and what was promised is checked against what the handlers saw.
 */
export class Storm {
  readonly world: World;
  readonly brokers: SimulatedBroker[];
  readonly workers: SimulatedWorker[];
  readonly clients: SimulatedClient[];
  /** What happened, for the reader of a failing seed. */
  readonly trace: string[] = [];
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed, 77);
    this.world = new World({ seed, latency: [0.05, this.#pick([0.2, 2, 20])] });
    this.brokers = names('broker', 1 + this.#below(3)).map((name) => new SimulatedBroker(this.world, name));
    const brokers = this.brokers.map((b) => b.endpoint);
    this.workers = names('worker', 1 + this.#below(4)).map((name) => this.#worker(name, brokers));
    const policy = this.#pick(['failover', 'round-robin'] as const);
    this.clients = names('client', 1 + this.#below(3)).map(
      (n) => new SimulatedClient(this.world, n, { brokers, policy }),
    );
  }

  /** Every call that was made. */
  get calls(): SimulatedCall[] {
    return this.clients.flatMap((c) => c.calls);
  }

  /** Lets the storm rage for a while, then lets everything recover and end. */
  run(): this {
    for (let step = 0; step < 120; step++) {
      for (let i = this.#below(12); i > 0; i--) this.#makeCall();
      if (this.#random.unit() < 0.25) this.#fault();
      this.world.run(this.#random.unit() * 60);
    }
    this.#calm();
    this.world.runUntil(() => this.calls.every((c) => c.settled > 0), 60_000);
    this.world.run(1_000);
    return this;
  }

  #worker(name: string, brokers: readonly string[]): SimulatedWorker {
    const random = seededRandom(this.#random.u32());
    return new SimulatedWorker(this.world, name, {
      brokers,
      methods: [TWICE, ONCE].map((m) => ({ ...m, version: '1.0.0', accepts: [], refuses: [], key: [] })),
      concurrency: this.#pick([1, 4, 16]),
      prefetch: this.#pick([1, 16]),
      handle: (dispatch) => ({
        takesMs: random.unit() < 0.1 ? random.unit() * 800 : random.unit() * 10,
        result: random.unit() < 0.05 ? { verdict: VERDICTS.handlerError, detail: {} } : dispatch.body,
      }),
    });
  }

  #makeCall(): void {
    const client = this.#pick(this.clients);
    const method = this.#pick([TWICE, ONCE]);
    const timeoutMs = this.#pick([50, 500, 5_000, 30_000]);
    const call = client.call(method, encodeValue(client.calls.length), { timeoutMs });
    if (this.#random.unit() < 0.05)
      this.world.agenda.add(this.world.now + this.#random.unit() * 20, () => client.cancel(call));
  }

  #fault(): void {
    const broker = this.#pick(this.brokers);
    const worker = this.#pick(this.workers);
    const afterMs = this.#random.unit() * 3_000;
    const later = (what: string, act: () => void): void => {
      this.world.agenda.add(this.world.now + afterMs, () => (this.#note(what), act()));
    };
    switch (this.#below(7)) {
      case 0:
        this.#note(`kill ${worker.name}`);
        worker.kill();
        return later(`restart ${worker.name}`, () => void (worker.isAlive || worker.restart()));
      case 1:
        this.#note(`kill ${broker.name}`);
        broker.kill();
        return later(`restart ${broker.name}`, () => void (broker.isAlive || broker.restart()));
      case 2:
        this.#note(`cut ${worker.name}`);
        return worker.cutCables();
      case 3:
        this.#note(`cut ${broker.name}`);
        return broker.cutCables();
      case 4:
        this.#note(`stop ${worker.name}`);
        worker.stop();
        return later(`resume ${worker.name}`, () => worker.resume());
      case 5:
        this.#note(`drain ${broker.name}`);
        broker.drain();
        return later(`replace ${broker.name}`, () => (broker.kill(), broker.restart()));
      default:
        this.#note(`drain ${worker.name}`);
        worker.drain();
        return later(`replace ${worker.name}`, () => (worker.kill(), worker.restart()));
    }
  }

  /** Ends all faults: everything lives and is reachable. */
  #calm(): void {
    this.#note('calm');
    this.world.run(3_500);
    for (const node of [...this.brokers, ...this.workers]) {
      if (node.isStopped) node.resume();
      if (!node.isAlive) node.restart();
    }
  }

  #note(what: string): void {
    this.trace.push(`${this.world.now.toFixed(1)} ${what}`);
  }

  #below(bound: number): number {
    return this.#random.u32() % bound;
  }

  #pick<T>(options: readonly T[]): T {
    return options[this.#below(options.length)]!;
  }
}

export const TWICE: MethodName = { service: 'storm', method: 'twice', fingerprint: 'a', idempotent: true };
export const ONCE: MethodName = { service: 'storm', method: 'once', fingerprint: 'b', idempotent: false };

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${kind}-${i + 1}`);
}
