import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { compiled } from '../../../../test/support/compiled.ts';
import { Deferred } from '@reeve/protocol/io';
import type { ServeOptions } from '../config.ts';
import { resolveConfig } from '../config.ts';
import { bindService } from '../bind-service.ts';
import type { Interceptor } from '../interceptor.ts';
import { MemoryBroker, until as untilSoon } from '../memory-broker.test-kit.ts';
import { Context } from '../context.ts';
import { Orders, ordersDescriptor } from '../orders.test-kit.ts';
import { RecordingLogger } from '../recording-logger.test-kit.ts';
import { serve } from '../serve.ts';
import type { Worker } from '../worker.ts';
import type { ThreadOptions } from './bind-in-threads.ts';
import { bindInThreads } from './bind-in-threads.ts';
import type * as Library from './piscina.ts';
import { Lab, labDescriptor, memory } from './lab.test-kit.ts';

/** Compiled: a thread that compiles what it loads takes a second of the machine's time to start. */
const THREADS = pathToFileURL(compiled('packages/worker/dist/threads/'));
const MODULE = new URL('lab-handlers.test-kit.js', THREADS);
vi.mock('./piscina.ts', async (original) => {
  const { makePiscina } = await original<typeof Library>();
  return {
    makePiscina: (options: Library.PiscinaOptions) =>
      makePiscina({ ...options, filename: fileURLToPath(new URL('run-in-thread.js', THREADS)), execArgv: [] }),
  };
});
const LAB = { descriptor: labDescriptor, contract: Lab, module: MODULE };
const ORDERS = { descriptor: ordersDescriptor, contract: Orders, handlers: { quote: () => ({}), place: () => ({}) } };
const WORK = 0;
const OTHER = 1;
const open: (Worker | MemoryBroker)[] = [];
let count = 0;

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  memory.clear();
});

describe('a handler in a thread', () => {
  let shared: Connected;

  beforeAll(async () => {
    shared = await connected({ threads: 2, heapMaxMib: 16 });
    open.length = 0;
  });

  afterEach(() => void shared.logger.lines.splice(0));

  afterAll(async () => {
    await shared.worker.close();
    await shared.broker.close();
  });

  test('is called there, and knows its call', async () => {
    const { broker, call } = shared;
    const id = broker.dispatch({
      body: { act: 'facts' },
      key: 'k-1',
      metadata: { tenant: 'acme' },
      remainingMs: 7_000,
    });
    const answer = await answered(broker, id);
    expect(JSON.parse((answer as { body: { text: string } }).body.text)).toEqual({
      attempt: 1,
      callId: expect.stringMatching(/^[0-9a-f]{32}-100\d$/) as string,
      key: 'k-1',
      metadata: { tenant: 'acme' },
      priority: 1,
      isInTime: true,
    });
    expect(await call('thread')).not.toMatchObject({ body: { text: '0' } });
  });

  test('declares errors, throws others, and prolongs its lease', async () => {
    const { broker, call, logger } = shared;
    expect(await call('refuse')).toMatchObject({
      is: 'failure',
      code: 'not_found',
      executed: 'yes',
      detail: { declared: 'REFUSED', data: { since: new Date(0) } },
    });
    expect(await call('undeclared')).toMatchObject({ reason: 'handler_error', executed: 'yes' });
    expect(await call('throw')).toMatchObject({ reason: 'handler_error', executed: 'yes' });
    expect(errorOf(logger, 0).message).toBe('lab.work declares no error "NOPE", but "REFUSED"');
    expect(errorOf(logger, 1)).toMatchObject({ name: 'RangeError', message: 'too far' });
    // All of it: the place in the handlers' file, and the cause.
    expect(errorOf(logger, 1).stack).toMatch(/lab-handlers[^]*cause[^]*the map/);
    expect(await call('echo', OTHER)).toMatchObject({ body: { text: 'echo' } });
    expect(broker.of('extend')).toHaveLength(1);
  });

  test('may say in a tight loop that it is at work, and floods nobody', async () => {
    const heartbeat = vi.spyOn(Context.prototype, 'heartbeat');
    expect(await shared.call('eager', OTHER)).toMatchObject({ body: { text: 'eager' } });
    // It does so for 200 ms, and is heard every 10 ms.
    expect(heartbeat.mock.calls.length).toBeLessThanOrEqual(21);
    heartbeat.mockRestore();
  });

  test('gets and gives only what can be carried', async () => {
    const { call, logger } = shared;
    expect(await call('uncarried')).toMatchObject({ reason: 'handler_error', executed: 'yes' });
    memory.set('echo', (() => 1) as never);
    expect(await call('echo')).toMatchObject({ reason: 'invalid_input', executed: 'no' });
    expect(errorOf(logger, 1).message).toContain('its input cannot be passed to a thread');
    memory.clear();
    expect(await call('echo')).toMatchObject({ is: 'reply' });
  });

  test('hears its signal, whether it waits or computes and asks for it', async () => {
    const { broker, logger } = shared;
    for (const act of ['wait', 'polite']) {
      const atWork = hold(act);
      const id = broker.dispatch({ body: { act } });
      broker.flush();
      await until(() => atWork[0] === 1, 'it is at work');
      broker.cancel(id);
      expect(await answered(broker, id)).toMatchObject({ code: 'canceled', executed: 'unknown' });
    }
    // The handlers stopped by themselves.
    expect(logger.at('warn')).toEqual([]);
  });

  test.each([
    ['exit', 'its thread ended: worker exited with code: 3'],
    ['outside', 'its thread ended: thrown outside'],
    ['swell', 'its thread ended: Worker terminated due to reaching memory limit: JS heap out of memory'],
  ])('takes no other call along when its thread dies by %s', async (act, why) => {
    const { broker, call, logger } = shared;
    const other = hold('held');
    const unharmed = broker.dispatch({ body: { act: 'held' } });
    broker.flush();
    await until(() => other[0] === 1, 'the other one is at work');
    expect(await call(act)).toMatchObject({ code: 'internal', reason: 'handler_error', executed: 'yes' });
    expect(errorOf(logger, 0).message).toBe(why);
    expect(await call('echo')).toMatchObject({ is: 'reply' });
    letGo(other);
    expect(await answered(broker, unharmed)).toMatchObject({ body: { text: 'held' } });
  });
});

