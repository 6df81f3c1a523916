import type { Reeve } from '@reeve/client';
import { seededRandom } from '@reeve/protocol';
import { Activities } from './activities.ts';
import type { Services } from './cluster.ts';
import { Cluster } from './cluster.ts';
import type { Fault } from './fault.ts';
import { FaultPlan } from './fault-plan.ts';
import type { RunSettings } from './run-settings.ts';
import { Story } from './story.ts';
import { Striker } from './striker.ts';
import { VirtualNetwork } from './virtual-network.ts';
import type { VirtualProcess } from './virtual-process.ts';
import { VirtualTime } from './virtual-time.ts';
import { watchedCalls } from './watched-calls.ts';
import { watchedHandlers } from './watched-handlers.ts';
import { wind } from './wind.ts';

/** What a test has in hand while it runs under faults. */
export interface FaultRun {
  readonly seed: number;
  /** The simulated time, in ms since the run began. */
  readonly now: number;
  /** Make generated clients on it: `new OrdersClient(run.client)`. */
  readonly client: Reeve;
  /**
   * Serves services from workers, each a process of its own, and resolves when all are known to a broker. The function
   * is called for each process, also for one that takes the place of a dead one: what it makes is lost with its
   * process, like memory; what stands outside of it outlives them all, like a database.
   */
  serve(services: Services): Promise<void>;
  /** Waits for a simulated time, in ms. */
  sleep(ms: number): Promise<void>;
  /** Lets nothing go wrong any more, and waits until all processes are back and all calls and handlers have ended. */
  calm(): Promise<void>;
}

/** What came of a run. */
export interface RunOutcome {
  readonly calls: number;
  readonly faults: ReadonlyMap<Fault, number>;
  readonly story: Story;
  /** Why the test failed, if it did. */
  readonly failure?: { readonly error: unknown };
}

export type FaultTest = (run: FaultRun) => Promise<void> | void;

/** Runs a test once. The seed decides what goes wrong and when. */
export async function runOnce(seed: number, test: FaultTest, settings: RunSettings): Promise<RunOutcome> {
  const run = new RunningTest(seed, settings);
  const { striker, story } = run;
  try {
    await run.carryOut(test);
    return { calls: run.calls, faults: striker.struck, story };
  } catch (error) {
    return { calls: run.calls, faults: striker.struck, story, failure: { error } };
  }
}

class RunningTest implements FaultRun {
  readonly seed: number;
  readonly client: Reeve;
  readonly story: Story;
  readonly striker: Striker;
  calls = 0;
  readonly #settings: RunSettings;
  readonly #time = new VirtualTime();
  readonly #activities = new Activities();
  readonly #plan: FaultPlan;
  readonly #cluster: Cluster;
  readonly #process: VirtualProcess;
  #callsUnderWay = 0;

  constructor(seed: number, settings: RunSettings) {
    const { brokers, broker, worker, faults, client } = settings;
    const [time, random] = [this.#time, seededRandom(seed)];
    this.seed = seed;
    this.#settings = settings;
    this.#plan = new FaultPlan(random, faults);
    const story = new Story(() => time.now);
    this.story = story;
    const network = new VirtualNetwork({
      time,
      random,
      onArrival: (connection, to) => this.striker.handleArrival(connection, to),
    });
    this.#cluster = new Cluster({ seed, time, random, network, story, brokers, broker, worker });
    const isExposed = (): boolean => this.#callsUnderWay > 0;
    this.striker = new Striker({ plan: this.#plan, random, cluster: this.#cluster, network, story, isExposed });
    this.#process = this.#cluster.newProcess('test');
    const watch = watchedCalls({ activities: this.#activities, story, onChange: (change) => this.#count(change) });
    this.client = this.#cluster.connect(
      { ...client, interceptors: [watch, ...(client.interceptors ?? [])] },
      this.#process,
    );
  }

  get now(): number {
    return this.#time.now;
  }

  /** Runs the test to its end, and winds the time meanwhile. */
  async carryOut(test: FaultTest): Promise<void> {
    const ended = this.#activities.run(async () => {
      await this.#activities.wait(this.client.connected(CONNECT_MS));
      await test(this);
    });
    try {
      await wind({
        time: this.#time,
        activities: this.#activities,
        until: ended,
        advanceTimers: this.#settings.advanceTimers,
      });
      await ended;
    } finally {
      this.#cluster.end();
      this.#process.kill();
    }
  }

  async serve(services: Services): Promise<void> {
    const ready = Array.from({ length: this.#settings.workers }, () =>
      this.#cluster.startWorker(services, (process) =>
        watchedHandlers({ process, activities: this.#activities, striker: this.striker, story: this.story }),
      ),
    );
    await this.#activities.wait(Promise.all(ready));
  }

  sleep(ms: number): Promise<void> {
    return this.#activities.wait(new Promise((resolve) => this.#process.setTimer(ms, resolve)));
  }

  async calm(): Promise<void> {
    this.#plan.stop();
    const until = this.#time.now + CALM_MS_MAX;
    // This test is an activity itself.
    while (!this.#cluster.isWhole || this.#callsUnderWay > 0 || this.#activities.count > 1) {
      if (this.#time.now > until) throw new Error(`no calm after ${CALM_MS_MAX} ms: ${this.#unrest()}`);
      await this.sleep(CALM_STEP_MS);
    }
  }

  #unrest(): string {
    const processes = this.#cluster.isWhole ? '' : ', a process is not back';
    return `${this.#callsUnderWay} calls under way, ${this.#activities.count - 1} handlers at work${processes}`;
  }

  #count(change: 1 | -1): void {
    this.#callsUnderWay += change;
    if (change === 1) this.calls += 1;
  }
}

/** Nothing goes wrong before the first call: only a mistake of this package can make it longer. */
const CONNECT_MS = 5_000;
/** Longer than a call of the default timeout, a restart and a process that stands still take together. */
const CALM_MS_MAX = 60_000;
const CALM_STEP_MS = 20;
