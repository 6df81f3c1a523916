import { setImmediate as turn } from 'node:timers/promises';
import type { Broker } from '@reeve/broker';
import { startBroker } from '@reeve/broker';
import { Reeve } from '@reeve/client';
import type { Clock, Resolver } from '@reeve/protocol/io';
import { newInstanceId, systemClock, systemRandom, transportFor } from '@reeve/protocol/io';
import { Worker } from '@reeve/worker';
import { afterEach, expect, test } from 'vitest';
import { resolveConfig as clientConfig } from '../../packages/client/src/config.ts';
import { FakeResolver } from '../../packages/protocol/src/io/fake-resolver.test-kit.ts';
import { resolveConfig as workerConfig } from '../../packages/worker/src/config.ts';
import { ToilClient } from './generated/toil.client.ts';
import { serveToil } from './generated/toil.worker.ts';

const NAME = 'dns://brokers.example:5555';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

test(
  'brokers over tcp come into DNS and go from it while calls are made: none fails',
  { timeout: 30_000 },
  async () => {
    const [a, b] = [await broker(), await broker()];
    const resolver = new FakeResolver({ [NAME]: a.endpoints });
    const [worker, reeve] = [serving(resolver.resolve), calling(resolver.resolve)];
    await worker.ready();
    const load = keepCalling(reeve);
    await load.progress(200);
    resolver.set(NAME, [...a.endpoints, ...b.endpoints]);
    await until(() => connectedTo(reeve).length === 2 && servedBy(worker).length === 2, 'both are known');
    await load.progress(200);
    resolver.set(NAME, b.endpoints);
    await until(() => reeve.brokers.length === 1, 'the first one is left');
    await load.progress(200);
    expect(connectedTo(reeve)).toEqual(b.endpoints);
    expect(await load.stop()).toEqual([]);
  },
);

test('the only broker shuts down and DNS names another one: no call fails', { timeout: 30_000 }, async () => {
  const [a, b] = [await broker(), await broker()];
  const resolver = new FakeResolver({ [NAME]: a.endpoints });
  const [worker, reeve] = [serving(resolver.resolve), calling(resolver.resolve)];
  await worker.ready();
  const load = keepCalling(reeve);
  await load.progress(200);
  resolver.set(NAME, b.endpoints);
  await a.drain();
  await load.progress(200);
  expect(connectedTo(reeve)).toEqual(b.endpoints);
  expect(await load.stop()).toEqual([]);
});

async function broker(): Promise<Broker> {
  const started = await startBroker({ listen: 'tcp://127.0.0.1:0' });
  closing.push(() => started.close());
  return started;
}

/** The clock of the process, but that names are looked up every few milliseconds. No other timer is as long. */
const hasty: Clock = {
  ...systemClock,
  setTimer: (delayMs, callback) =>
    systemClock.setTimer(delayMs > 8_000 && delayMs < 12_000 ? LOOKUP_EVERY_MS : delayMs, callback),
};

function surroundings(resolver: Resolver) {
  return { clock: hasty, random: systemRandom(), instance: newInstanceId(), transportFor, resolver };
}

function serving(resolver: Resolver): Worker {
  const toil = ({ number }: { number: number }) => ({ double: number * 2, pid: process.pid });
  const services = [serveToil({ again: toil, once: toil })];
  const worker = new Worker(workerConfig({ brokers: [NAME], services }), surroundings(resolver));
  closing.push(() => worker.close());
  return worker;
}

function calling(resolver: Resolver): Reeve {
  const reeve = new Reeve(clientConfig({ brokers: [NAME] }), surroundings(resolver));
  closing.push(() => reeve.close());
  return reeve;
}

/** Makes calls of both kinds until it is stopped; then says what failed. */
function keepCalling(reeve: Reeve) {
  const toil = new ToilClient(reeve);
  const failures: unknown[] = [];
  let [done, isOver] = [0, false];
  const callers = ['again', 'once', 'again', 'once'].map(async (name) => {
    for (let number = 0; !isOver && number < CALLS_MAX; number++) {
      const input = { number, ms: 0 };
      const { double } = await (name === 'again' ? toil.again(input) : toil.once(input)).catch(noteIn(failures));
      if (double === number * 2) done += 1;
    }
  });
  return {
    /** Waits until so many calls more have succeeded. */
    async progress(calls: number): Promise<void> {
      const goal = done + calls;
      await until(() => done >= goal, `${calls} calls more are done`);
    },
    async stop(): Promise<unknown[]> {
      isOver = true;
      await Promise.all(callers);
      return failures;
    },
  };
}

function noteIn(failures: unknown[]): (error: unknown) => { double: undefined } {
  return (error) => {
    failures.push(error);
    return { double: undefined };
  };
}

function connectedTo(reeve: Reeve): string[] {
  return reeve.brokers.filter(({ isConnected }) => isConnected).map(({ endpoint }) => endpoint);
}

function servedBy(worker: Worker): string[] {
  const { brokers } = worker.stats();
  return brokers.filter(({ isConnected }) => isConnected).map(({ endpoint }) => endpoint);
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await turn();
  }
}

const LOOKUP_EVERY_MS = 20;
/** More than any run makes. */
const CALLS_MAX = 100_000;