describe('a worker with threads', () => {
  test('replaces a thread whose handler goes on for a second after its deadline', async () => {
    const { broker, call, logger, worker } = await connected({ threads: 1 });
    const before = await call('thread');
    const begunAt = performance.now();
    const id = broker.dispatch({ body: { act: 'spin' }, remainingMs: 200 });
    broker.flush();
    expect(await answered(broker, id)).toMatchObject({ reason: 'no_reply' });
    expect(performance.now() - begunAt).toBeGreaterThan(1_150);
    expect(logger.at('warn')).toEqual([
      'the handler of lab.work did not stop in time after its signal; its thread was replaced',
    ]);
    const after = await call('thread');
    expect(after).toMatchObject({ is: 'reply' });
    expect(after).not.toMatchObject({ body: (before as { readonly body: unknown }).body });
    expect(worker.stats()).toMatchObject({ running: 0, waiting: 0 });
  });

  test('counts the time that a call waited for its thread', async () => {
    const { broker, call } = await connected({ threads: 1 });
    await call('exit');
    const sentAt = Date.now();
    const answer = await answered(broker, broker.dispatch({ body: { act: 'time' }, remainingMs: 60_000 }));
    const { remainingMs, at } = JSON.parse((answer as { body: { text: string } }).body.text) as Time;
    expect(remainingMs + at - sentAt).toBeLessThan(60_010);
  });

  test('replaces a thread whose cancelled handler is silent for its lease, long before its deadline', async () => {
    const { broker, logger, worker } = await connected({ threads: 2 });
    const [lively, spinning] = [hold('lively'), hold('spin')];
    const [alive, wedged] = ['lively', 'spin'].map((act) =>
      broker.dispatch({ method: OTHER, body: { act }, remainingMs: 60_000 }),
    ) as [number, number];
    broker.flush();
    await until(() => lively[0] === 1 && spinning[0] === 1, 'both are at work');
    broker.cancel(alive);
    broker.cancel(wedged);
    expect(await answered(broker, wedged)).toMatchObject({ code: 'canceled', executed: 'unknown' });
    expect(logger.at('warn')).toHaveLength(1);
    // The other one gave signs of life.
    expect(worker.stats()).toMatchObject({ running: 1 });
    letGo(lively);
    expect(await answered(broker, alive)).toMatchObject({ body: { text: 'lively' } });
  });

  test('starts no threads any more for a handler that is called after it was closed', async () => {
    const [reached, gate] = [new Deferred(), new Deferred()];
    const late: Interceptor = (next) => async (call) => {
      reached.resolve();
      await gate.promise;
      return next(call);
    };
    const before = threadCount();
    const { broker, logger, worker } = await connected({ threads: 1 }, { interceptors: [late] });
    broker.dispatch({ body: { act: 'echo' } });
    broker.flush();
    await reached.promise;
    await worker.close();
    gate.resolve();
    await gate.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(threadCount()).toBe(before);
    expect(logger.at('error')).toEqual([]);
  });

  test('keeps its threads when another worker lets go of them while it loads', async () => {
    const { threads } = bindInThreads({ ...LAB, threads: 1 });
    const loaded = threads!.load();
    await threads!.stopUnheld();
    await expect(loaded).resolves.toBeUndefined();
    await threads!.stopUnheld();
  });

  test('runs a call per thread over all methods, lets the rest wait, and hands it back when it drains', async () => {
    const { broker, worker } = await connected({ threads: 2 }, { concurrency: 10 });
    const [first, second] = [hold('held'), hold('polite')];
    const atWork = [
      broker.dispatch({ method: WORK, body: { act: 'held' } }),
      broker.dispatch({ method: WORK, body: { act: 'polite' } }),
    ];
    const waiting = [WORK, OTHER].map((method) => broker.dispatch({ method, body: { act: 'echo' } }));
    broker.flush();
    await until(() => first[0] === 1 && second[0] === 1, 'two are at work');
    expect(worker.stats()).toMatchObject({ running: 2, waiting: 2 });
    const drained = worker.drain();
    await until(() => broker.of('reject').length === 2, 'two are handed back');
    expect(broker.of('reject').map(({ id }) => id)).toEqual(waiting);
    broker.cancel(atWork[1]!);
    broker.flush();
    letGo(first);
    await drained;
    expect(broker.of('reply').map(({ id }) => id)).toEqual([atWork[0]]);
  });

  test('takes as many calls at once as it has threads, and fetches no more ahead', () => {
    const [lab, orders] = [bindInThreads({ ...LAB, threads: 3 }), bindService(ORDERS)];
    expect(resolveConfig({ services: [lab] })).toMatchObject({ concurrency: 3, prefetch: 3 });
    expect(resolveConfig({ services: [lab, orders] })).toMatchObject({ concurrency: 64, prefetch: 64 });
  });

  test('lives on while they compute', async () => {
    const { broker, worker } = await connected({ threads: 1 });
    const atWork = hold('polite');
    broker.dispatch({ body: { act: 'polite' }, remainingMs: 10_000 });
    broker.flush();
    await until(() => atWork[0] === 1, 'it is at work');
    const heartbeats = broker.of('heartbeat').length;
    await until(() => broker.of('heartbeat').length > heartbeats, 'a heartbeat comes');
    expect(worker.stats()).toMatchObject({ running: 1, brokers: [{ isConnected: true }] });
  });

  test('says that a handler was not started where a new thread cannot load it', async () => {
    const { broker, call, logger } = await connected({ threads: 1 });
    vi.stubEnv('LAB_IS_CLOSED', 'yes');
    await call('exit');
    expect(await call('echo')).toMatchObject({ code: 'unavailable', reason: 'no_worker', executed: 'no' });
    expect(errorOf(logger, 1).message).toMatch(/lab-handlers\.test-kit\.js cannot be loaded: the lab is closed$/);
    expect(broker.of('reply')).toEqual([]);
  });

  test('ends them within a second of being closed, whatever they do', async () => {
    const before = threadCount();
    const { broker, worker } = await connected({ threads: 2 });
    const atWork = hold('spin');
    broker.dispatch({ body: { act: 'spin' } });
    broker.flush();
    await until(() => atWork[0] === 1, 'it is at work');
    const closed = worker.close();
    expect(threadCount()).toBeGreaterThan(before);
    await closed;
    expect(threadCount()).toBe(before);
  });
});

