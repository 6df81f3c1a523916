import { encodeValue } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { RequestOptions, ScriptedClient, ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, ONCE, TWICE, offered, once } from './broker-rig.test-kit.ts';
import { BROKER_SERVICE } from './introspection.ts';

/** How clients get to know what a service is like. */

const DESCRIBED = [{ service: 's' }];
const QUESTION = { service: BROKER_SERVICE, method: 'describe', fingerprint: '', idempotent: true };
const BODY = Uint8Array.from(encodeValue({ name: 's' }));

function ask(rig: BrokerRig, client: ScriptedClient, wanted: unknown = S1, more: RequestOptions = {}): number {
  const call = client.request(QUESTION, { body: encodeValue(wanted), ...more });
  rig.run();
  return call;
}

function describer(rig: BrokerRig, version: string = '1.0.0'): ScriptedWorker {
  return rig.worker(0, [offered('x', { service: 'a' }), { ...ONCE, version }, TWICE], undefined, DESCRIBED);
}

describe('a worker of the version is asked', () => {
  test('and its answer passed on, whatever else is waiting', () => {
    const rig = new BrokerRig();
    const [client, old, worker] = [rig.client(), describer(rig), describer(rig, '1.1.0')];
    client.request(once);
    const call = ask(rig, client, { service: 's', version: '1.1.0' });
    expect([old.describes, worker.describes]).toEqual([[], [{ id: 1, method: 1 }]]);
    expect(rig.core.sizes()).toMatchObject({ questions: 1 });
    worker.describe(worker.describes[0]!, BODY);
    rig.run();
    expect(client.answer(call)).toMatchObject({ verdict: 'reply', body: BODY });
    expect(rig.core.sizes()).toMatchObject({ questions: 0, workerLoads: 0 });
  });

  test('of any size', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), describer(rig)];
    const call = ask(rig, client);
    const body = new Uint8Array(500_000).fill(7);
    worker.describe(worker.describes[0]!, body);
    rig.run();
    expect(client.answer(call).body).toEqual(body);
  });

  test('also while the broker drains', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1, [ONCE], undefined, DESCRIBED)];
    client.request(once);
    rig.run();
    rig.command('drain');
    const call = ask(rig, client);
    worker.describe(worker.describes[0]!, BODY);
    rig.run();
    expect(client.verdict(call)).toBe('reply');
  });

  test('one that is not silent, if there is one', () => {
    const rig = new BrokerRig();
    const [client, silent, worker] = [rig.client(), describer(rig), describer(rig)];
    silent.isSilent = true;
    rig.advance(3_500);
    ask(rig, client);
    expect([silent.describes.length, worker.describes.length]).toEqual([0, 1]);
  });

  test('and when it goes, another one', () => {
    const rig = new BrokerRig();
    const [client, first, second] = [rig.client(), describer(rig), describer(rig)];
    const call = ask(rig, client);
    rig.cut(first);
    // The first one's answer would come too late, and the number is not its own any more.
    expect(second.describes).toEqual(first.describes);
    second.describe(second.describes[0]!, BODY);
    rig.run();
    expect(client.verdict(call)).toBe('reply');
    const last = ask(rig, client);
    rig.cut(second);
    expect(client.verdict(last)).toBe('unavailable no_worker no');
  });

  test('and no other is believed', () => {
    const rig = new BrokerRig();
    const [client, asked, liar] = [rig.client(), describer(rig), describer(rig)];
    const call = ask(rig, client);
    liar.describe(asked.describes[0]!, encodeValue('a lie'));
    liar.describe({ id: 77 }, encodeValue('a lie'));
    rig.run();
    expect(client.verdict(call)).toBeUndefined();
    asked.describe(asked.describes[0]!, BODY);
    asked.describe(asked.describes[0]!, BODY);
    rig.run();
    expect(client.answer(call).body).toEqual(BODY);
  });
});

