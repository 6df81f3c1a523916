import { newInstanceId, systemClock, systemRandom, systemResolver, transportFor } from '@reeve/protocol/io';
import type { ConnectOptions } from './config.ts';
import { resolveConfig } from './config.ts';
import { Reeve } from './reeve.ts';

/**
 * Connects to one or more brokers.
 *
 * Resolves as soon as one of them has answered. Rejects after `connectTimeoutMs` with a `ReeveError` that names every
 * endpoint and what was seen there, and every name in DNS that led nowhere; until then it keeps trying, for a broker
 * may be on its way up. With `{ wait: false }` it resolves at once. Rejects with one clear line if an option or an
 * endpoint cannot be used.
 */
export async function connect(options: ConnectOptions = {}): Promise<Reeve> {
  const config = resolveConfig(options);
  const reeve = new Reeve(config, {
    clock: systemClock,
    random: systemRandom(),
    instance: newInstanceId(),
    transportFor,
    resolver: systemResolver,
  });
  if (!config.wait) return reeve;
  try {
    await reeve.connected(config.connectTimeoutMs);
    return reeve;
  } catch (error) {
    await reeve.close();
    throw error;
  }
}
