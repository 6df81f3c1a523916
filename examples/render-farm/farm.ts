import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerMessage, ClientMessage, FarmMessage, WorkerMessage } from './farm-messages.ts';
import { FarmProcess } from './farm-process.ts';
import { FaultPlan } from './faults.ts';
import { freePort } from './free-port.ts';
import { type Job, pairKey } from './plan.ts';
import { documentsText, type FarmState } from './progress.ts';
import { BrokerRecovery, seconds, WorkerRecovery } from './recovery.ts';
import type { Tally } from './tally.ts';

export interface FarmOptions {
  readonly jobs: readonly Job[];
  readonly tally: Tally;
  readonly nodeModules: string;
  /** Where the pages go. */
  readonly folder: string;
  /** Takes what happens, in words. */
  readonly say: (sentence: string) => void;
}

/**
 * Runs the farm: a broker, three workers and a client, each a process of its own. Kills a worker and the broker while
 * they are at it, replaces them, and tells how the rest gets over it.
 */
export class Farm {
  readonly #options: FarmOptions;
  readonly #plan: FaultPlan;
  readonly #workers: readonly Worker[];
  #broker: FarmProcess<BrokerMessage> | undefined;
  #endpoint = '';
  /** All that were ever started. */
  readonly #processes: { kill(): Promise<void> }[] = [];
  #workerRecovery: WorkerRecovery | undefined;
  #brokerRecovery: BrokerRecovery | undefined;
  /** When the last document arrived. */
  #answeredAtMs = Infinity;
  #brokerIsBack: Promise<void> = Promise.resolve();
  readonly #done = deferred<string>();
  readonly #failed = deferred<never>();
  /** Everything has its answer, or the run has failed. Nothing is started any more. */
  #isOver = false;
  workersKilled = 0;
  brokerRestarts = 0;

  constructor(options: FarmOptions) {
    this.#options = options;
    this.#plan = new FaultPlan(options.jobs.length);
    this.#workers = ['worker 1', 'worker 2', 'worker 3'].map((name) => ({ name, process: undefined, held: new Set() }));
  }

  /** Resolves with the path of the index page. When it resolves or rejects, none of the processes is left. */
  async run(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const stop = (): void => this.#failed.reject(signal.reason);
    signal.addEventListener('abort', stop);
    const watch = setInterval(() => this.#checkProgress(), checkMs);
    try {
      return await Promise.race([this.#work(), this.#failed.promise]);
    } finally {
      this.#isOver = true;
      signal.removeEventListener('abort', stop);
      clearInterval(watch);
      await Promise.all(this.#processes.map((process) => process.kill()));
    }
  }

  get workers(): FarmState['workers'] {
    const { tally } = this.#options;
    return this.#workers.map(({ name, process }) => ({
      ...(process?.state ?? { name, pid: undefined, life: 'starting' }),
      rendered: tally.renderedBy(name),
    }));
  }

  get broker(): FarmState['broker'] {
    const state = this.#broker?.state ?? { name: 'broker', pid: undefined, life: 'starting' };
    return { ...state, restarts: this.brokerRestarts };
  }

  async #work(): Promise<string> {
    const { jobs } = this.#options;
    await this.#startBroker(async () => `tcp://127.0.0.1:${await freePort()}`);
    for (const worker of this.#workers) this.#startWorker(worker);
    const client = this.#startClient();
    await Promise.all([client.ready, ...this.#workers.map((worker) => worker.process?.ready)]);
    this.#answeredAtMs = performance.now();
    client.send({ kind: 'begin', pairKeys: [...new Set(jobs.map(pairKey))], count: jobs.length });

    const index = await this.#done.promise;
    await this.#brokerIsBack;
    this.#isOver = true;
    await client.stop();
    await Promise.all(this.#workers.map(async (worker) => worker.process?.stop()));
    await this.#broker?.stop();
    return index;
  }

  /** Tries again when a port turns out to be taken. */
  async #startBroker(endpoint: () => string | Promise<string>): Promise<void> {
    for (let triesLeft = brokerTriesMax; ; triesLeft -= 1) {
      this.#endpoint = await endpoint();
      this.#broker = this.#start<BrokerMessage>({ name: 'broker', file: 'broker-process.ts', args: [this.#endpoint] });
      try {
        return await this.#broker.ready;
      } catch (error) {
        if (triesLeft === 1 || this.#isOver) throw error;
        await sleep(brokerPauseMs);
      }
    }
  }

  #startWorker(worker: Worker): void {
    const { name, held } = worker;
    held.clear();
    worker.process = this.#start<WorkerMessage>({
      name,
      file: 'worker-process.ts',
      args: [this.#endpoint, name],
      onMessage: (message) => this.#handleWorker(worker, message),
    });
  }

  #startClient(): FarmProcess<ClientMessage> {
    const { nodeModules, folder } = this.#options;
    return this.#start<ClientMessage>({
      name: 'client',
      file: 'client-process.ts',
      args: [this.#endpoint, nodeModules, folder],
      onMessage: (message) => this.#handleClient(message),
    });
  }

