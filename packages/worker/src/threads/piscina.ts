import { createRequire } from 'node:module';
import type { MessagePort, ResourceLimits } from 'node:worker_threads';

/** What we use of a pool of the library. Its own declarations break under `exactOptionalPropertyTypes`. */
export interface Piscina {
  /** Aborting a task ends the thread that runs it, which is then replaced. */
  run(task: unknown, options: PiscinaRunOptions): Promise<unknown>;
  /** Ends all threads. */
  destroy(): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

export interface PiscinaRunOptions {
  /** The export that is called, if not that of the pool. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  readonly transferList?: readonly MessagePort[];
}

export interface PiscinaOptions {
  readonly filename: string;
  readonly name: string;
  readonly workerData: unknown;
  readonly minThreads: number;
  readonly maxThreads: number;
  readonly concurrentTasksPerWorker: number;
  readonly atomics: 'disabled';
  readonly resourceLimits?: ResourceLimits;
  readonly execArgv?: readonly string[];
}

/** Makes a pool. The library is loaded here, so that who has no threads does not pay for it. */
export function makePiscina(options: PiscinaOptions): Piscina {
  const { Piscina: Pool } = require('piscina') as { readonly Piscina: new (options: PiscinaOptions) => Piscina };
  return new Pool(options);
}

const require = createRequire(import.meta.url);
