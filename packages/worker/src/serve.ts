import { randomBytes } from 'node:crypto';
import { seededRandom } from '@reeve/protocol';
import type { Transport } from '@reeve/protocol/io';
import { systemClock, transportFor } from '@reeve/protocol/io';
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
  const seed = randomBytes(16);
  const random = seededRandom(
    ...([0, 4, 8, 12].map((at) => seed.readUInt32LE(at)) as [number, number, number, number]),
  );
  return new Worker(config, { clock: systemClock, random, instance: randomBytes(16), transports });
}
