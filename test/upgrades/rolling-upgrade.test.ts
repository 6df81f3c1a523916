import { type Broker, startBroker } from '@reeve/broker';
import { connect, type Reeve } from '@reeve/client';
import { serve, type Worker } from '@reeve/worker';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Version, Versions } from './versions.ts';

const ORDERS = {
  first: orders('1.0.0', 'z.object({ sku: z.string(), count: z.int().optional() })', 'z.object({ by: z.string() })'),
  /** Both ways compatible: each side drops what it does not know. */
  more: orders(
    '1.1.0',
    'z.object({ sku: z.string(), count: z.int().optional(), note: z.string().optional() })',
    'z.object({ by: z.string(), note: z.string().optional() })',
  ),
  /** Callers that leave out the count cannot be served any more. */
  strict: orders(
    '1.2.0',
    'z.object({ sku: z.string(), count: z.int(), note: z.string().optional() })',
    'z.object({ by: z.string(), note: z.string().optional() })',
  ),
  /** Old workers may leave out the note, on which the new callers count. */
  noted: orders(
    '1.3.0',
    'z.object({ sku: z.string(), count: z.int(), note: z.string().optional() })',
    'z.object({ by: z.string(), note: z.string() })',
  ),
};

let versions: Versions;
let v: Record<keyof typeof ORDERS, Version>;

beforeAll(async () => {
  versions = await Versions.create();
  const [first, more, strict, noted] = [
    await versions.release(ORDERS.first),
    await versions.release(ORDERS.more),
    await versions.release(ORDERS.strict),
    await versions.release(ORDERS.noted),
  ];
  v = { first, more, strict, noted };
});

afterAll(() => versions[Symbol.asyncDispose]());

