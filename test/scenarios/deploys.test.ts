import { describe, expect, test } from 'vitest';
import { Cluster, ONCE, TWICE, WORKER_LOST, tookMs, verdict } from './cluster.ts';

/** Row 18 of the table of failures: nothing fails because something is replaced, at most once or not. */
describe.each(['failover', 'round-robin'] as const)('with %s', (policy) => {
  test('a rolling restart of all workers fails no call', () => {
    const cluster = new Cluster({ brokers: 2, workers: 3, clients: 2, policy, concurrency: 4 });
    cluster.takesMs = () => 5 + cluster.world.random.unit() * 40;
    cluster.underLoad(1_500, () => {
      for (const worker of cluster.workers) {
        cluster.world.run(200);
        worker.drain();
        cluster.world.runUntil(() => !worker.isAlive);
        worker.restart();
      }
    });
    expect(cluster.tally()).toEqual({ reply: cluster.calls.length });
  });

  test('a rolling restart of both brokers fails no call', () => {
    const cluster = new Cluster({ brokers: 2, workers: 2, clients: 2, policy });
    cluster.takesMs = () => 5 + cluster.world.random.unit() * 40;
    cluster.underLoad(3_000, () => {
      for (const broker of cluster.brokers) {
        cluster.world.run(200);
        broker.drain();
        cluster.world.runUntil(() => !broker.isAlive);
        broker.restart();
        cluster.world.run(1_000);
      }
    });
    expect(cluster.tally()).toEqual({ reply: cluster.calls.length });
  });

  // Workers and brokers at once, as when a whole machine is emptied and another filled. The load is what the workers
  // that are left can do: in an overload calls would be refused, deploy or not.
  test('a rolling restart of everything fails no call', () => {
    const cluster = new Cluster({ brokers: 2, workers: 3, clients: 3, policy, concurrency: 8 });
    cluster.takesMs = () => 5 + cluster.world.random.unit() * 40;
    cluster.underLoad(
      5_000,
      () => {
        for (let round = 0; round < 2; round++) {
          cluster.world.run(300);
          cluster.brokers[round]!.drain();
          cluster.workers[round]!.drain();
          cluster.world.runUntil(() => !cluster.brokers[round]!.isAlive && !cluster.workers[round]!.isAlive);
          cluster.brokers[round]!.restart();
          cluster.workers[round]!.restart();
          cluster.world.run(1_000);
        }
      },
      4,
    );
    expect(cluster.tally()).toEqual({ reply: cluster.calls.length });
  });
});

// A second of no broker at all: calls wait in their clients.
test('a restart of the only broker fails no call', () => {
  const cluster = new Cluster({ workers: 2, clients: 2 });
  cluster.takesMs = () => 5 + cluster.world.random.unit() * 40;
  cluster.underLoad(2_000, () => {
    cluster.world.run(200);
    cluster.broker.drain();
    cluster.world.runUntil(() => !cluster.broker.isAlive);
    cluster.world.run(300);
    cluster.broker.restart();
  });
  expect(cluster.tally()).toEqual({ reply: cluster.calls.length });
});

// It had to be killed while it drained, because its handlers do not end: what it has not finished is known as lost.
test('a drain that is cut short loses only what runs', () => {
  const cluster = new Cluster({ brokers: 2, workers: 1 });
  cluster.takesMs = 60_000;
  const running = cluster.call(ONCE, { timeoutMs: 90_000 });
  cluster.world.run(50);
  cluster.workers[0]!.drain(500);
  cluster.world.run(600);
  expect(cluster.workers[0]!.isAlive).toBe(false);
  expect(running.outcome).toMatchObject({ ok: false, failure: { reason: 'worker_lost', executed: 'unknown' } });
});

/**
 * A broker that leaves has calls at a worker that dies, or falls silent with its connection open. Nobody grants such a
 * broker anything any more, so it cannot have them done elsewhere; their clients can.
 */
describe('while a broker leaves', () => {
  /** Two calls of each kind at each of two workers, all of them longer than it takes until one of these is lost. */
  function leaving(lose: (cluster: Cluster) => void): { cluster: Cluster; leftMs: number } {
    const cluster = new Cluster({ brokers: 2, workers: 2 });
    cluster.takesMs = 1_000;
    for (let i = 0; i < 8; i++) cluster.call(i % 4 < 2 ? ONCE : TWICE, { timeoutMs: 30_000 });
    cluster.world.run(100);
    const at = cluster.world.now;
    cluster.broker.drain();
    cluster.world.run(100);
    lose(cluster);
    cluster.world.runUntil(() => !cluster.broker.isAlive, 60_000);
    cluster.end();
    return { cluster, leftMs: cluster.world.now - at };
  }
  const REPLIES = ['reply', 'reply', 'reply'];

  test('idempotent calls of a worker that dies go to the next broker at once', () => {
    const { cluster, leftMs } = leaving(({ workers }) => workers[0]!.kill());
    expect(cluster.calls.map(verdict)).toEqual([WORKER_LOST, ...REPLIES, WORKER_LOST, ...REPLIES]);
    expect(Math.max(...cluster.calls.map(tookMs))).toBeLessThan(1_500);
    expect(leftMs).toBeLessThan(1_500);
  });

  test('idempotent calls of a worker that falls silent go there after two heartbeats', () => {
    const { cluster } = leaving(({ world, workers }) => {
      workers[0]!.stop();
      world.agenda.add(world.now + 9_000, () => workers[0]!.resume());
    });
    // The others may yet come to an end where they are, and do.
    expect(cluster.tally()).toEqual({ reply: 8 });
    const [again, once] = [TWICE, ONCE].map((method) => cluster.calls.filter((call) => call.method === method));
    expect(Math.max(...again!.map(tookMs))).toBeLessThan(5_000);
    expect(Math.max(...once!.map(tookMs))).toBeGreaterThan(9_000);
  });
});
