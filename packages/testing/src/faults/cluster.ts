import type { BrokerOptions } from '@reeve/broker';
import { Broker } from '@reeve/broker';
import type { ConnectOptions } from '@reeve/client';
import type { ClientSurroundings } from '@reeve/client/driver';
import { Reeve, resolveConfig as resolveClientConfig } from '@reeve/client/driver';
import type { Random } from '@reeve/protocol';
import { randomBytes, seededRandom } from '@reeve/protocol';
import { Deferred } from '@reeve/protocol/io';
import type { Interceptor, ServeOptions, ServiceBinding } from '@reeve/worker';
import { Worker, resolveConfig as resolveWorkerConfig } from '@reeve/worker/driver';
import type { Story } from './story.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import { VirtualProcess } from './virtual-process.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface ClusterArgs {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly network: VirtualNetwork;
  readonly story: Story;
  readonly brokers: number;
  readonly broker: Omit<BrokerOptions, 'listen'>;
  readonly worker: Omit<ServeOptions, 'services' | 'brokers'>;
}

/** Makes what each new process of a worker serves. */
export type Services = () => readonly ServiceBinding[];

/** Makes the interceptor of a worker's handlers. */
export type Wrap = (process: VirtualProcess) => Interceptor;

/** The processes of one run: real brokers, workers and clients, each in a process that can die. */
export class Cluster {
  readonly endpoints: readonly string[];
  readonly #args: ClusterArgs;
  /** Live processes, each with what puts another in its place. */
  readonly #brokers = new Map<VirtualProcess, () => void>();
  readonly #workers = new Map<VirtualProcess, () => void>();
  /** Workers that no broker knows yet. */
  readonly #unready = new Set<VirtualProcess>();
  readonly #standing = new Set<VirtualProcess>();
  /** Processes that are dead and not replaced yet. */
  #dead = 0;
  #processes = 0;
  #workersNamed = 0;

  constructor(args: ClusterArgs) {
    this.#args = args;
    this.endpoints = Array.from({ length: args.brokers }, (_, index) => `memory://broker-${index + 1}`);
    for (const index of this.endpoints.keys()) this.#startBroker(index);
  }

  /** Whether every process is there, and at work. */
  get isWhole(): boolean {
    return this.#dead + this.#unready.size + this.#standing.size === 0;
  }

  isWorker(process: VirtualProcess): boolean {
    return this.#workers.has(process);
  }

  /** Makes a client that runs in a process. */
  connect(options: Omit<ConnectOptions, 'brokers' | 'wait'>, process: VirtualProcess): Reeve {
    const config = resolveClientConfig({ ...options, brokers: this.endpoints });
    return new Reeve(config, this.#surroundings(process));
  }

  /** Starts a worker. Resolves when a broker knows it, or the one that has taken its place. */
  startWorker(services: Services, wrap: Wrap): Promise<void> {
    const { promise, resolve } = new Deferred();
    this.#startWorker(services, wrap, resolve);
    return promise;
  }

  /** Ends a process at once. Another one takes its place after a while. */
  kill(process: VirtualProcess): void {
    const replace = this.#workers.get(process) ?? this.#brokers.get(process);
    if (process.isDead || replace === undefined) return;
    this.#workers.delete(process);
    this.#brokers.delete(process);
    this.#unready.delete(process);
    this.#standing.delete(process);
    process.kill();
    this.#args.network.handleDeath(process);
    this.#dead += 1;
    this.#args.time.after(this.#between(RESTART_MS), () => {
      this.#dead -= 1;
      replace();
    });
  }

  /** Lets a process stand still for a while. */
  stop(process: VirtualProcess): number {
    const { network, time, story } = this.#args;
    const ms = this.#between(STOP_MS);
    process.stop();
    network.handleStop(process, () => !process.isRunning);
    this.#standing.add(process);
    time.after(ms, () => {
      if (!this.#standing.delete(process)) return;
      process.resume();
      story.tell(process.name, 'goes on');
    });
    return ms;
  }

  newProcess(name: string): VirtualProcess {
    this.#processes += 1;
    return new VirtualProcess(name, seededRandom(this.#args.seed, this.#processes), this.#args.time);
  }

  /** Ends everything, without a word. */
  end(): void {
    for (const process of [...this.#workers.keys(), ...this.#brokers.keys()]) process.kill();
  }

  #startWorker(services: Services, wrap: Wrap, onReady: () => void): void {
    const { worker: options } = this.#args;
    this.#workersNamed += 1;
    const process = this.newProcess(`worker ${this.#workersNamed}`);
    const config = resolveWorkerConfig({
      label: process.name,
      ...options,
      interceptors: [wrap(process), ...(options.interceptors ?? [])],
      signals: false,
      services: services(),
      brokers: this.endpoints,
    });
    this.#workers.set(process, () => this.#startWorker(services, wrap, onReady));
    this.#unready.add(process);
    void this.#whenReady(process, new Worker(config, this.#surroundings(process)), onReady);
  }

  async #whenReady(process: VirtualProcess, worker: Worker, onReady: () => void): Promise<void> {
    await worker.ready();
    this.#unready.delete(process);
    onReady();
  }

  #startBroker(index: number): void {
    const { network, story, broker: options } = this.#args;
    const [process, listen] = [this.newProcess(`broker ${index + 1}`), this.endpoints[index]!];
    const transport = network.transportOf(process);
    const surroundings = { clock: process, random: process.random, transportFor: () => transport };
    void new Broker({ name: process.name, ...options, listen }, surroundings).listen();
    this.#brokers.set(process, () => {
      this.#startBroker(index);
      story.tell(process.name, 'is back, and knows nothing');
    });
  }

  #surroundings(process: VirtualProcess): ClientSurroundings {
    const { random } = process;
    const transport = this.#args.network.transportOf(process);
    const instance = randomBytes(random, INSTANCE_BYTES);
    return { clock: process, random, instance, transportFor: () => transport, resolver: noNames };
  }

  #between([least, most]: readonly [number, number]): number {
    return Math.round(least + this.#args.random.unit() * (most - least));
  }
}

/** The brokers of a run are known from the start, and there is no DNS in it. */
async function noNames(): Promise<readonly string[]> {
  return [];
}

const INSTANCE_BYTES = 16;
/** From a supervisor that starts a new process at once to one that backs off. */
const RESTART_MS = [50, 3_000] as const;
/** From a pause that nobody minds to one after which a process is given up by everybody. */
const STOP_MS = [500, 8_000] as const;
