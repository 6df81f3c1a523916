import { describe, expect, test } from 'vitest';
import type { ScriptedClient } from './broker-rig.test-kit.ts';
import { BrokerRig, ONCE, TWICE, offered, once, twice } from './broker-rig.test-kit.ts';

const LEASED = [
  { ...TWICE, leaseMs: 1_000 },
  { ...ONCE, leaseMs: 1_000 },
];

describe('a dispatch with a lease', () => {
  test('that gives no sign of life goes to another worker, and what the first one says is fenced', () => {
    const rig = new BrokerRig();
    const [client, wedged, other] = [rig.client(), rig.worker(1, LEASED), rig.worker(0, LEASED)];
    const call = client.request(twice);
    rig.run();
    other.grant(1);
    rig.advance(1_010);
    expect(wedged.cancels).toEqual([wedged.last.id]);
    expect(other.last).toMatchObject({ call, attempt: 2 });
    wedged.reply(wedged.last, Uint8Array.of(1));
    rig.run();
    expect(client.verdict(call)).toBe(undefined);
    other.reply(other.last, Uint8Array.of(2));
    rig.run();
    expect(client.answer(call)).toMatchObject({ verdict: 'reply', starts: 2, body: Uint8Array.of(2) });
    expect(rig.core.counters).toMatchObject({ leasesOver: 1, redispatches: 1 });
  });

  test('at most once ends with a doubt', () => {
    const rig = new BrokerRig();
    const [client] = [rig.client(), rig.worker(1, LEASED)];
    const call = client.request(once);
    rig.advance(1_010);
    expect(client.answer(call)).toMatchObject({
      verdict: 'unavailable worker_lost unknown',
      message: 'its worker gave no sign of life for its lease',
    });
  });

  test('lives on as long as signs of life come', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1, LEASED)];
    const call = client.request(once);
    rig.run();
    for (let i = 0; i < 5; i++) {
      rig.advance(900);
      worker.extend();
    }
    expect(client.verdict(call)).toBe(undefined);
    rig.advance(1_010);
    expect(client.verdict(call)).toBe('unavailable worker_lost unknown');
  });

  test('keeps its place at the worker, whose load stays true', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1, LEASED)];
    client.request(once);
    rig.advance(1_010);
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 1, dispatchedCalls: 0 });
    worker.reply();
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 0 });
  });

  test('is not taken by a broker that stood still itself, before what came meanwhile was read', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1, LEASED)];
    const call = client.request(once);
    rig.run();
    worker.extend();
    rig.now += 1_500;
    rig.core.handleTimeout(rig.now);
    rig.run();
    rig.advance(500);
    expect(client.verdict(call)).toBe(undefined);
  });

  test('without one of its own has the deadline of the call', () => {
    const rig = new BrokerRig();
    const [client] = [rig.client(), rig.worker(1)];
    const call = client.request(once, { remainingMs: 5_000 });
    rig.advance(4_900);
    expect(client.verdict(call)).toBe(undefined);
  });
});

describe('a handler whose caller is gone', () => {
  const FINISH = offered('once', { finish: true });

  test.each(['gone', 'cancelled', 'late'] as const)('goes on if its method says so: %s', (how) => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1, [FINISH])];
    leave(rig, client, client.request(once, { remainingMs: 300 }), how);
    expect(worker.cancels).toEqual([]);
    worker.reply();
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ workerLoads: 0, pendingCalls: 0 });
  });

  test.each(['gone', 'cancelled', 'late'] as const)('is told so otherwise: %s', (how) => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1)];
    leave(rig, client, client.request(once, { remainingMs: 300 }), how);
    expect(worker.cancels).toEqual([worker.last.id]);
  });

  // Its caller is not gone, and another one may be at work for it by then.
  test('is told that its lease is over, whatever its method says', () => {
    const rig = new BrokerRig();
    const [client, worker] = [rig.client(), rig.worker(1, [offered('once', { finish: true, leaseMs: 200 })])];
    client.request(once);
    rig.run();
    rig.advance(210);
    expect(worker.cancels).toEqual([worker.last.id]);
  });

  function leave(rig: BrokerRig, client: ScriptedClient, call: number, how: 'gone' | 'cancelled' | 'late'): void {
    rig.run();
    if (how === 'gone') rig.cut(client);
    else if (how === 'cancelled') client.cancel(call);
    else rig.advance(310);
    rig.run();
  }
});
