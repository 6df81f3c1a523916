import { randomBytes, seededRandom, VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { BrokerRig, ONCE, TWICE, offered, once, twice } from './broker-rig.test-kit.ts';

describe('a call', () => {
  test('goes to the worker and its reply comes back', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker()];
    const call = client.request(once, { body: Uint8Array.of(1, 2, 3), priority: 2 });
    rig.run();
    expect(worker.last).toMatchObject({ call, method: 1, attempt: 1, priority: 2, remainingMs: 9_900 });
    expect(worker.last.payload).toEqual(Uint8Array.of(1, 2, 3));
    expect(worker.last.instance).toEqual(client.instance);
    worker.reply(worker.last, Uint8Array.of(9));
    rig.run();
    expect(client.answer(call)).toMatchObject({ verdict: 'reply', body: Uint8Array.of(9), starts: 1 });
    expect(new Set(Object.values(rig.core.sizes()))).toContain(0);
  });

  test('keeps its attempt, and counts each start anew on top of it', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker()];
    client.request(twice, { attempt: 3 });
    rig.run();
    expect(first.last.attempt).toBe(3);
    const second = rig.worker();
    rig.cut(first);
    expect(second.last.attempt).toBe(4);
  });

  test('comes back with what its handler said', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker()];
    const call = client.request(once);
    rig.run();
    worker.fail(worker.last, VERDICTS.handlerError);
    rig.run();
    expect(client.verdict(call)).toBe('internal handler_error yes');
  });

  test('passes a large body on in a frame of its own, both ways', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(2)];
    const large = randomBytes(seededRandom(3), 20_000);
    const key = Uint8Array.of(7, 7);
    const calls = [client.request(once, { body: large, key }), client.request(once, { body: Uint8Array.of(5) })];
    rig.run();
    expect(worker.dispatches[0]).toMatchObject({ payload: key, tail: large });
    expect(worker.dispatches[1]).toMatchObject({ payload: Uint8Array.of(5), tail: undefined });
    worker.reply(worker.dispatches[0], large);
    worker.reply(worker.dispatches[1]);
    rig.run();
    expect(client.answer(calls[0]!).body).toEqual(large);
    expect(client.verdict(calls[1]!)).toBe('reply');
  });

  test('with a number that is pending already is dropped and counted', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.request(once, { call: 4 });
    client.request(once, { call: 4 });
    rig.run();
    expect(worker.calls).toEqual([4]);
    expect(rig.core.counters).toMatchObject({ calls: 1, duplicateRequests: 1 });
  });
});

describe('workers', () => {
  test('never get more than they allowed', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(2)];
    for (let i = 0; i < 5; i++) client.request(once);
    rig.run();
    expect(worker.calls).toEqual([1, 2]);
    worker.reply(worker.dispatches[0]);
    rig.run();
    expect(worker.calls).toHaveLength(2);
    worker.grant(1);
    rig.run();
    expect(worker.calls).toEqual([1, 2, 3]);
    // Absolute numbers: a repeated or outdated grant allows nothing.
    worker.credit(3);
    worker.credit(1);
    rig.run();
    expect(worker.calls).toHaveLength(3);
    worker.reject(worker.dispatches[1]);
    rig.run();
    expect(worker.calls).toHaveLength(3);
  });

  test('get calls by load, and among equals by who has waited longest', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const workers = [rig.worker(99), rig.worker(99), rig.worker(99)];
    const byWorker = (): number[][] => workers.map((w) => w.calls);
    for (let i = 0; i < 6; i++) client.request(once);
    rig.run();
    expect(byWorker()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    // The second is the least loaded now, then the third, which became equal first.
    workers[1]!.reply(workers[1]!.dispatches[0]);
    workers[2]!.reply(workers[2]!.dispatches[0]);
    workers[1]!.reply(workers[1]!.dispatches[1]);
    rig.run();
    for (let i = 0; i < 3; i++) client.request(once);
    rig.run();
    expect(byWorker()).toEqual([
      [1, 4],
      [2, 5, 7, 9],
      [3, 6, 8],
    ]);
  });

  test('that say DRAIN get nothing new and finish what they have', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.request(once);
    rig.run();
    worker.drain();
    rig.run();
    const second = client.request(once);
    rig.run();
    expect(worker.calls).toEqual([1]);
    worker.reply();
    rig.run();
    expect(client.verdict(1)).toBe('reply');
    const other = rig.worker();
    expect(other.calls).toEqual([second]);
  });

  test('that the transport has no room for get nothing until they read again', () => {
    const rig = new BrokerRig();
    const [client, busy, idle] = [rig.client(), rig.worker(9), rig.worker(9)];
    rig.transport = (t) => (t.peer === busy.peer ? 'full' : 'sent');
    for (let i = 0; i < 2; i++) client.request(once);
    rig.run();
    for (let i = 0; i < 3; i++) client.request(once);
    rig.run();
    expect([busy.calls, idle.calls]).toEqual([[], [2, 3, 4, 5]]);
    rig.transport = () => 'sent';
    rig.advance(50);
    expect(busy.calls).toEqual([1]);
    client.request(once);
    rig.run();
    expect(busy.calls).toEqual([1, 6]);
  });

  test('serve only the methods that they offer', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const [onlyOnce, both] = [rig.worker(9, [ONCE]), rig.worker(9, [TWICE, ONCE])];
    for (let i = 0; i < 3; i++) client.request(twice);
    rig.run();
    expect([onlyOnce.calls, both.calls]).toEqual([[], [1, 2, 3]]);
    client.request(once);
    rig.run();
    expect(onlyOnce.last).toMatchObject({ call: 4, method: 0 });
  });

  test('free for one method are not kept from it by the queue of another', () => {
    const rig = new BrokerRig({ serviceQueueCallsMax: 2 });
    const client = rig.client();
    const worker = rig.worker(1, [offered('other')]);
    rig.worker(0, [ONCE]);
    for (let i = 0; i < 3; i++) client.request(once);
    const other = client.request({ ...once, method: 'other' });
    rig.run();
    expect(client.verdict(3)).toBe('resource_exhausted queue_full no');
    expect(worker.calls).toEqual([other]);
  });
});