describe('nobody can be asked', () => {
  test.each<[what: string, wanted: unknown, verdict: string, message: string]>([
    ['a service that nobody offers', { service: 'x', version: '1' }, 'unimplemented unknown_service no', 'x 1: '],
    ['a version that nobody serves', { service: 's', version: '9' }, 'unimplemented not_described no', 's 9: '],
    [
      'a worker that describes nothing',
      { service: 'b', version: '1.0.0' },
      'unimplemented not_described no',
      'b 1.0.0: ',
    ],
    ['half a question', { service: 's' }, 'invalid_argument invalid_input no', 'expected { service, version }'],
    ['no question', null, 'invalid_argument invalid_input no', 'expected { service, version }'],
    [
      'far too much of one',
      { service: 's', version: 'x'.repeat(3_000) },
      'invalid_argument invalid_input no',
      'expected',
    ],
    ['even more', { service: 's', version: 'x'.repeat(9_000) }, 'invalid_argument invalid_input no', 'expected'],
    ['the broker', { service: BROKER_SERVICE, version: '1' }, 'unimplemented unknown_service no', 'reeve.broker 1: '],
  ])('%s', (_, wanted, verdict, message) => {
    const rig = new BrokerRig();
    const client = rig.client();
    describer(rig);
    rig.worker(0, [offered('y', { service: 'b' })], undefined, DESCRIBED);
    const call = ask(rig, client, wanted);
    expect(client.verdict(call)).toBe(verdict);
    expect(client.answer(call).message).toContain(message);
  });

  test('a service whose workers have left', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    rig.cut(describer(rig));
    expect(client.verdict(ask(rig, client))).toBe('unavailable no_worker no');
  });

  test.each(['unknown', 'too_large', 'failed'] as const)('the worker says: %s', (outcome) => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), describer(rig)];
    const call = ask(rig, client);
    worker.describe(worker.describes[0]!, new Uint8Array(0), outcome);
    rig.run();
    expect(client.verdict(call)).toBe('unimplemented not_described no');
    expect(client.answer(call).message).toMatch(/^s 1\.0\.0: its /);
  });
});

describe('a question ends', () => {
  test('at its deadline', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), describer(rig)];
    const call = ask(rig, client, S1, { remainingMs: 300 });
    rig.advance(299);
    expect(client.verdict(call)).toBeUndefined();
    rig.advance(2);
    expect(client.verdict(call)).toBe('deadline_exceeded no_reply unknown');
    worker.describe(worker.describes[0]!, BODY);
    rig.run();
    expect(client.answers).toHaveLength(1);
  });

  test('when it is cancelled, without an answer', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), describer(rig)];
    client.cancel(ask(rig, client));
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ questions: 0 });
    worker.describe(worker.describes[0]!, BODY);
    rig.run();
    expect(client.answers).toEqual([]);
  });

  test('with its client', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), describer(rig)];
    ask(rig, client);
    rig.cut(client);
    worker.describe(worker.describes[0]!, BODY);
    rig.cut(worker);
    expect(rig.core.sizes()).toMatchObject({ questions: 0, timers: 0 });
  });
});

test('there are only so many at a time, and a number counts once', () => {
  const rig = new BrokerRig({ questionsMax: 2 });
  const [client, worker] = [rig.client(), describer(rig)];
  const first = ask(rig, client);
  ask(rig, client, S1, { call: first });
  expect(worker.describes).toHaveLength(1);
  ask(rig, client);
  const third = ask(rig, client);
  expect(client.verdict(third)).toBe('resource_exhausted queue_full no');
  worker.describe(worker.describes[0]!, BODY);
  rig.run();
  const fourth = ask(rig, client);
  expect(client.verdict(fourth)).toBeUndefined();
});

test('who does not read gets no description', () => {
  const rig = new BrokerRig({ windowBytes: 20_000 });
  const [client, worker] = [rig.client(), describer(rig)];
  client.isDeaf = true;
  for (let i = 0; i < 3; i++) {
    ask(rig, client);
    for (const asked of worker.describes.splice(0)) worker.describe(asked, new Uint8Array(15_000));
    rig.run();
  }
  const call = ask(rig, client);
  expect(worker.describes).toEqual([]);
  client.catchUp(rig.now);
  rig.run();
  expect(client.verdict(call)).toBe('resource_exhausted queue_full no');
});

test('a DESCRIPTION that is cut off ends the session', () => {
  const rig = new BrokerRig();
  const worker = describer(rig);
  worker.channel!.reserve(35, 0, 3);
  rig.run();
  expect(worker.byes).toMatchObject([{ why: 'protocol', detail: 'a DESCRIPTION whose lengths do not agree' }]);
});

const S1 = { service: 's', version: '1.0.0' };
