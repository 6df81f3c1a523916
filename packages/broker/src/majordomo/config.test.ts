import { expect, test } from 'vitest';
import { startBroker } from '../broker.ts';
import { resolveConfig } from './config.ts';

test('fills in the defaults', () => {
  expect(resolveConfig()).toEqual({ services: new Map(), timeoutMs: 300_000, holdMs: 2_500, workerSilenceMs: 7_500 });
});

test('keeps what is given', () => {
  const stock = { service: 'warehouse', method: 'stock', body: 'json', retrySafe: true, timeoutMs: 5 } as const;
  const services = { stock, 'warehouse.stock': { body: 'json', retrySafe: true, timeoutMs: 5 } } as const;
  expect(resolveConfig({ services, holdMs: 0 })).toMatchObject({ services: new Map(Object.entries(services)) });
});

const DAY = 86_400_000;
const ALL = 'services, timeoutMs, holdMs or workerSilenceMs';
const SERVICE = 'service, method, body, retrySafe or timeoutMs';

test.each<[string, unknown]>([
  [`majordomo is a list, but must be an object with ${ALL}`, []],
  [`majordomo has "holdms", but can have only ${ALL}`, { holdms: 1 }],
  [`majordomo.timeoutMs is 0, but must be an integer from 1 to ${DAY}`, { timeoutMs: 0 }],
  [`majordomo.holdMs is ${DAY + 1}, but must be an integer from 0 to ${DAY}`, { holdMs: DAY + 1 }],
  [`majordomo.workerSilenceMs is 999, but must be an integer from 1000 to ${DAY}`, { workerSilenceMs: 999 }],
  ['majordomo.services must be an object of services by their names', { services: ['a'] }],
  [
    'a name in majordomo.services is "", but must be a text of 1 to 255 bytes',
    { services: { '': { retrySafe: true } } },
  ],
  [
    `a name in majordomo.services is "${'x'.repeat(59)}…, but must be a text of 1 to 255 bytes`,
    { services: { ['x'.repeat(256)]: {} } },
  ],
  [
    'a name in majordomo.services is "mmi.echo", but must not begin with "mmi." or "reeve."',
    { services: { 'mmi.echo': {} } },
  ],
  [
    'a name in majordomo.services is "reeve.broker", but must not begin with "mmi." or "reeve."',
    { services: { 'reeve.broker': {} } },
  ],
  [`majordomo.services["a"] is true, but must be an object with ${SERVICE}`, { services: { a: true } }],
  [`majordomo.services["a"] has "retry", but can have only ${SERVICE}`, { services: { a: { retry: true } } }],
  ['majordomo.services["a"].service is "", but must be a text of 1 to 255 bytes', { services: { a: { service: '' } } }],
  [
    'majordomo.services["a"].service is "reeve.x", but must not begin with "mmi." or "reeve."',
    { services: { a: { service: 'reeve.x' } } },
  ],
  ['majordomo.services["a"].method is 7, but must be a text of 1 to 255 bytes', { services: { a: { method: 7 } } }],
  [
    'majordomo.services["a"].body is "xml", but must be "raw", "msgpack" or "json"',
    { services: { a: { body: 'xml' } } },
  ],
  ['majordomo.services["a"].retrySafe is 1, but must be true or false', { services: { a: { retrySafe: 1 } } }],
  [
    `majordomo.services["a"].timeoutMs is 1.5, but must be an integer from 1 to ${DAY}`,
    { services: { a: { timeoutMs: 1.5 } } },
  ],
  [
    'majordomo.services: "a" and "a.call" both lead to the method "call" of the service "a", but differ in body: ' +
      'give both the same',
    { services: { a: { body: 'json' }, 'a.call': { body: 'raw' } } },
  ],
])('refuses with one line: %s', async (message, majordomo) => {
  const options = { listen: 'memory://majordomo-config', majordomo } as Parameters<typeof startBroker>[0];
  await expect(startBroker(options)).rejects.toThrow(new TypeError(message));
});
