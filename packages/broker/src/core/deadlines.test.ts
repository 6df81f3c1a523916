import { VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { BrokerRig, offered, once, twice } from './broker-rig.test-kit.ts';

describe('a deadline', () => {
  test('ends a held call', () => {
    const rig = new BrokerRig({ warmUpMs: 5_000 });
    const client = rig.client();
    const call = client.request(once, { remainingMs: 500 });
    rig.advance(499);
    expect(client.verdict(call)).toBe(undefined);
    rig.advance(5);
    expect(client.verdict(call)).toBe('deadline_exceeded expired_in_queue no');
  });

  test('ends a queued call, which is never dispatched', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(0)];
    const call = client.request(once, { remainingMs: 500 });
    rig.advance(505);
    expect(client.verdict(call)).toBe('deadline_exceeded expired_in_queue no');
    worker.grant(9);
    rig.run();
    expect(worker.calls).toEqual([]);
  });

  test('ends a dispatched call, tells the worker, and lets its late answer fall', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const call = client.request(once, { remainingMs: 500 });
    rig.advance(505);
    expect(client.verdict(call)).toBe('deadline_exceeded no_reply unknown');
    expect(worker.cancels).toEqual([worker.last.id]);
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 1, pendingCalls: 0, dispatchedCalls: 0 });
    worker.reply();
    rig.run();
    expect(client.answers).toHaveLength(1);
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 0 });
  });

  test('that is over before its timer fires keeps a call from being dispatched', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(0)];
    const first = client.request(once, { remainingMs: 500 });
    const second = client.request(once, { remainingMs: 60_000 });
    rig.run();
    // The broker stood still: the credit is read before the timer fires.
    rig.now += 501;
    worker.grant(9);
    rig.run();
    expect(worker.calls).toEqual([second]);
    expect(client.verdict(first)).toBe('deadline_exceeded expired_in_queue no');
    rig.advance(100);
    worker.reply();
    rig.run();
    expect(client.verdict(second)).toBe('reply');
    expect(Object.entries(rig.core.sizes()).filter(([, size]) => size < 0)).toEqual([]);
    expect(rig.core.sizes()).toMatchObject({ queuedCalls: 0, queuedBytes: 0, clientQueuedBytes: 0 });
  });

  test('that was over on arrival ends the call at once, with an idle worker or without', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    const call = client.request(once, { remainingMs: 0 });
    rig.run();
    expect(client.verdict(call)).toBe('deadline_exceeded expired_in_queue no');
    const worker = rig.worker(9);
    const again = client.request(once, { remainingMs: 0 });
    rig.run();
    expect(client.verdict(again)).toBe('deadline_exceeded expired_in_queue no');
    expect(worker.calls).toEqual([]);
  });

  test('counts the delay on the way, beyond the usual', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(9)];
    client.declare(once);
    rig.run();
    const call = client.request(once, { remainingMs: 500 });
    const late = client.outbox.poll(rig.now)!;
    rig.now += 300;
    rig.inject(client, late.frames);
    expect(worker.last.remainingMs).toBe(190);
    rig.advance(205);
    expect(client.verdict(call)).toBe('deadline_exceeded no_reply unknown');
  });

  test('leaves time for the verdict of the worker, which knows whether it started the call', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const call = client.request(once, { remainingMs: 500 });
    rig.run();
    expect(worker.last.remainingMs).toBe(475);
    rig.advance(475);
    worker.fail(worker.last, VERDICTS.expiredInQueue);
    rig.run();
    expect(client.verdict(call)).toBe('deadline_exceeded expired_in_queue no');
  });

  test('is too near for a queued call when a worker could not say any more that it never started it', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(0)];
    const call = client.request(once, { remainingMs: 500 });
    rig.advance(480);
    worker.grant(1);
    rig.run();
    expect(worker.calls).toEqual([]);
    expect(client.verdict(call)).toBe('deadline_exceeded expired_in_queue no');
  });

  test('that the broker notices late, because it stood still, lets it first read what has come', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const call = client.request(once, { remainingMs: 500 });
    rig.run();
    rig.now += 540;
    rig.core.handleTimeout(rig.now);
    worker.fail(worker.last, VERDICTS.expiredInQueue);
    rig.run();
    expect(client.verdict(call)).toBe('deadline_exceeded expired_in_queue no');
    expect(rig.core.sizes()).toMatchObject({ pendingCalls: 0, dispatchedCalls: 0, workerLoads: 0 });
  });

  test('goes on while a call is started anew', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(1)];
    const call = client.request(twice, { remainingMs: 500 });
    rig.advance(200);
    const second = rig.worker(1);
    rig.cut(first);
    expect(second.last).toMatchObject({ call, remainingMs: 275, attempt: 2 });
    second.bye();
    rig.advance(305);
    expect(client.verdict(call)).toBe('deadline_exceeded no_reply unknown');
  });
});

describe('a cancelled call', () => {
  test('that is held or queued is gone', () => {
    const rig = new BrokerRig();
    const client = rig.client();
    rig.cut(rig.worker(0, [offered('once', { service: 'gone' })]));
    const worker = rig.worker(0);
    const calls = [client.request({ ...once, service: 'gone' }), client.request(once)];
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ queuedCalls: 2, pendingCalls: 2 });
    for (const call of calls) client.cancel(call);
    worker.grant(9);
    rig.advance(2_000);
    expect(client.answers).toEqual([]);
    expect(worker.calls).toEqual([]);
    expect(rig.core.sizes()).toMatchObject({ queuedCalls: 0, pendingCalls: 0, queuedBytes: 0 });
    expect(rig.core.counters.canceled).toBe(2);
  });

  test('that is dispatched is cancelled at the worker, whose place stays taken until it says so', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const call = client.request(once);
    rig.run();
    client.cancel(call);
    rig.run();
    expect(worker.cancels).toEqual([worker.last.id]);
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 1, pendingCalls: 0, dispatchedCalls: 0 });
    worker.reject();
    rig.advance(20_000);
    expect(client.answers).toEqual([]);
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 0 });
  });

  test('that is over already, or never was, is left alone', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    const call = client.request(once);
    rig.run();
    worker.reply();
    client.cancel(77);
    rig.run();
    client.cancel(call);
    rig.run();
    expect(rig.core.counters.canceled).toBe(0);
    expect(client.verdict(call)).toBe('reply');
  });

  test('whose worker dies is not started anew', () => {
    const rig = new BrokerRig();
    const [client, first] = [rig.client(), rig.worker(1)];
    client.cancel(client.request(twice));
    rig.run();
    const second = rig.worker(9);
    rig.cut(first);
    expect(second.calls).toEqual([]);
    expect(rig.core.counters.redispatches).toBe(0);
  });
});

test('a client that goes takes its calls along, in every state', () => {
  const rig = new BrokerRig();
  const [client, other] = [rig.client(), rig.client()];
  rig.cut(rig.worker(0, [offered('once', { service: 'gone' })]));
  const worker = rig.worker(1);
  client.request(once);
  client.request({ ...once, service: 'gone' });
  client.request(once);
  const mine = other.request(once);
  rig.run();
  rig.cut(client);
  expect(worker.cancels).toEqual([worker.last.id]);
  expect(rig.core.sizes()).toMatchObject({ pendingCalls: 1, queuedCalls: 1, workerLoads: 1, dispatchedCalls: 0 });
  worker.reply();
  worker.grant(1);
  rig.run();
  expect(worker.calls).toEqual([1, mine]);
  expect(client.answers).toEqual([]);
});
