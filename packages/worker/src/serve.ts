import { newInstanceId, systemClock, systemRandom, systemResolver, transportFor } from '@reeve/protocol/io';
import type { ServeOptions } from './config.ts';
import { resolveConfig } from './config.ts';
import { Worker } from './worker.ts';

/**
 * Serves services to one or more brokers.
 *
 * Resolves as soon as the worker has begun to dial, whether a broker is there or not: it keeps trying, and says so once
 * through the logger. `worker.ready()` resolves when a broker knows the worker's methods.
 *
 * Rejects with one clear line if an option or an endpoint cannot be used, or handlers for threads cannot be loaded.
 */
export async function serve(options: ServeOptions): Promise<Worker> {
  const config = resolveConfig(options);
  const surroundings = {
    clock: systemClock,
    random: systemRandom(),
    instance: newInstanceId(),
    transportFor,
    resolver: systemResolver,
  };
  if (config.threads.length === 0) return new Worker(config, surroundings);
  try {
    await Promise.all(config.threads.map(({ pool }) => pool.load()));
    return new Worker(config, surroundings);
  } catch (error) {
    await Promise.all(config.threads.map(({ pool }) => pool.stopUnheld()));
    throw error;
  }
}