describe('what does not fit', () => {
  test('is refused before the threads start, as far as it shows', () => {
    expect(() => bindInThreads({ ...LAB, module: new URL('./nowhere.js', import.meta.url) })).toThrow(
      /^there is no module .*nowhere\.js with handlers to run in threads$/,
    );
    expect(() => bindInThreads({ ...LAB, module: new URL('data:,') })).toThrow('data:, is not a file');
    expect(() => bindInThreads({ ...LAB, threads: 0 })).toThrow(/threads/);
    expect(() => bindInThreads({ ...LAB, concurrency: { nope: 1 } })).toThrow('there is no method "nope" to limit');
  });

  test.each([
    ['handlers.ts', 'handlers.js'],
    ['handlers.mjs', 'handlers.mts'],
  ])('is not %s where there is only %s', async (named, there) => {
    const folder = await mkdtemp(join(tmpdir(), 'reeve-threads-'));
    try {
      await writeFile(join(folder, there), 'export default {};');
      const module = pathToFileURL(join(folder, named));
      expect(() => bindInThreads({ ...LAB, module })).not.toThrow();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    [
      'lab.test-kit.ts',
      /cannot be served in threads: .*lab\.test-kit\.ts must have the handlers as its default export/,
    ],
    ['broken-handlers.test-kit.ts', /in threads: .*broken-handlers\.test-kit\.ts cannot be loaded: no licence found$/],
    [
      'wrong-handlers.test-kit.ts',
      /in threads: the handler of "other" is missing; there is no method "others" to handle$/,
    ],
  ])('in %s rejects serve with one line', async (file, line) => {
    const service = bindInThreads({ ...LAB, module: new URL(file, import.meta.url), threads: 1 });
    await expect(serve({ brokers: [endpoint()], services: [service] })).rejects.toThrow(line);
  });
});

/** A thread takes a while to start on a loaded machine. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  await untilSoon(isSo, what, 15_000);
}

function threadCount(): number {
  return (process.report.getReport() as { readonly workers: readonly unknown[] }).workers.length;
}

/** Memory by which a handler that does this tells that it is at work. */
function hold(act: string): Int32Array {
  const atWork = new Int32Array(new SharedArrayBuffer(4));
  memory.set(act, atWork);
  return atWork;
}

function letGo(atWork: Int32Array): void {
  Atomics.store(atWork, 0, 2);
  Atomics.notify(atWork, 0);
}

/** The error in a line of the log. */
function errorOf(logger: RecordingLogger, line: number): Error {
  return (logger.lines[line]!.fields as { readonly err: Error }).err;
}

interface Time {
  readonly remainingMs: number;
  readonly at: number;
}

type Connected = Awaited<ReturnType<typeof connected>>;

async function connected(threads: ThreadOptions = { threads: 1 }, options: Partial<ServeOptions> = {}) {
  const broker = await new MemoryBroker(endpoint()).listen();
  open.push(broker);
  const logger = new RecordingLogger();
  const lab = bindInThreads({ ...LAB, ...threads });
  const worker = await serve({ brokers: [broker.endpoint], services: [lab], logger, ...options });
  open.unshift(worker);
  await worker.ready();
  await until(() => broker.granted > 0, 'there is credit');
  logger.lines.length = 0;
  const call = (act: string, method: number = WORK): ReturnType<typeof answered> =>
    answered(broker, broker.dispatch({ method, body: { act } }));
  return { broker, call, logger, worker };
}

async function answered(broker: MemoryBroker, id: number) {
  const find = () => [...broker.of('reply'), ...broker.of('failure')].find((heard) => heard.id === id);
  broker.flush();
  await until(() => find() !== undefined, `call ${id} is answered`);
  return find()!;
}

function endpoint(): string {
  return `memory://threads-test-${++count}`;
}
