import { LIMITS, encodeValue, randomBytes, seededRandom, silentLogger } from '@reeve/protocol';
import { transportFor } from '@reeve/protocol/io';
import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../../protocol/src/io/fake-clock.test-kit.ts';
import { FakeResolver, notFound } from '../../protocol/src/io/fake-resolver.test-kit.ts';
import { resolveConfig } from './config.ts';
import { connect } from './connect.ts';
import { MemoryBroker, freshEndpoint, ordersDescriptor } from './memory-broker.test-kit.ts';
import { Reeve } from './reeve.ts';

const NAME = 'dns://broker.example:5555';
const LINE = { sku: 'A1', quantity: 3 };
const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

test('connects to the brokers that a name leads to', async () => {
  const [a, b] = [await listen(), await listen()];
  const { reeve } = start([NAME], new FakeResolver({ [NAME]: [a.endpoint, b.endpoint] }));
  await until(() => connectedTo(reeve).length === 2);
  expect(connectedTo(reeve)).toEqual([a.endpoint, b.endpoint]);
});

test('calls wait for a name that is not known yet', async () => {
  const [a, resolver] = [await listen(), new FakeResolver({ [NAME]: notFound() })];
  const { reeve } = start([NAME], resolver);
  const call = reeve.method(ordersDescriptor, 'quote')(LINE);
  await clock.advance(LIMITS.lookupHurryMs * 2);
  expect(reeve.brokers).toEqual([]);
  resolver.set(NAME, [a.endpoint]);
  await clock.advance(LIMITS.lookupHurryMs);
  await until(() => a.inputs.length === 1);
  expect(await call).toEqual({ cents: 7n });
});

test('a broker that appears is dialled, and one that disappears is left when it has answered', async () => {
  const [a, b] = [await listen(), await listen()];
  const resolver = new FakeResolver({ [NAME]: [a.endpoint] });
  const { reeve, news } = start([NAME], resolver);
  await until(() => connectedTo(reeve).length === 1);
  a.answer = () => undefined;
  const quote = reeve.method(ordersDescriptor, 'quote');
  const first = quote(LINE, { timeoutMs: 60_000 });
  await until(() => a.inputs.length === 1);
  resolver.set(NAME, [b.endpoint]);
  await clock.advance(LIMITS.lookupMs * 1.1);
  await until(() => connectedTo(reeve).includes(b.endpoint));
  expect(await settled(quote(LINE))).toEqual({ cents: 7n });
  expect([a.inputs.length, b.inputs.length, a.script.byes]).toEqual([1, 1, 0]);
  a.script.reply(a.script.requests[0]!, encodeValue({ cents: 8 }));
  a.pump();
  expect(await settled(first)).toEqual({ cents: 8n });
  await until(() => news.includes(`removed ${a.endpoint}`));
  expect([a.script.byes, connectedTo(reeve)]).toEqual([1, [b.endpoint]]);
});

test('a name that cannot be looked up again changes nothing, and is news once', async () => {
  const [a, resolver] = [await listen(), new FakeResolver()];
  const { reeve, news } = start([NAME], resolver);
  resolver.set(NAME, [a.endpoint]);
  await until(() => connectedTo(reeve).length === 1);
  resolver.set(NAME, notFound());
  await clock.advance(LIMITS.lookupMs * 4);
  expect(news.filter((line) => line.startsWith('unresolved'))).toEqual([`unresolved ${NAME}`]);
  expect(await settled(reeve.method(ordersDescriptor, 'quote')(LINE))).toEqual({ cents: 7n });
});

test('the only broker is lost: the name is looked up at once, not at the end of the period', async () => {
  const [a, b] = [await listen(), await listen()];
  const resolver = new FakeResolver({ [NAME]: [a.endpoint] });
  const { reeve } = start([NAME], resolver);
  await until(() => connectedTo(reeve).length === 1);
  await clock.advance(LIMITS.lookupHurryMs);
  resolver.set(NAME, [b.endpoint]);
  await a[Symbol.asyncDispose]();
  await until(() => connectedTo(reeve).length === 0);
  await clock.advance(LIMITS.lookupHurryMs);
  await until(() => connectedTo(reeve).includes(b.endpoint));
  expect(resolver.asked.length).toBeLessThanOrEqual(4);
});

test('the error of a connect names every name that led nowhere, and every endpoint', async () => {
  const [endpoint, srv] = [freshEndpoint(), 'dns+srv://_reeve._tcp.example'];
  const resolver = new FakeResolver({ [NAME]: notFound() });
  const { reeve } = start([NAME, endpoint, srv], resolver);
  await clock.endTurn();
  expect(await failure(reeve)).toContain(
    `no broker answered within 50 ms (${endpoint}: connection refused, nothing listens there; ` +
      `${NAME}: the name is not known; ${srv}: the name server has not answered yet). ` +
      `Start one with: reeve broker --listen ${endpoint}`,
  );
});

test('where there are names only, the next step is about them', async () => {
  const { reeve } = start([NAME], new FakeResolver({ [NAME]: [] }));
  await clock.endTurn();
  expect(await failure(reeve)).toContain(
    `(${NAME}: the answer is empty). Put the name or its records right, or name a broker by its address`,
  );
});

test('closing ends at once, whatever a name server does, and leaves no timer', async () => {
  const { reeve } = start([NAME], new FakeResolver());
  await settled(reeve.close());
  expect(clock.timers).toEqual([]);
});

test('connect refuses a name that cannot be looked up, with one line', async () => {
  await expect(connect({ brokers: ['dns://broker.example'] })).rejects.toThrow(
    'cannot use the endpoint "dns://broker.example": the port is missing; write dns://broker.example:5555',
  );
});

let clock: FakeClock;

/** A client under a clock that the test moves, and what it tells. */
function start(brokers: readonly string[], resolver: FakeResolver): { reeve: Reeve; news: string[] } {
  clock = new FakeClock();
  const random = seededRandom(1);
  const config = resolveConfig({ brokers, logger: silentLogger });
  const instance = randomBytes(random, 16);
  const reeve = new Reeve(config, { clock, random, instance, transportFor, resolver: resolver.resolve });
  const news: string[] = [];
  void (async () => {
    for await (const { kind, endpoint } of reeve.status()) news.push(`${kind} ${endpoint}`);
  })();
  open.push({ [Symbol.asyncDispose]: () => settled(reeve.close()) });
  return { reeve, news };
}

/** Why no connection came about within 50 ms. */
async function failure(reeve: Reeve): Promise<string> {
  const connecting = reeve.connected(50).catch((error: unknown) => String(error));
  await clock.advance(50);
  return (await connecting) ?? '';
}

async function listen(): Promise<MemoryBroker> {
  const broker = await MemoryBroker.listen();
  broker.answer = () => ({ value: { cents: 7 } });
  open.push(broker);
  return broker;
}

function connectedTo(reeve: Reeve): string[] {
  return reeve.brokers.filter(({ isConnected }) => isConnected).map(({ endpoint }) => endpoint);
}

/** Ends turns until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 1_000) throw new Error(`waited in vain until ${String(isSo)}`);
    await clock.endTurn();
  }
}

/** Ends turns until a promise is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const note = (): void => void (isSettled = true);
  promise.then(note, note);
  await until(() => isSettled);
  return promise;
}
