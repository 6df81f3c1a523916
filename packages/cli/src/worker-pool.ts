import { CommandError } from './failure.ts';
import type { Output } from './output.ts';
import { RestartPause } from './restart-pause.ts';
import type { Running } from './until-stopped.ts';
import { WorkerProcess } from './worker-process.ts';

export interface WorkerPoolOptions {
  readonly processes: number;
  /** What follows `reeve worker` for each of them. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly output: Output;
}

/**
 * Several processes of one worker: one that ends is started again, after a pause that grows. If none of them ever
 * comes up, the pool gives up: what is wrong is wrong for all.
 */
export class WorkerPool implements Running {
  readonly ended: Promise<void>;
  readonly #options: WorkerPoolOptions;
  readonly #places: readonly Place[];
  #end!: () => void;
  #fail!: (thrown: unknown) => void;
  #isStopping = false;
  #stillborn = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#places = Array.from({ length: options.processes }, (_, i) => new Place(i + 1));
    for (const place of this.#places) this.#start(place);
  }

  async drain(): Promise<void> {
    await this.#stop((process) => process.stop(DRAIN_MS));
  }

  async close(): Promise<void> {
    await this.#stop((process) => process.kill());
  }

  async #stop(how: (process: WorkerProcess) => Promise<void> | void): Promise<void> {
    this.#isStopping = true;
    for (const place of this.#places) clearTimeout(place.timer);
    await Promise.all(this.#places.map(async ({ process }) => process && how(process)));
    this.#end();
  }

  #start(place: Place): void {
    const { args, cwd } = this.#options;
    const startedAt = performance.now();
    place.isUp = false;
    place.process = new WorkerProcess({
      args: [...args, '--json'],
      cwd,
      onLine: (line, isResult) => this.#handleLine(place, line, isResult),
      onExit: (how) => this.#handleExit(place, how, performance.now() - startedAt),
    });
  }

  #handleLine(place: Place, line: string, isResult: boolean): void {
    if (!isResult) {
      this.#say(place, line);
      return;
    }
    const said = JSON.parse(line) as { services?: readonly { name: string }[] };
    // A process that failed says so as its result, in the same place; its words come on the other stream.
    if (said.services === undefined) return;
    const isFirst = !place.wasUp;
    place.isUp = true;
    place.wasUp = true;
    this.#say(place, `serving ${said.services.map(({ name }) => name).join(', ')}`);
    if (isFirst && this.#places.every(({ wasUp }) => wasUp)) this.#announce(said.services);
  }

  #announce(services: readonly object[]): void {
    const pids = this.#places.map(({ process }) => process!.pid);
    this.#options.output.result({ services, processes: pids.length, pids }, `${pids.length} processes are serving\n`);
  }

  #handleExit(place: Place, how: string, livedMs: number): void {
    place.process = undefined;
    if (this.#isStopping) return;
    this.#stillborn = place.isUp ? 0 : this.#stillborn + 1;
    const neverUp = this.#places.every(({ wasUp }) => !wasUp);
    if (neverUp && this.#stillborn >= this.#places.length) return this.#giveUp(how);
    const pauseMs = place.pause.next(livedMs);
    this.#say(place, `ended: ${how}; starting again ${pauseMs === 0 ? 'at once' : `in ${pauseMs} ms`}`);
    place.timer = setTimeout(() => this.#start(place), pauseMs);
  }

  #giveUp(how: string): void {
    void this.#stop((process) => process.kill());
    const message = `none of the ${this.#places.length} processes came up; the last one ended with ${how}`;
    this.#fail(
      new CommandError({
        code: 'failed_precondition',
        reason: 'stillborn',
        message,
        next: 'run it without --processes',
      }),
    );
  }

  #say({ number }: Place, line: string): void {
    this.#options.output.note(`[${number}] ${line}`);
  }
}

/** One of the processes, and those that take its place. */
class Place {
  readonly number: number;
  readonly pause = new RestartPause();
  process: WorkerProcess | undefined;
  timer: NodeJS.Timeout | undefined;
  isUp = false;
  wasUp = false;

  constructor(number: number) {
    this.number = number;
  }
}

/** A worker gives its handlers 30 s; what takes longer is stuck. */
const DRAIN_MS = 35_000;
