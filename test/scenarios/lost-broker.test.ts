import { LIMITS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { BROKER_LOST, Cluster, ONCE, TWICE, tookMs, verdict } from './cluster.ts';

/** Rows 2, 9 and 19 of the table of failures. */
describe('a broker that is killed', () => {
  test.each([2, 3])('leaves idempotent calls to the next of %i', (brokers) => {
    const cluster = new Cluster({ brokers });
    cluster.takesMs = 50;
    const calls = Array.from({ length: 20 }, () => cluster.call(TWICE));
    cluster.world.run(20);
    cluster.broker.kill();
    cluster.end();
    expect(cluster.tally()).toEqual({ reply: 20 });
    expect(Math.max(...calls.map(tookMs))).toBeLessThan(300);
  });

  // Its worker died as well: nobody is left who could know.
  test('leaves at-most-once calls that were dispatched in doubt if nobody offers their result', () => {
    const cluster = new Cluster({ brokers: 2 });
    cluster.takesMs = 50;
    const call = cluster.call(ONCE);
    cluster.world.run(20);
    cluster.broker.kill();
    cluster.workers[0]!.kill();
    cluster.end();
    expect(verdict(call)).toBe(BROKER_LOST);
    expect(tookMs(call)).toBeGreaterThan(LIMITS.recoverMs);
    expect(tookMs(call)).toBeLessThan(LIMITS.recoverMs + 100);
    expect(cluster.starters(call)).toHaveLength(1);
  });

  // The client does not know yet that the broker is gone. What it sends meanwhile waits in the pipe, reaches the next
  // broker at that endpoint, and is refused by name: proof that it was not executed, and so it is executed now.
  test('and restarted proves what its predecessor never saw', () => {
    const cluster = new Cluster({ brokers: 1 });
    cluster.broker.kill();
    const calls = [cluster.call(ONCE), cluster.call(TWICE)];
    cluster.world.run(0.2);
    cluster.broker.restart();
    cluster.end();
    expect(calls.map(verdict)).toEqual(['reply', 'reply']);
    expect(calls.flatMap((call) => cluster.starters(call))).toHaveLength(2);
  });

  // Connections are numbered from one again, and the new broker's clients come in another order.
  test('and restarted gives no reply to anybody but its caller', () => {
    const cluster = new Cluster({ clients: 3, workers: 2 });
    cluster.takesMs = () => cluster.world.random.unit() * 200;
    for (let round = 0; round < 6; round++) {
      for (const client of cluster.clients) for (let i = 0; i < 5; i++) cluster.call(TWICE, {}, client);
      cluster.world.run(40);
      cluster.broker.kill();
      cluster.world.run(30);
      cluster.broker.restart();
      cluster.world.run(300);
    }
    cluster.end();
    const { reply, [BROKER_LOST]: lost = 0, ...others } = cluster.tally();
    expect(others).toEqual({});
    expect(reply! + lost).toBe(90);
    expect(reply).toBeGreaterThan(80);
  });
});

// One of three never answers: it costs nobody anything.
test.each(['failover', 'round-robin'] as const)('a broker that was never there is passed over by %s', (policy) => {
  const cluster = new Cluster({ brokers: 3, policy });
  cluster.broker.kill();
  const late = cluster.client('late', { policy });
  cluster.world.run(100);
  const calls = Array.from({ length: 30 }, (_, i) => cluster.call(i % 2 === 0 ? TWICE : ONCE, {}, late));
  cluster.end();
  expect(cluster.tally()).toEqual({ reply: 30 });
  expect(Math.max(...calls.map(tookMs))).toBeLessThan(30);
});

// Nothing is lost while no broker is there at all: calls wait, for as long as they have.
test('without any broker calls wait until one comes, or until their deadline', () => {
  const cluster = new Cluster();
  cluster.broker.kill();
  cluster.world.run(50);
  const [short, long] = [cluster.call(ONCE, { timeoutMs: 500 }), cluster.call(ONCE, { timeoutMs: 5_000 })];
  cluster.world.run(600);
  expect(verdict(short)).toBe('no_broker no');
  cluster.broker.restart();
  cluster.end();
  expect(verdict(long)).toBe('reply');
});
