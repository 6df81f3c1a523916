import { LIMITS, VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { BrokerRig, ONCE, TWICE, once, twice } from './broker-rig.test-kit.ts';

describe('a worker that is lost', () => {
  test('gives its idempotent calls to others, before those that came later', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(3)];
    for (let i = 0; i < 5; i++) client.request(twice);
    rig.run();
    expect(worker.calls).toEqual([1, 2, 3]);
    worker.reply(worker.dispatches[1]);
    rig.run();
    rig.cut(worker);
    const other = rig.worker(9);
    // Each of the two may be what killed the worker: they come one at a time.
    expect(other.calls).toEqual([1, 4, 5]);
    other.reply(other.dispatches[0]);
    rig.run();
    expect(other.calls).toEqual([1, 4, 5, 3]);
    expect(other.dispatches.map((d) => d.attempt)).toEqual([2, 1, 1, 2]);
    expect(client.answer(1)).toMatchObject({ verdict: 'reply', starts: 2 });
    expect(rig.core.counters).toMatchObject({ redispatches: 2, workersLost: 1 });
  });

  test('fails its at-most-once calls at once: nobody knows', () => {
    const rig = new BrokerRig();
    const [client, worker, other] = [rig.client(), rig.worker(1), rig.worker(0)];
    const call = client.request(once);
    rig.run();
    rig.cut(worker);
    expect(client.answer(call)).toMatchObject({ verdict: 'unavailable worker_lost unknown', starts: 1 });
    other.grant(9);
    rig.run();
    expect(other.calls).toEqual([]);
  });

  test('takes a call with it that only one side calls idempotent', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const worker = rig.worker(9, [{ ...TWICE, idempotent: false }, ONCE]);
    const [a, b] = [client.request(twice), client.request({ ...once, idempotent: true })];
    rig.run();
    rig.cut(worker);
    expect([a, b].map((call) => client.verdict(call))).toEqual([
      'unavailable worker_lost unknown',
      'unavailable worker_lost unknown',
    ]);
  });

  test('by its own will is followed by others only so often', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    client.declare(twice);
    rig.cut(rig.worker(0));
    const call = client.request(twice);
    for (let start = 1; start <= LIMITS.redispatches + 1; start++) {
      expect(client.verdict(call)).toBe(undefined);
      const worker = rig.worker(1);
      expect(worker.last).toMatchObject({ call, attempt: start });
      worker.bye();
      rig.run();
    }
    expect(client.answer(call)).toMatchObject({ verdict: 'unavailable worker_lost unknown', starts: 3 });
  });

  test('leaves no doubt about a reply that came before', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const call = client.request(once);
    rig.run();
    worker.reply();
    rig.run();
    rig.cut(worker);
    expect(client.verdict(call)).toBe('reply');
  });

  test('leaves a doubt behind: a later "no" is an "unknown"', () => {
    const rig = new BrokerRig();
    const [client, first, second] = [rig.client(), rig.worker(1), rig.worker(0)];
    const calls = [client.request(twice), client.request(twice)];
    rig.run();
    rig.cut(first);
    second.grant(1);
    rig.run();
    second.fail(second.last, VERDICTS.expiredInQueue);
    rig.run();
    expect(client.verdict(calls[0]!)).toBe('deadline_exceeded expired_in_queue unknown');
    second.grant(1);
    rig.run();
    second.fail(second.last, VERDICTS.expiredInQueue);
    rig.run();
    expect(client.verdict(calls[1]!)).toBe('deadline_exceeded expired_in_queue no');
  });
});

describe('a DISPATCH that never left', () => {
  test('because the connection is gone was not started: the call goes elsewhere, at most once or not', () => {
    const rig = new BrokerRig();
    const [client, dead, alive] = [rig.client(), rig.worker(9), rig.worker(0)];
    rig.transport = (t) => (t.peer === dead.peer ? 'gone' : 'sent');
    const calls = [client.request(once), client.request(twice)];
    rig.run();
    alive.grant(9);
    rig.run();
    expect(alive.dispatches.map(({ call, attempt }) => [call, attempt])).toEqual([
      [calls[0], 1],
      [calls[1], 1],
    ]);
    alive.reply(alive.dispatches[0]);
    rig.run();
    expect(client.answer(calls[0]!)).toMatchObject({ verdict: 'reply', starts: 1 });
    expect(rig.core.counters.redispatches).toBe(0);
  });

  test('because the transport was full until the end was not started', () => {
    const rig = new BrokerRig();
    const [client, stuck, alive] = [rig.client(), rig.worker(9), rig.worker(0)];
    client.request(once);
    rig.run();
    rig.transport = (t) => (t.peer === stuck.peer ? 'full' : 'sent');
    const second = client.request(once);
    rig.advance(100);
    rig.cut(stuck);
    expect(client.verdict(1)).toBe('unavailable worker_lost unknown');
    alive.grant(9);
    rig.run();
    expect(alive.calls).toEqual([second]);
  });

  test('because the worker does not read its window was not started', () => {
    const rig = new BrokerRig({ windowBytes: 40_000 });
    const [client, deaf, alive] = [rig.client(), rig.worker(9), rig.worker(0)];
    deaf.isDeaf = true;
    for (let i = 0; i < 3; i++) client.request(once, { body: new Uint8Array(30_000) });
    rig.run();
    rig.cut(deaf);
    // The first left; the second waited for room; the third was never given to it.
    expect(client.verdict(1)).toBe('unavailable worker_lost unknown');
    alive.grant(9);
    rig.run();
    expect(alive.calls).toEqual([2, 3]);
    expect(alive.dispatches[0]!.tail).toHaveLength(30_000);
  });
});

describe('a call that is handed back', () => {
  test('goes elsewhere as if it had never been sent, also at most once', () => {
    const rig = new BrokerRig();
    const [client, first, second] = [rig.client(), rig.worker(2), rig.worker(0)];
    const calls = [client.request(once, { body: Uint8Array.of(1) }), client.request(twice, { body: Uint8Array.of(2) })];
    const later = client.request(once);
    rig.run();
    for (const dispatch of first.dispatches) first.reject(dispatch);
    rig.run();
    second.grant(9);
    rig.run();
    expect(second.calls).toEqual([...calls, later]);
    expect(second.dispatches.map(({ attempt, payload }) => [attempt, payload[0]])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    second.reply(second.dispatches[0]);
    rig.run();
    expect(client.answer(calls[0]!)).toMatchObject({ verdict: 'reply', starts: 1 });
    expect(rig.core.counters).toMatchObject({ rejects: 2, redispatches: 0 });
  });

  test('keeps the number of its start', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(1)];
    client.request(twice);
    rig.run();
    const second = rig.worker(1);
    rig.cut(first);
    second.reject();
    const third = rig.worker(1);
    expect([second.last.attempt, third.last.attempt]).toEqual([2, 2]);
  });

  test('by a worker that drains is acknowledged at once: that waits for it', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    client.request(once);
    rig.run();
    worker.drain();
    rig.run();
    expect(worker.channel!.isSettled).toBe(true);
    worker.reject();
    rig.run();
    expect(worker.channel!.isSettled).toBe(true);
  });

  test('with no worker left is not executed', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const call = client.request(once);
    rig.run();
    worker.drain();
    worker.reject();
    worker.bye('drained');
    rig.advance(1_010);
    expect(client.answer(call)).toMatchObject({ verdict: 'unavailable no_worker no', starts: 0 });
    expect(rig.core.counters.workersLost).toBe(0);
  });
});
