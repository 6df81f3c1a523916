import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Logger } from '@reeve/protocol';
import { VERDICTS, silentLogger } from '@reeve/protocol';
import type { Context } from '../context.ts';
import { NotStarted } from '../not-started.ts';
import { HandlersError } from './handlers-error.ts';
import type { Piscina } from './piscina.ts';
import { makePiscina } from './piscina.ts';
import { ThreadCall } from './thread-call.ts';
import type { ThreadMethod } from './thread-call.ts';
import type { ThreadSetup } from './thread-messages.ts';

export interface ThreadPoolArgs {
  readonly setup: ThreadSetup;
  readonly threads: number;
  /** MiB that the values of one thread may take up; Node's own limit if absent. */
  readonly heapMaxMib: number | undefined;
}

/**
 * The threads in which the handlers of one service run, a call at a time in each.
 *
 * They start when they are first needed and end when the last worker that holds them lets go. A thread that dies, and
 * one whose handler does not stop, is replaced by the library; what becomes of its call is for `ThreadCall` to say.
 */
export class ThreadPool {
  readonly threads: number;
  readonly #setup: ThreadSetup;
  readonly #heapMaxMib: number | undefined;
  readonly #calls = new Set<ThreadCall>();
  #pool: Piscina | undefined;
  #holders = 0;
  #logger: Logger = silentLogger;

  constructor({ setup, threads, heapMaxMib }: ThreadPoolArgs) {
    this.threads = threads;
    this.#setup = setup;
    this.#heapMaxMib = heapMaxMib;
  }

  /** Starts the threads. Rejects with one clear line if they cannot load the handlers, or miss some. */
  async load(): Promise<void> {
    const pool = this.#started();
    // Another worker may let go of the threads meanwhile.
    this.#holders += 1;
    let wrong: readonly string[];
    try {
      wrong = (await pool.run(undefined, { name: 'checkInThread' })) as readonly string[];
    } catch (thrown) {
      wrong = [thrown instanceof Error ? thrown.message : String(thrown)];
    } finally {
      this.#holders -= 1;
    }
    if (wrong.length === 0) return;
    throw new HandlersError(`service "${this.#setup.service}" cannot be served in threads: ${wrong.join('; ')}`);
  }

  /** A worker needs the threads from now on. */
  hold(logger: Logger): void {
    this.#holders += 1;
    this.#logger = logger;
  }

  /** A worker needs them no longer. Resolves when they have ended, unless another worker needs them. */
  async release(): Promise<void> {
    this.#holders -= 1;
    await this.stopUnheld();
  }

  /** Ends the threads if no worker needs them. */
  async stopUnheld(): Promise<void> {
    const pool = this.#pool;
    if (this.#holders > 0 || pool === undefined) return;
    this.#pool = undefined;
    await Promise.all([...this.#calls].map((call) => call.finish()));
    await pool.destroy();
  }

  /** Runs a handler in a thread: what it gives, or why it failed, comes out here. */
  async run(method: ThreadMethod, input: unknown, context: Context): Promise<unknown> {
    // What goes before the handler took longer than the worker lived: nobody would end the threads again.
    if (this.#holders === 0) throw new NotStarted(VERDICTS.noWorker, 'the worker was closed');
    const methodName = `${this.#setup.service}.${method.name}`;
    const call = new ThreadCall({ method, methodName, context, logger: this.#logger });
    this.#calls.add(call);
    try {
      return await call.run(this.#started(), input);
    } finally {
      this.#calls.delete(call);
    }
  }

  #started(): Piscina {
    this.#pool ??= this.#start();
    return this.#pool;
  }

  #start(): Piscina {
    const pool = makePiscina({
      filename: THREAD_FILE,
      name: 'runInThread',
      workerData: this.#setup,
      minThreads: this.threads,
      maxThreads: this.threads,
      concurrentTasksPerWorker: 1,
      // A thread that sleeps in Atomics.wait runs no timer and reads no socket of its handlers.
      atomics: 'disabled',
      ...(this.#heapMaxMib === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: this.#heapMaxMib } }),
      ...(NODE_ARGS === undefined ? {} : { execArgv: NODE_ARGS }),
    });
    pool.on('error', (error: unknown) => {
      const text = `a thread of service "${this.#setup.service}" failed between two calls and was replaced`;
      this.#logger.error({ err: error }, text);
    });
    return pool;
  }
}

const IS_SOURCE = import.meta.url.endsWith('.ts');
const THREAD_FILE = fileURLToPath(new URL(`./run-in-thread.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url));
/** What is published is JavaScript. The source needs a loader, which a thread does not inherit. */
const NODE_ARGS = IS_SOURCE ? ['--import', loaderOfSource()] : undefined;

function loaderOfSource(): string {
  const api = new URL('./index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')));
  const script = `import { register } from '${api.href}'; register();`;
  return `data:text/javascript,${encodeURIComponent(script)}`;
}
