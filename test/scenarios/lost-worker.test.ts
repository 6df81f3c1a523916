import { describe, expect, test } from 'vitest';
import { Cluster, ONCE, TWICE, WORKER_LOST, tookMs, verdict } from './cluster.ts';

/** Rows 1 and 3 of the table of failures. */
describe.each([1, 2, 3])('with %i brokers', (brokers) => {
  // The worker is killed while its handler runs: another one starts the call anew.
  test('an idempotent call survives its worker', () => {
    const cluster = new Cluster({ brokers, workers: 2 });
    cluster.takesMs = 1_000;
    const call = cluster.call(TWICE);
    cluster.world.run(100);
    const first = cluster.starter(call);
    first.kill();
    cluster.end();
    expect(verdict(call)).toBe('reply');
    expect(cluster.starters(call)).toHaveLength(2);
    expect(cluster.starter(call)).not.toBe(first);
    expect(tookMs(call)).toBeLessThan(1_200);
  });

  // Nobody knows whether the handler had its effect, and nobody will: the caller is told at once.
  test('an at-most-once call ends with its worker, at once, and is started once', () => {
    const cluster = new Cluster({ brokers, workers: 2 });
    cluster.takesMs = 1_000;
    const call = cluster.call(ONCE);
    cluster.world.run(100);
    cluster.starter(call).kill();
    cluster.world.run(10);
    expect(verdict(call)).toBe(WORKER_LOST);
    cluster.world.run(5_000);
    expect(cluster.starters(call)).toHaveLength(1);
  });
});

// Two workers in a row die of the same call: a third is spared it, and the next one that looks the same.
test('an idempotent call that was there when two workers died is started no more', () => {
  const cluster = new Cluster({ workers: 4 });
  cluster.takesMs = 1_000;
  const call = cluster.call(TWICE, { timeoutMs: 30_000 });
  for (let i = 0; i < 2; i++) {
    cluster.world.run(100);
    cluster.starter(call).kill();
  }
  cluster.world.run(100);
  expect(verdict(call)).toBe('poison_suspected unknown');
  expect(cluster.starters(call)).toHaveLength(2);
  const again = cluster.client1.call(TWICE, call.body, { timeoutMs: 30_000 });
  cluster.world.run(100);
  expect(verdict(again)).toBe('poison_suspected no');
});

// The calls were with the worker but waited there: it hands them back when it is told to stop.
test('calls that wait in a worker that shuts down are started by another', () => {
  const cluster = new Cluster({ workers: 2, concurrency: 1, prefetch: 8 });
  cluster.takesMs = 50;
  const calls = Array.from({ length: 10 }, (_, i) => cluster.call(i % 2 === 0 ? TWICE : ONCE));
  cluster.world.run(20);
  cluster.workers[0]!.drain();
  cluster.end();
  expect(cluster.tally()).toEqual({ reply: 10 });
  expect(calls.flatMap((call) => cluster.starters(call))).toHaveLength(10);
});

describe('a worker that stands still', () => {
  // Its connection is open, so it may be busy: it keeps what it has, and gets nothing new.
  test('is suspect: its calls stay, new ones go elsewhere', () => {
    const cluster = new Cluster({ workers: 2 });
    cluster.takesMs = 100;
    const kept = [cluster.call(TWICE), cluster.call(ONCE), cluster.call(TWICE), cluster.call(ONCE)];
    cluster.world.run(50);
    cluster.workers[0]!.stop();
    cluster.world.run(3_200);
    const later = Array.from({ length: 4 }, () => cluster.call(ONCE));
    cluster.world.run(500);
    expect(new Set(later.flatMap((call) => cluster.starters(call)))).toEqual(new Set(['worker-2']));
    cluster.workers[0]!.resume();
    cluster.end();
    expect(cluster.tally()).toEqual({ reply: 8 });
    expect(kept.flatMap((call) => cluster.starters(call))).toHaveLength(4);
  });

  // The transport answers for it as long as the process exists: only the end of its connection means that it is dead.
  test('does not lose its calls until its connection ends', () => {
    const cluster = new Cluster({ workers: 2 });
    cluster.takesMs = 100;
    const call = cluster.call(TWICE, { timeoutMs: 20_000 });
    cluster.world.run(50);
    const first = cluster.starter(call);
    first.stop();
    cluster.world.run(8_000);
    expect(verdict(call)).toBe('has not ended');
    first.kill();
    cluster.end();
    expect(verdict(call)).toBe('reply');
    expect(cluster.starters(call)).toHaveLength(2);
  });
});
