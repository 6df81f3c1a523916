import { describe, expect, test } from 'vitest';
import { Cluster, ONCE, TWICE, tookMs, verdict } from './cluster.ts';

/** Rows 6, 7, 8, 10 and 12 of the table of failures. */
describe('a caller that gives up', () => {
  test('has its handler told', () => {
    const cluster = new Cluster();
    cluster.takesMs = 500;
    const call = cluster.call(ONCE);
    cluster.world.run(50);
    cluster.client1.cancel(call);
    cluster.world.run(10);
    expect(verdict(call)).toBe('canceled unknown');
    expect(cluster.workers[0]!.aborted.size).toBe(1);
  });

  test('while the call waits in its client was never heard of', () => {
    const cluster = new Cluster();
    cluster.broker.kill();
    cluster.world.run(10);
    const call = cluster.call(ONCE);
    cluster.client1.cancel(call);
    cluster.world.run(10);
    expect(verdict(call)).toBe('canceled no');
    cluster.broker.restart();
    cluster.world.run(2_000);
    expect(cluster.starters(call)).toEqual([]);
  });

  // The worker is at its limit until after the deadline: the call must not be started for nobody.
  test('by its deadline is not served afterwards', () => {
    const cluster = new Cluster({ concurrency: 1, prefetch: 1 });
    cluster.takesMs = 1_000;
    const calls = Array.from({ length: 4 }, () => cluster.call(ONCE, { timeoutMs: 900 }));
    cluster.end();
    cluster.world.run(5_000);
    expect(calls.map(verdict)).toEqual(['no_reply unknown', ...Array.from({ length: 3 }, () => 'expired_in_queue no')]);
    expect(calls.flatMap((call) => cluster.starters(call))).toHaveLength(1);
  });
});

// What it had queued is forgotten; the handler that runs for it is told.
test('a client that vanishes takes its calls along', () => {
  const cluster = new Cluster({ clients: 2, concurrency: 1, prefetch: 1 });
  cluster.takesMs = 200;
  const gone = Array.from({ length: 6 }, () => cluster.call(ONCE));
  cluster.world.run(20);
  cluster.client1.kill();
  const call = cluster.call(ONCE, {}, cluster.clients[1]);
  cluster.world.runUntil(() => call.settled > 0);
  expect(verdict(call)).toBe('reply');
  expect(tookMs(call)).toBeLessThan(500);
  expect(gone.flatMap((g) => cluster.starters(g)).length).toBeLessThanOrEqual(2);
  expect(cluster.workers[0]!.aborted.size).toBe(1);
});

// Everything is full somewhere; whoever is turned away is told so, nobody waits in silence.
test.each<[string, object]>([
  ['calls of a client', { clientCallsMax: 50 }],
  ['calls of a service', { serviceQueueCallsMax: 50 }],
  ['bytes of a service', { serviceQueueBytesMax: 200 }],
])('with a limit on %s every call still ends', (_, limits) => {
  const cluster = new Cluster({ limits, concurrency: 4, prefetch: 4 });
  cluster.takesMs = 20;
  cluster.workers[0]!.stop();
  for (let i = 0; i < 200; i++) cluster.call(i % 2 === 0 ? TWICE : ONCE, { timeoutMs: 1_500 });
  cluster.world.run(500);
  cluster.workers[0]!.resume();
  cluster.end();
  const { reply = 0, 'queue_full no': full = 0, 'expired_in_queue no': expired = 0, ...others } = cluster.tally();
  expect(others).toEqual({});
  expect(reply).toBeGreaterThan(20);
  expect(reply + full + expired).toBe(200);
});

// A worker that does not read is given no more than its window; the rest goes to one that does.
test('a worker that does not read does not hold up the others', () => {
  const cluster = new Cluster({ workers: 2, limits: { windowBytes: 20_000 }, concurrency: 1_000, prefetch: 1_000 });
  cluster.workers[0]!.stop();
  for (let i = 0; i < 1_000; i++) cluster.call(TWICE, { timeoutMs: 1_000 });
  cluster.world.run(500);
  const served = cluster.calls.filter((call) => verdict(call) === 'reply');
  expect(served.length).toBeGreaterThan(600);
  cluster.end();
});

describe('a service', () => {
  // The client is quicker than the worker: the broker has just started and gives it time.
  test('may appear after the first call for it', () => {
    const cluster = new Cluster({ workers: 0 });
    const call = cluster.call(ONCE);
    cluster.world.run(2_000);
    cluster.workers.push(cluster.worker('late'));
    cluster.end();
    expect(verdict(call)).toBe('reply');
  });

  test('that never appears is unknown once the broker is warm, and then at once', () => {
    const cluster = new Cluster({ workers: 0 });
    const first = cluster.call(ONCE);
    cluster.end();
    expect(verdict(first)).toBe('unknown_service no');
    const second = cluster.call(ONCE, { timeoutMs: 1_000 });
    cluster.end();
    expect(verdict(second)).toBe('unknown_service no');
    expect(tookMs(second)).toBeLessThan(1_000);
  });

  // Its only worker is restarted within the grace.
  test('does not fail a call because its worker is restarted', () => {
    const cluster = new Cluster();
    cluster.world.run(6_000);
    cluster.underLoad(1_000, () => {
      cluster.world.run(300);
      cluster.workers[0]!.drain();
      cluster.world.run(600);
      cluster.workers[0]!.restart();
    });
    expect(cluster.tally()).toEqual({ reply: cluster.calls.length });
  });
});

// First come, first served, also when the worker hands some back.
test('the calls of a client are started in their order', () => {
  const cluster = new Cluster({ concurrency: 1, prefetch: 4 });
  cluster.takesMs = 3;
  const calls = Array.from({ length: 40 }, () => cluster.call(ONCE));
  cluster.end();
  const order = cluster.workers[0]!.starts.map((s) => s.callId);
  expect(order).toEqual(calls.map((call) => call.id));
});
