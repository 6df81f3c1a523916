import { LIMITS, decodeValue } from '@reeve/protocol';
import { expect, test } from 'vitest';
import type { ServiceBinding } from './bind-service.ts';
import { bindService } from './bind-service.ts';
import { Describer, describedServices } from './describer.ts';
import { Orders, ordersDescriptor } from './orders.test-kit.ts';
import { RecordingLogger } from './recording-logger.test-kit.ts';

const DESCRIPTION = { name: 'orders', version: '1.2.0', doc: 'Takes orders.', methods: {}, shapes: {} };

function binding(describe?: () => Promise<typeof DESCRIPTION>, doc?: string): ServiceBinding {
  const handlers = { quote: () => ({ cents: 1 }), place: () => ({ accepted: true }) };
  const descriptor = doc === undefined ? ordersDescriptor : { ...ordersDescriptor, doc };
  return bindService({ descriptor, contract: Orders, handlers, describe });
}

test('a description is loaded when somebody asks, and not before', async () => {
  let loads = 0;
  const load = async (): Promise<typeof DESCRIPTION> => {
    loads += 1;
    return Promise.resolve(DESCRIPTION);
  };
  const describer = new Describer([binding(load)], new RecordingLogger());
  expect(loads).toBe(0);
  const { outcome, body } = await describer.describe('orders');
  expect([outcome, loads, decodeValue(body)]).toEqual(['described', 1, { ok: true, value: DESCRIPTION }]);
});

test('there is none of a service without one, nor of another service', async () => {
  const describer = new Describer([binding()], new RecordingLogger());
  for (const name of ['orders', 'others', undefined]) {
    expect(await describer.describe(name)).toMatchObject({ outcome: 'unknown', body: { length: 0 } });
  }
});

test('one that cannot be loaded is a line in the log, one that nobody could read is not sent', async () => {
  const logger = new RecordingLogger();
  const failing = new Describer([binding(() => Promise.reject(new Error('no such file')))], logger);
  expect(await failing.describe('orders')).toMatchObject({ outcome: 'failed' });
  expect(logger.at('warn')).toEqual(['the description of orders could not be loaded']);
  let doc: unknown = 'x';
  for (let depth = 0; depth < LIMITS.depthMax; depth++) doc = [doc];
  const deep = new Describer([binding(() => Promise.resolve({ ...DESCRIPTION, doc: doc as string }))], logger);
  expect(await deep.describe('orders')).toMatchObject({ outcome: 'too_large' });
});

test('the first line of the docs is told at once, cut to what a list can show', () => {
  const load = (): Promise<typeof DESCRIPTION> => Promise.resolve(DESCRIPTION);
  const summaries = ['One.\nTwo.', '\n One. \n', 'x'.repeat(300), ' ', undefined].map((doc) =>
    describedServices([binding(load, doc)]),
  );
  expect(summaries).toEqual([
    [{ service: 'orders', summary: 'One.' }],
    [{ service: 'orders', summary: 'One.' }],
    [{ service: 'orders', summary: `${'x'.repeat(LIMITS.summaryMax - 1)}…` }],
    [{ service: 'orders' }],
    [{ service: 'orders' }],
  ]);
  expect(describedServices([binding(undefined, 'One.')])).toEqual([]);
});
