import type { Random } from '@reeve/protocol';
import type { Cluster } from './cluster.ts';
import type { Fault } from './fault.ts';
import type { FaultPlan } from './fault-plan.ts';
import { below } from './fault-plan.ts';
import type { Story } from './story.ts';
import type { VirtualConnection } from './virtual-connection.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import type { VirtualProcess } from './virtual-process.ts';

export interface StrikerArgs {
  readonly plan: FaultPlan;
  readonly random: Random;
  readonly cluster: Cluster;
  readonly network: VirtualNetwork;
  readonly story: Story;
  /** Whether calls are under way: nothing else is worth a fault. */
  readonly isExposed: () => boolean;
}

/** Carries out the faults of the plan at the moments of a run. */
export class Striker {
  /** How often each fault struck. */
  readonly struck: Map<Fault, number> = new Map<Fault, number>();
  readonly #args: StrikerArgs;

  constructor(args: StrikerArgs) {
    this.#args = args;
  }

  /** A message is about to be read. */
  handleArrival(connection: VirtualConnection, to: VirtualProcess): void {
    const [dialler, broker] = connection.processes;
    const fault = this.#next([
      ...CONNECTION_FAULTS,
      'duplicate',
      ...(broker.isRunning ? BROKER_FAULTS : NO_FAULTS),
      ...(dialler.isRunning && this.#args.cluster.isWorker(dialler) ? PROCESS_FAULTS : NO_FAULTS),
    ]);
    if (fault === 'killWorker') this.#kill(dialler, 'is killed');
    else if (fault === 'stopWorker') this.#stop(dialler);
    else if (fault === 'duplicate') this.#duplicate(connection, to);
    else if (fault !== undefined) this.#strikeConnection(fault, connection, to);
  }

  /** A handler is about to begin. Says after how long it does. */
  handleStart(worker: VirtualProcess, method: string): number {
    const fault = this.#strikeAround(worker);
    if (fault === 'slowWorker') return this.#dawdle(worker, `dawdles before the handler of ${method}`);
    if (fault !== 'killWorker') return this.#pauseMs();
    if (this.#args.random.unit() < 0.5) {
      this.#kill(worker, `is killed before the handler of ${method} begins`);
      return Infinity;
    }
    this.#kill(worker, `is killed as the handler of ${method} begins, which goes on unheard`);
    return 0;
  }

  /** A handler has ended. Says how long its answer waits. */
  handleEnd(worker: VirtualProcess, method: string): number {
    const fault = this.#strikeAround(worker);
    if (fault === 'slowWorker') return this.#dawdle(worker, `dawdles after the handler of ${method}`);
    if (fault === 'killWorker')
      this.#kill(worker, `is killed after the handler of ${method}, before its answer leaves`);
    return this.#pauseMs();
  }

  /** Draws the fault for a moment of a handler, and carries it out unless it befalls the handler itself. */
  #strikeAround(worker: VirtualProcess): 'killWorker' | 'slowWorker' | undefined {
    if (!worker.isRunning) return undefined;
    const connections = this.#args.network.connectionsOf(worker);
    const connection = connections[below(this.#args.random, connections.length)];
    const fault = this.#next([
      ...PROCESS_FAULTS,
      'slowWorker',
      ...(connection === undefined ? NO_FAULTS : [...CONNECTION_FAULTS, ...BROKER_FAULTS]),
    ]);
    if (fault === 'killWorker' || fault === 'slowWorker') return fault;
    if (fault === 'stopWorker') this.#stop(worker);
    else if (fault !== undefined && connection !== undefined)
      this.#strikeConnection(fault, connection, connection.processes[1]);
    return undefined;
  }

  #strikeConnection(fault: Fault, connection: VirtualConnection, to: VirtualProcess): void {
    const { network, story, random } = this.#args;
    const [dialler, broker] = connection.processes;
    if (fault === 'killBroker') return this.#kill(broker, 'is killed');
    if (fault === 'cut') {
      story.tell('network', `cuts ${dialler.name} off from ${broker.name}`);
      return network.cut(connection);
    }
    const ms = Math.round(random.unit() * DELAY_MS_MAX);
    story.tell('network', `holds up what ${to.name} gets from ${(to === broker ? dialler : broker).name} for ${ms} ms`);
    connection.delay(to, ms);
  }

  #duplicate(connection: VirtualConnection, to: VirtualProcess): void {
    const [dialler, broker] = connection.processes;
    this.#args.story.tell('network', `repeats a message from ${(to === broker ? dialler : broker).name} to ${to.name}`);
    connection.duplicate(to);
  }

  #kill(process: VirtualProcess, what: string): void {
    this.#args.story.tell(process.name, what);
    this.#args.cluster.kill(process);
  }

  #stop(process: VirtualProcess): void {
    const ms = this.#args.cluster.stop(process);
    this.#args.story.tell(process.name, `stands still for ${ms} ms`);
  }

  #dawdle(worker: VirtualProcess, what: string): number {
    const ms = Math.round(SLOW_MS_MIN + this.#args.random.unit() * (SLOW_MS_MAX - SLOW_MS_MIN));
    this.#args.story.tell(worker.name, `${what} for ${ms} ms`);
    return ms;
  }

  #pauseMs(): number {
    return this.#args.random.unit() * PAUSE_MS_MAX;
  }

  #next(possible: readonly Fault[]): Fault | undefined {
    if (!this.#args.isExposed()) return undefined;
    const fault = this.#args.plan.pass(possible);
    if (fault !== undefined) this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
    return fault;
  }
}

const PROCESS_FAULTS: readonly Fault[] = ['killWorker', 'stopWorker'];
const CONNECTION_FAULTS: readonly Fault[] = ['cut', 'delay'];
const BROKER_FAULTS: readonly Fault[] = ['killBroker'];
const NO_FAULTS: readonly Fault[] = [];

/** Shorter than the transport's heartbeat timeout, after which the connection would be over. */
const DELAY_MS_MAX = 2_500;
const SLOW_MS_MIN = 500;
/** Past the deadline of a call, where the contract says nothing else. */
const SLOW_MS_MAX = 12_000;
/** So that handlers begin and answer in another order in each run, and messages fall between. */
const PAUSE_MS_MAX = 5;