  #start<Message extends FarmMessage>(args: StartArgs<Message>): FarmProcess<Message> {
    if (this.#isOver) throw new Error('The farm is over.');
    const onLost = (why: string): void => this.#failed.reject(new Error(why));
    const process = new FarmProcess<Message>({ ...args, onLost });
    this.#processes.push(process);
    return process;
  }

  #handleWorker(worker: Worker, message: WorkerMessage): void {
    const { process, held } = worker;
    if (message.kind === 'finished') held.delete(message.job);
    // What a killed worker still had to say comes too late: it does not go on.
    if (message.kind !== 'started' || process?.state.life === 'killed') return;
    held.add(message.job);
    switch (this.#plan.noteStart(message.job, this.#workerRecovery?.isOver === true)) {
      case 'worker':
        // The start is not noted, so this document at least was not rendered.
        this.#failWith(this.#killWorker(worker));
        break;
      case 'broker':
        this.#brokerIsBack = this.#killBroker(worker);
        this.#failWith(this.#brokerIsBack);
        break;
      default:
        process?.send({ kind: 'noted' });
    }
  }

  #handleClient(message: ClientMessage): void {
    const { tally, say } = this.#options;
    const atMs = performance.now();
    const tell = (sentence: string | undefined): void => (sentence === undefined ? undefined : say(sentence));
    switch (message.kind) {
      case 'status':
        tell(this.#brokerRecovery?.noteStatus(message.status, atMs));
        break;
      case 'rendered':
        tally.noteAnswer(message);
        this.#answeredAtMs = atMs;
        tell(this.#workerRecovery?.noteAnswer(message.job, message.worker, atMs));
        tell(this.#brokerRecovery?.noteAnswer(atMs));
        break;
      case 'lost':
        tally.noteLoss();
        if (tally.lost === 1) say(`A document was lost: ${message.why}`);
        break;
      case 'done':
        this.#done.resolve(message.index);
        break;
      default:
    }
  }

  async #killWorker(worker: Worker): Promise<void> {
    const { name, process, held } = worker;
    const { say } = this.#options;
    const killedAtMs = performance.now();
    const gone = process?.kill();
    this.workersKilled += 1;
    this.#workerRecovery = new WorkerRecovery(name, killedAtMs, held);
    say(`Killed ${name} (pid ${process?.state.pid}) with SIGKILL while it held ${documentsText(held.size)}.`);
    await gone;
    this.#startWorker(worker);
    say(`Started a new process (pid ${worker.process?.state.pid}) in place of ${name}.`);
    await worker.process?.ready;
    say(`The new ${name} is ready ${seconds(performance.now() - killedAtMs)} after the kill.`);
  }

  async #killBroker(worker: Worker): Promise<void> {
    const { say } = this.#options;
    const endpoint = this.#endpoint;
    const held = new Set(this.#workers.flatMap((one) => [...one.held]));
    const killedAtMs = performance.now();
    const gone = this.#broker?.kill();
    this.#brokerRecovery = new BrokerRecovery(killedAtMs);
    const pid = this.#broker?.state.pid;
    say(`Killed the broker (pid ${pid}) with SIGKILL while the workers held ${documentsText(held.size)}.`);
    await gone;
    // Now the document goes on whose start was to be noted: it was in flight for certain.
    worker.process?.send({ kind: 'noted' });
    await this.#startBroker(() => endpoint);
    this.brokerRestarts += 1;
    const after = seconds(performance.now() - killedAtMs);
    say(`Started the broker again on the same port (pid ${this.#broker?.state.pid}), ${after} after the kill.`);
  }

  #checkProgress(): void {
    if (performance.now() - this.#answeredAtMs < silenceMsMax) return;
    const why = `Nothing was rendered for ${silenceMsMax / 1000} s, so the farm was given up.`;
    this.#failed.reject(new Error(why));
  }

  /** Once all is done nobody minds, say, a replacement that was stopped before it was ready. */
  #failWith(work: Promise<void>): void {
    work.catch((error: unknown) => (this.#isOver ? undefined : this.#failed.reject(error)));
  }
}

/** A place in the farm. Its process may be another one after a while. */
interface Worker {
  readonly name: string;
  process: FarmProcess<WorkerMessage> | undefined;
  /** Documents whose handlers have begun and not finished. */
  readonly held: Set<number>;
}

type StartArgs<Message> = Omit<ConstructorParameters<typeof FarmProcess>[0], 'onLost' | 'onMessage'> & {
  readonly onMessage?: (message: Message) => void;
};

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** Longer than a call may take: by then each of those under way should have ended in one way or another. */
const silenceMsMax = 40_000;
const checkMs = 1000;

/** A port that was free a moment ago may be taken now; three times in a row is no accident. */
const brokerTriesMax = 3;
const brokerPauseMs = 500;
