import { LIMITS, randomBytes, seededRandom } from '@reeve/protocol';
import { transportFor } from '@reeve/protocol/io';
import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../../protocol/src/io/fake-clock.test-kit.ts';
import { FakeResolver, notFound } from '../../protocol/src/io/fake-resolver.test-kit.ts';
import { bindService } from './bind-service.ts';
import { resolveConfig } from './config.ts';
import { MemoryBroker } from './memory-broker.test-kit.ts';
import { Orders, ordersDescriptor } from './orders.test-kit.ts';
import { RecordingLogger } from './recording-logger.test-kit.ts';
import { Worker } from './worker.ts';

const NAME = 'dns+srv://_reeve._tcp.example';
const brokers: MemoryBroker[] = [];
let clock: FakeClock;
let worker: Worker;
let logger: RecordingLogger;
let count = 0;

afterEach(async () => {
  const closed = worker.close();
  await until(() => clock.timers.length === 0);
  await closed;
  for (const broker of brokers.splice(0)) await broker.close();
});

test('serves the brokers that a name leads to, and keeps room for those to come', async () => {
  const [a, b] = [await listen(), await listen()];
  const resolver = new FakeResolver({ [NAME]: [a.endpoint] });
  start(resolver);
  await until(() => a.granted > 0);
  expect(a.granted).toBe(64);
  resolver.set(NAME, [a.endpoint, b.endpoint]);
  await passHeard(LIMITS.lookupMs * 1.1);
  await until(() => b.granted > 0);
  expect([a.granted, b.granted]).toEqual([64, 32]);
  b.dispatch({ body: { sku: 'A1', quantity: 1 } });
  b.flush();
  await until(() => b.of('reply').length === 1);
});

test('stays at a broker that is no longer named until clients have left it, then drains and leaves it', async () => {
  const [a, b] = [await listen(), await listen()];
  const resolver = new FakeResolver({ [NAME]: [a.endpoint, b.endpoint] });
  start(resolver);
  await until(() => a.granted > 0 && b.granted > 0);
  resolver.set(NAME, [b.endpoint]);
  await passHeard(LIMITS.lookupKeepMs);
  expect(a.of('drain')).toEqual([]);
  await passHeard(LIMITS.lookupMs * 2.5);
  await until(() => a.of('bye').length === 1);
  expect([a.of('drain').length, a.of('bye')]).toEqual([1, [{ is: 'bye', why: 'drained' }]]);
  expect(worker.stats().brokers.map(({ endpoint }) => endpoint)).toEqual([b.endpoint]);
  expect(logger.at('info')).toContain(`left the broker at ${a.endpoint}, which is no longer listed`);
});

test('a name that is not known is told once, and looked up until it is', async () => {
  const [a, resolver] = [await listen(), new FakeResolver({ [NAME]: notFound() })];
  start(resolver);
  await clock.advance(LIMITS.lookupHurryMs * 5);
  expect(logger.at('warn')).toEqual([
    `${NAME} does not lead to brokers as it should: the name is not known; looking it up again until it does`,
  ]);
  resolver.set(NAME, [a.endpoint]);
  await clock.advance(LIMITS.lookupHurryMs);
  await until(() => a.granted > 0);
  await worker.ready();
});

test('may be closed and drained while it knows no broker', async () => {
  start(new FakeResolver());
  const drained = worker.drain();
  await until(() => clock.timers.length === 0);
  await expect(drained).resolves.toBeUndefined();
});

function start(resolver: FakeResolver): void {
  clock = new FakeClock();
  logger = new RecordingLogger();
  const handlers = { quote: () => ({ cents: 1 }), place: () => ({ accepted: true }) };
  const orders = bindService({ descriptor: ordersDescriptor, contract: Orders, handlers });
  const config = resolveConfig({ brokers: [NAME], services: [orders], logger });
  const random = seededRandom(1);
  const instance = randomBytes(random, 16);
  worker = new Worker(config, { clock, random, instance, transportFor, resolver: resolver.resolve });
}

async function listen(): Promise<MemoryBroker> {
  count += 1;
  const broker = await new MemoryBroker(`memory://worker-dns-${count}`).listen();
  brokers.push(broker);
  return broker;
}

/** Lets time pass while every broker is heard. */
async function passHeard(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    for (const broker of brokers) {
      if (broker.channel === undefined) continue;
      broker.hearWhatWasMissed(performance.now());
      broker.flush();
    }
    await clock.endTurn();
    await clock.advance(Math.min(left, 500));
  }
}

/** Ends turns until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 1_000) throw new Error(`waited in vain until ${String(isSo)}`);
    await clock.endTurn();
  }
}
