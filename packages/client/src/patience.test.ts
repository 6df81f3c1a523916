import { randomBytes, seededRandom, silentLogger } from '@reeve/protocol';
import type { DialOptions, Transport } from '@reeve/protocol/io';
import { memoryTransport, systemClock, systemResolver } from '@reeve/protocol/io';
import { expect, test } from 'vitest';
import { resolveConfig } from './config.ts';
import { Reeve } from './reeve.ts';

test('a client asks for three of its heartbeats of patience, for its loop may be blocked', async () => {
  const seen: (DialOptions | undefined)[] = [];
  const transport: Transport = {
    listen: (endpoint, handler) => memoryTransport.listen(endpoint, handler),
    dial: (endpoint, handler, options) => {
      seen.push(options);
      return memoryTransport.dial(endpoint, handler);
    },
  };
  const random = seededRandom(1);
  const config = resolveConfig({ brokers: ['memory://nobody'], logger: silentLogger });
  const surroundings = { clock: systemClock, random, instance: randomBytes(random, 16), resolver: systemResolver };
  const reeve = new Reeve(config, { ...surroundings, transportFor: () => transport });
  await reeve.close();
  expect(seen).toEqual([{ silenceMsMax: 15_000 }]);
});
