import { expect, test } from 'vitest';
import { bindService } from './bind-service.ts';
import type { ServeOptions } from './config.ts';
import { resolveConfig } from './config.ts';
import { Orders, ordersDescriptor } from './orders.test-kit.ts';

const handlers = { quote: () => ({}), place: () => ({}) };
const orders = bindService({ descriptor: ordersDescriptor, contract: Orders, handlers });

function resolve(options: Partial<ServeOptions> = {}, environment: Record<string, string> = {}) {
  return resolveConfig({ services: [orders], ...options }, environment);
}

test('fills in the defaults', () => {
  expect(resolve()).toMatchObject({
    brokers: ['tcp://127.0.0.1:5555'],
    concurrency: 64,
    prefetch: 64,
    signals: false,
    drainMs: 30_000,
    interceptors: [],
  });
});

test('fetches at least 16 calls ahead', () => {
  expect(resolve({ concurrency: 2 }).prefetch).toBe(16);
  expect(resolve({ concurrency: 2, prefetch: 0 }).prefetch).toBe(0);
});

test('takes the brokers of the environment, but the given ones first', () => {
  const environment = { REEVE_BROKERS: 'tcp://a:1, tcp://b:2,' };
  expect(resolve({}, environment).brokers).toEqual(['tcp://a:1', 'tcp://b:2']);
  expect(resolve({ brokers: ['tcp://c:3'] }, environment).brokers).toEqual(['tcp://c:3']);
});

test.each<[string, Partial<ServeOptions>]>([
  ['no broker is named: give one such as tcp://127.0.0.1:5555', { brokers: [' '] }],
  ['broker tcp://a:1 is listed twice: name each broker once', { brokers: ['tcp://a:1', 'tcp://a:1 '] }],
  ['no service is given: pass what a generated serve… function returns', { services: [] }],
  ['service "orders" is listed twice: a worker serves a service once', { services: [orders, orders] }],
  ['concurrency is 0, but must be an integer from 1 to 100000', { concurrency: 0 }],
  ['prefetch is 1.5, but must be an integer from 0 to 100000', { prefetch: 1.5 }],
  ['drainMs is -1, but must be an integer from 0 to 86400000', { drainMs: -1 }],
  ['label has 256 characters, at most 255 are shown', { label: 'x'.repeat(256) }],
])('refuses with one line: %s', (message, options) => {
  expect(() => resolve(options)).toThrow(new TypeError(message));
});