describe('waiting calls', () => {
  test('are served in order of arrival, over all clients', () => {
    const rig = new BrokerRig();
    const [a, b, worker] = [rig.client(), rig.client(), rig.worker(0)];
    for (let i = 1; i <= 3; i++) {
      a.request(once, { call: i * 10 });
      rig.run();
      b.request(once, { call: i * 10 + 1 });
      rig.run();
    }
    worker.grant(6);
    rig.run();
    expect(worker.calls).toEqual([10, 11, 20, 21, 30, 31]);
  });

  test('of services with the same workers take turns', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const methods = [offered('once'), offered('once', { service: 't' })];
    const worker = rig.worker(0, methods);
    for (let i = 0; i < 4; i++) client.request(once);
    for (let i = 0; i < 2; i++) client.request({ ...once, service: 't' });
    rig.run();
    worker.grant(6);
    rig.run();
    expect(worker.calls).toEqual([1, 5, 2, 6, 3, 4]);
  });

  test('keep their bodies though the frames they came in are written over', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(0)];
    client.request(once, { body: Uint8Array.of(1, 2, 3, 4) });
    const transmit = client.outbox.poll(rig.now)!;
    rig.inject(client, transmit.frames);
    transmit.frames[0]!.fill(0);
    worker.grant(1);
    rig.run();
    expect(worker.last.payload).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test('started again keep their bodies though the frames they came in are written over', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(1)];
    client.request(twice, { body: Uint8Array.of(1, 2, 3, 4) });
    const transmit = client.outbox.poll(rig.now)!;
    rig.inject(client, transmit.frames);
    transmit.frames[0]!.fill(0);
    const second = rig.worker(1);
    rig.cut(first);
    expect(second.last.payload).toEqual(Uint8Array.of(1, 2, 3, 4));
  });
});

describe('what a worker says of a dispatch', () => {
  test('that was over, repeated, or never made changes nothing', () => {
    const rig = new BrokerRig();
    const [client, worker, forger] = [rig.client(), rig.worker(9), rig.worker(0)];
    const call = client.request(once);
    rig.run();
    const real = worker.last;
    for (const id of [0, 1, real.id, real.id + 1, real.id + 65_536, 2 ** 52]) {
      forger.reply({ id }, Uint8Array.of(66));
      forger.fail({ id }, VERDICTS.handlerError);
      forger.reject({ id });
    }
    rig.run();
    expect(client.answers).toEqual([]);
    expect(rig.core.counters.staleAnswers).toBe(18);
    worker.reply(real, Uint8Array.of(1));
    worker.reply(real, Uint8Array.of(2));
    worker.reject(real);
    rig.run();
    expect(client.answer(call).body).toEqual(Uint8Array.of(1));
    expect(rig.core.counters.staleAnswers).toBe(20);
    // The place is taken again: the id of before still means nothing.
    client.request(once);
    rig.run();
    worker.reply(real, Uint8Array.of(3));
    rig.run();
    expect(client.answers).toHaveLength(1);
  });
});