describe.each(['memory://upgrade', 'tcp://127.0.0.1:0'])('several versions over %s', (listen) => {
  const open: { close(): Promise<void> }[] = [];
  let broker: Broker;
  let doors: Gate | undefined;

  afterEach(async () => {
    doors = undefined;
    for (const one of open.splice(0).toReversed()) await one.close();
  });

  test('a compatible change: all calls are served, by workers of both versions', async () => {
    await start();
    const [old, fresh] = [await caller(v.first), await caller(v.more)];
    const worker = await work(v.first);
    expect(await askMany(old)).toEqual({ '1.0.0': MANY });
    expect(await askMany(fresh)).toEqual({ '1.0.0': MANY });
    await work(v.more);
    // Both at once: neither version has enough of its own to leave the other out.
    const [byOld, byFresh] = await Promise.all([askMany(old), askMany(fresh)]);
    expect([Object.keys(byOld).toSorted(), Object.keys(byFresh).toSorted()]).toEqual([
      ['1.0.0', '1.1.0'],
      ['1.0.0', '1.1.0'],
    ]);
    expect(sum(byOld) + sum(byFresh)).toBe(2 * MANY);
    const [during] = await Promise.all([askMany(old), worker.drain()]);
    expect(sum(during)).toBe(MANY);
    expect(await askMany(old)).toEqual({ '1.1.0': MANY });
    expect(await fresh({ sku: 'a', note: 'x' })).toEqual({ by: '1.1.0', note: 'x' });
  });

  test('breaking for callers: old ones go to old workers, and fail at once when the last of these leaves', async () => {
    await start();
    const [oldest, old, fresh] = [await caller(v.first), await caller(v.more), await caller(v.strict)];
    const worker = await work(v.more, 2);
    await work(v.strict);
    expect(await Promise.all([askMany(oldest), askMany(old)])).toEqual([{ '1.1.0': MANY }, { '1.1.0': MANY }]);
    // Who sends the count always is served by those who do not need it, too.
    expect(Object.keys(await askMany(fresh)).toSorted()).toEqual(['1.1.0', '1.2.0']);
    // Some wait for the worker that leaves: what it has begun it finishes, the rest cannot go anywhere.
    const gate = (doors = new Gate());
    const calls = Promise.allSettled(Array.from({ length: MANY }, () => old({ sku: 'a' })));
    await gate.reached;
    const drained = worker.drain();
    gate.open();
    const [settled] = await Promise.all([calls, drained]);
    const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(settled.length - failures.length).toBe(2);
    const why = 'field `count` became required in 1.2.0; workers serve version 1.2.0: generate the stubs again from it';
    for (const failure of [...failures, await failureOf(oldest), await failureOf(old)]) {
      expect(failure).toMatchObject({
        code: 'failed_precondition',
        reason: 'incompatible_contract',
        executed: 'no',
        attempts: 1,
        message: `[failed_precondition] orders.place: ${why}`,
      });
    }
    expect(await askMany(fresh)).toEqual({ '1.2.0': MANY });
  });

  test('breaking for workers: new callers go to new workers only', async () => {
    await start();
    const [old, fresh] = [await caller(v.strict), await caller(v.noted)];
    await work(v.strict);
    const why =
      'field `note` of the reply became required in 1.3.0; workers still serve version 1.2.0: start newer ones';
    const refused = {
      reason: 'incompatible_contract',
      executed: 'no',
      message: `[failed_precondition] orders.place: ${why}`,
    };
    expect(await failureOf(fresh)).toMatchObject(refused);
    const worker = await work(v.noted);
    expect(await askMany(fresh)).toEqual({ '1.3.0': MANY });
    expect(Object.keys(await askMany(old)).toSorted()).toEqual(['1.2.0', '1.3.0']);
    await worker.drain();
    expect(await failureOf(fresh)).toMatchObject(refused);
    expect(await askMany(old)).toEqual({ '1.2.0': MANY });
  });

  /** No time of grace ends within a test: what has to wait for one fails by the time of the test. */
  async function start(): Promise<void> {
    broker = await startBroker({ listen, limits: { warmUpMs: 0, noWorkerGraceMs: 600_000 } });
    open.push(broker);
  }

  async function work(version: Version, concurrency = 4): Promise<Worker> {
    const by = version.descriptor.version;
    const place = async ({ note = '' }: { note?: string }): Promise<unknown> => {
      await doors?.pass();
      return { by, note };
    };
    const worker = await serve({ brokers: broker.endpoints, services: [version.bind({ place })], concurrency });
    open.push(worker);
    await worker.ready();
    return worker;
  }

  async function caller(version: Version): Promise<Ask> {
    const client: Reeve = await connect({ brokers: broker.endpoints });
    open.push(client);
    const place = client.method<object, { by: string }>(version.descriptor, 'place');
    return (input) => place(input, { timeoutMs: 60_000 });
  }
});

type Ask = (input: object) => Promise<{ by: string }>;

/** Where handlers wait until a test lets them go on. */
class Gate {
  readonly reached: Promise<void>;
  open: () => void = () => undefined;
  readonly #opened: Promise<void>;
  #reach: () => void = () => undefined;

  constructor() {
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    this.#opened = new Promise((resolve) => (this.open = resolve));
  }

  async pass(): Promise<void> {
    this.#reach();
    await this.#opened;
  }
}

/** Makes many calls at once. Returns how many of them each version has answered. */
async function askMany(ask: Ask): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const replies = await Promise.all(Array.from({ length: MANY }, () => ask({ sku: 'a', count: 1 })));
  for (const { by } of replies) counts[by] = (counts[by] ?? 0) + 1;
  return counts;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

async function failureOf(ask: Ask): Promise<unknown> {
  return await ask({ sku: 'a', count: 1 }).catch((thrown: unknown) => thrown);
}

function orders(version: string, input: string, output: string): string {
  return `export const Orders = service('orders', {
  version: '${version}',
  methods: { place: method({ input: ${input}, output: ${output} }) },
});`;
}

/** Many more than one worker is given at once. */
const MANY = 100;
