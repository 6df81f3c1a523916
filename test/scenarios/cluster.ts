import type { Limits, OfferedMethod } from '@reeve/protocol';
import { VERDICTS, encodeValue } from '@reeve/protocol';
import type {
  MethodName,
  SimulatedCall,
  SimulatedCallOptions,
  SimulatedClientOptions,
  SimulatedWorkerOptions,
} from '@reeve/testing/world';
import { SimulatedBroker, SimulatedClient, SimulatedWorker, World } from '@reeve/testing/world';

/** Brokers, workers and clients in a simulated world, connected and ready, for scripts of what happens to them. */
export class Cluster {
  readonly world: World;
  readonly brokers: SimulatedBroker[];
  readonly workers: SimulatedWorker[];
  readonly clients: SimulatedClient[];
  readonly calls: SimulatedCall[] = [];
  /** How long handlers take from now on. */
  takesMs: number | (() => number) = 5;
  /** What handlers fail with; they give back their input unless this is set. */
  fails: ReturnType<SimulatedWorkerOptions['handle']>['result'] | undefined;
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions = {}) {
    this.#options = options;
    const { brokers = 1, workers = 1, clients = 1, limits, seed = 1 } = options;
    this.world = new World({ seed, turnMs: 0.05, noticeMaxMs: 1 });
    this.brokers = names('broker', brokers).map((name) => new SimulatedBroker(this.world, name, limits));
    this.workers = names('worker', workers).map((name) => this.worker(name));
    this.clients = names('client', clients).map((name) => this.client(name));
    this.world.run(100);
  }

  get broker(): SimulatedBroker {
    return this.brokers[0]!;
  }

  get client1(): SimulatedClient {
    return this.clients[0]!;
  }

  worker(name: string, methods: readonly MethodName[] = [TWICE, ONCE]): SimulatedWorker {
    const { concurrency = 16, prefetch = 16 } = this.#options;
    return new SimulatedWorker(this.world, name, {
      brokers: this.brokers.map((b) => b.endpoint),
      methods: methods.map(offered),
      concurrency,
      prefetch,
      handle: (dispatch) => ({
        takesMs: typeof this.takesMs === 'number' ? this.takesMs : this.takesMs(),
        result: this.fails ?? dispatch.body,
      }),
    });
  }

  client(name: string, options: Partial<SimulatedClientOptions> = {}): SimulatedClient {
    const brokers = this.brokers.map((b) => b.endpoint);
    return new SimulatedClient(this.world, name, { brokers, policy: this.#options.policy ?? 'failover', ...options });
  }

  /** Starts a call whose body no other call has. */
  call(method: MethodName, options?: SimulatedCallOptions, client: SimulatedClient = this.client1): SimulatedCall {
    const call = client.call(method, encodeValue(this.calls.length), options);
    this.calls.push(call);
    return call;
  }

  /** Starts calls of both kinds at a steady pace while something else is done, and lets all of them end. */
  underLoad(ms: number, act: () => void, everyMs: number = 2): void {
    const until = this.world.now + ms;
    const tick = (): void => {
      if (this.world.now >= until) return;
      for (const client of this.clients) this.call(this.calls.length % 2 === 0 ? TWICE : ONCE, {}, client);
      this.world.agenda.add(this.world.now + everyMs, tick);
    };
    tick();
    act();
    this.world.run(Math.max(0, until - this.world.now));
    this.end();
  }

  /** Lets time pass until every call has ended. */
  end(): void {
    this.world.runUntil(() => this.calls.every((call) => call.settled > 0));
  }

  /** Who has started a call, in order. */
  starters(call: SimulatedCall): string[] {
    const starts = this.workers.flatMap((w) => w.starts.filter((s) => s.callId === call.id).map((s) => [s.at, w.name]));
    return starts.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, name]) => String(name));
  }

  /** Who has started a call last. */
  starter(call: SimulatedCall): SimulatedWorker {
    const name = this.starters(call).at(-1);
    return this.workers.find((worker) => worker.name === name)!;
  }

  /** How the calls have ended, and how often. */
  tally(): Record<string, number> {
    const tally: Record<string, number> = {};
    for (const call of this.calls) tally[verdict(call)] = (tally[verdict(call)] ?? 0) + 1;
    return tally;
  }
}

export interface ClusterOptions {
  readonly brokers?: number;
  readonly workers?: number;
  readonly clients?: number;
  readonly concurrency?: number;
  readonly prefetch?: number;
  readonly policy?: 'failover' | 'round-robin';
  readonly limits?: Partial<Limits>;
  readonly seed?: number;
}

/** `reply`, or reason and executed of the failure, or that it has not ended. */
export function verdict({ outcome, body }: SimulatedCall): string {
  if (outcome === undefined) return 'has not ended';
  if (!outcome.ok) return `${outcome.failure.reason} ${outcome.failure.executed}`;
  return Buffer.compare(outcome.bytes.subarray(outcome.start, outcome.end), body) === 0
    ? 'reply'
    : 'the reply of another call';
}

/** How long a call took. */
export function tookMs(call: SimulatedCall): number {
  return call.endedAt! - call.startedAt;
}

export const TWICE: MethodName = { service: 's', method: 'twice', fingerprint: 'a', idempotent: true };
export const ONCE: MethodName = { service: 's', method: 'once', fingerprint: 'b', idempotent: false };

export const WORKER_LOST = `${VERDICTS.workerLost.reason} unknown`;
export const BROKER_LOST = `${VERDICTS.brokerLost.reason} unknown`;

function offered(method: MethodName): OfferedMethod {
  return { ...method, version: '1.0.0', accepts: [], refuses: [], key: [] };
}

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${kind}-${i + 1}`);
}
