import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DIALECTS, textOf } from '../conformance/dialect.ts';
import { RawClient } from '../conformance/raw-peer.ts';
import type { InteropBroker } from './brokers.ts';
import { BROKERS } from './brokers.ts';
import { pythonWithZmq, runPython, startPython } from './python-program.ts';

const python = pythonWithZmq();

/** The programs of `examples/interop`, as a user would run them. */
describe.skipIf(python === undefined).each(BROKERS)('Python clients and workers at %s', (_, start) => {
  let broker: InteropBroker;
  const workers: ChildProcess[] = [];
  const client = (...args: readonly string[]): Promise<string[]> =>
    runPython(python!, 'client.py', broker.endpoint, ...args);

  beforeAll(async () => {
    broker = await start();
    workers.push(startPython(python!, 'worker.py', broker.endpoint, 'shout'));
    workers.push(startPython(python!, 'worker.py', broker.endpoint, 'shout2', '--v2'));
    await registered(broker.endpoint, 'shout');
    await registered(broker.endpoint, 'shout2');
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill();
    await broker.close();
  });

  test('MDP/0.1', async () => {
    expect(await client('shout', 'hello', 'hello again')).toEqual(['HELLO', 'HELLO AGAIN']);
  });

  test('MDP/0.2: the reply comes in parts', async () => {
    expect(await client('shout2', '--v2', 'one two')).toEqual(['ONE', 'TWO', 'ONE TWO']);
  });

  test('a client of MDP/0.2 and a worker of MDP/0.1', async () => {
    expect(await client('shout', '--v2', 'hello')).toEqual(['HELLO']);
  });

  test('mmi, and a service that is not there', async () => {
    expect(await client('mmi.service', 'shout', 'nothing')).toEqual(['200', '404']);
  });
});

/** Asks the broker until it knows a worker of the service. */
async function registered(endpoint: string, service: string): Promise<void> {
  const timings = { timeoutMs: 5_000, heartbeatMs: 1_000, quietMs: 100 };
  const client = new RawClient(endpoint, DIALECTS[0]!, timings);
  try {
    for (let asked = 0; asked < ASKED_MAX; asked++) {
      const [status] = await client.call('mmi.service', service);
      if (textOf(status) === '200') return;
      await sleep(50);
    }
    throw new Error(`no worker of ${service} came`);
  } finally {
    await client.close();
  }
}

/** Ten seconds, for a Python that starts on a busy machine. */
const ASKED_MAX = 200;
