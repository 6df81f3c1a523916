import { memoryTransport } from '@reeve/protocol/io';
import { afterEach, expect, test } from 'vitest';
import type { Handler } from './bind-service.ts';
import { bindService } from './bind-service.ts';
import type { ServeOptions } from './config.ts';
import type { Context } from './context.ts';
import { MemoryBroker, until } from './memory-broker.test-kit.ts';
import { Orders, ordersDescriptor } from './orders.test-kit.ts';
import { RecordingLogger } from './recording-logger.test-kit.ts';
import { serve } from './serve.ts';
import type { Worker } from './worker.ts';

const LINE = { sku: 'A1', quantity: 3 };
const open: (Worker | MemoryBroker)[] = [];
let count = 0;

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

test('answers calls, and many of one turn in one message', async () => {
  const { broker } = await connected({ quote: async ({ quantity }: typeof LINE) => ({ cents: quantity }) });
  const before = broker.envelopes.length;
  for (let i = 0; i < 100; i++) broker.dispatch({ body: { ...LINE, quantity: i + 1 } });
  broker.flush();
  await until(() => broker.of('reply').length === 100, 'all replies are there');
  expect(broker.of('reply').map((reply) => reply.body)).toEqual(
    Array.from({ length: 100 }, (_, i) => ({ cents: i + 1 })),
  );
  // The handlers end in the turn that starts them: their answers leave together, after at most a few turns.
  expect(broker.envelopes.length - before).toBeLessThan(10);
});

test('begins before a broker is there, says so once, and is ready when one comes', async () => {
  const broker = new MemoryBroker(endpoint());
  const { worker, logger } = await start([broker]);
  await until(() => logger.at('warn').length > 0, 'the missing broker was noticed');
  expect(logger.at('warn')).toEqual([
    `no broker at ${broker.endpoint}: nothing listens there; trying again until there is one`,
  ]);
  expect(worker.stats().brokers).toMatchObject([{ endpoint: broker.endpoint, isConnected: false }]);
  open.push(await broker.listen());
  await worker.ready();
  expect(worker.stats().brokers).toMatchObject([{ isConnected: true, credit: 128, held: 0 }]);
});

test('connects again after a cut, and tells it', async () => {
  const { broker, worker } = await connected();
  const news = worker.status();
  memoryTransport.cut(broker.endpoint);
  expect((await news.next()).value).toMatchObject({ kind: 'disconnected', endpoint: broker.endpoint });
  expect((await news.next()).value).toMatchObject({ kind: 'connected', broker: 'scripted' });
  broker.dispatch({ body: LINE });
  broker.flush();
  await until(() => broker.of('reply').length === 1, 'the new session works');
});

test('raises the signal of a cancelled call', async () => {
  let isAtWork = false;
  let reason: unknown;
  const { broker } = await connected({
    quote: async (_: unknown, { signal }: Context) =>
      new Promise((resolve) => {
        isAtWork = true;
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          resolve({ cents: 0 });
        });
      }),
  });
  const id = broker.dispatch({ body: LINE });
  broker.flush();
  await until(() => isAtWork, 'the handler is at work');
  broker.cancel(id);
  broker.flush();
  await until(() => broker.of('reply').length === 1, 'the handler has stopped');
  expect(reason).toMatchObject({
    code: 'canceled',
    message: '[canceled] orders.quote: the caller no longer wants the result',
  });
});

test('does not start a call whose cancel came with it', async () => {
  const { broker } = await connected({ quote: () => expect.unreachable() });
  broker.cancel(broker.dispatch({ body: LINE }));
  broker.flush();
  await until(() => broker.of('failure').length === 1, 'it is answered');
  expect(broker.of('failure')).toMatchObject([{ reason: 'canceled', executed: 'no' }]);
});

test('drains: finishes what runs, hands back the rest, says goodbye, and is closed', async () => {
  let finish: (() => void) | undefined;
  const quote = async (): Promise<object> =>
    new Promise((resolve) => {
      finish = () => resolve({ cents: 1 });
    });
  const { broker, worker } = await connected({ quote }, { concurrency: 1 });
  const [first, second] = [broker.dispatch({ body: LINE }), broker.dispatch({ body: LINE })];
  broker.flush();
  await until(() => finish !== undefined, 'the first one runs');
  const drained = worker.drain();
  await until(() => broker.of('drain').length === 1, 'the broker knows');
  finish!();
  await drained;
  await until(() => broker.of('bye').length === 1, 'the goodbye is there');
  const said = broker.heard.filter((heard) => ['reject', 'reply', 'bye'].includes(heard.is));
  expect(said).toEqual([
    { is: 'reject', id: second },
    { is: 'reply', id: first, body: { cents: 1 } },
    { is: 'bye', why: 'drained' },
  ]);
  expect(await worker.status().next()).toEqual({ done: true, value: undefined });
});

test("closes while a handler is at work: its signal is raised and its result is nobody's", async () => {
  let context: Context | undefined;
  const quote = async (_: unknown, ctx: Context): Promise<object> => {
    context = ctx;
    return new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve({ cents: 1 })));
  };
  const { broker, worker } = await connected({ quote });
  broker.dispatch({ body: LINE });
  broker.flush();
  await until(() => context !== undefined, 'it runs');
  await worker.close();
  await until(() => broker.of('bye').length === 1, 'the goodbye is there');
  expect(context!.signal.aborted).toBe(true);
  expect(broker.of('bye')).toEqual([{ is: 'bye', why: 'closed' }]);
  expect(broker.of('reply')).toEqual([]);
});

test('closed before it is ready says so to who waits', async () => {
  const { worker } = await start([new MemoryBroker(endpoint())]);
  const ready = worker.ready();
  await worker.close();
  await expect(ready).rejects.toThrow('[unavailable] the worker was closed before it reached a broker');
  await worker.close();
});

test('serves two brokers at once', async () => {
  const brokers = [new MemoryBroker(endpoint()), new MemoryBroker(endpoint())];
  for (const broker of brokers) open.push(await broker.listen());
  await start(brokers);
  for (const broker of brokers) {
    await until(() => broker.granted > 0, 'there is credit');
    broker.dispatch({ body: LINE });
    broker.flush();
    await until(() => broker.of('reply').length === 1, 'there is a reply');
    expect(broker.of('reply')).toMatchObject([{ body: { cents: 1 } }]);
  }
});

test('an endpoint of no known kind is refused with one line', async () => {
  await expect(start([new MemoryBroker('udp://127.0.0.1:1')])).rejects.toThrow(/udp/);
});

async function connected(handlers: Record<string, Handler> = {}, options: Partial<ServeOptions> = {}) {
  const broker = await new MemoryBroker(endpoint()).listen();
  open.push(broker);
  const started = await start([broker], handlers, options);
  await started.worker.ready();
  await until(() => broker.granted > 0, 'there is credit');
  return { broker, ...started };
}

async function start(
  brokers: readonly MemoryBroker[],
  handlers: Record<string, Handler> = {},
  options: Partial<ServeOptions> = {},
) {
  const defaults = { quote: () => ({ cents: 1 }), place: () => ({ accepted: true }) };
  const orders = bindService({
    descriptor: ordersDescriptor,
    contract: Orders,
    handlers: { ...defaults, ...handlers },
  });
  const logger = new RecordingLogger();
  const endpoints = brokers.map((broker) => broker.endpoint);
  const worker = await serve({ brokers: endpoints, services: [orders], logger, ...options });
  open.unshift(worker);
  return { worker, logger };
}

function endpoint(): string {
  return `memory://worker-test-${++count}`;
}
