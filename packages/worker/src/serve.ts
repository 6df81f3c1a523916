import type { Transport } from '@reeve/protocol/io';
import { newInstanceId, systemClock, systemRandom, transportFor } from '@reeve/protocol/io';
import type { ServeOptions } from './config.ts';
import { resolveConfig } from './config.ts';
import { Worker } from './worker.ts';

/**
 * Serves services to one or more brokers.
 *
 * Resolves as soon as the worker has begun to dial, whether a broker is there or not: it keeps trying, and says so once
 * through the logger. `worker.ready()` resolves when a broker knows the worker's methods.
 *
 * Rejects with one clear line if an option or an endpoint cannot be used.
 */
export async function serve(options: ServeOptions): Promise<Worker> {
  const config = resolveConfig(options);
  const transports = new Map<string, Transport>();
  for (const endpoint of config.brokers) transports.set(endpoint, transportFor(endpoint));
  const surroundings = { clock: systemClock, random: systemRandom(), instance: newInstanceId(), transports };
  return new Worker(config, surroundings);
}
