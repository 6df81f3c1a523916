import { describe, expect, test } from 'vitest';
import { Cluster, ONCE, TWICE, tookMs, verdict } from './cluster.ts';
import { Stranger } from './stranger.ts';

/** Rows 4, 5, 14, 16 and 17 of the table of failures. */
describe('a process that stood still', () => {
  // Its peers were silent only because it did not listen.
  test('as a broker does not suspect the others', () => {
    const cluster = new Cluster({ workers: 2 });
    cluster.broker.stop();
    const calls = [cluster.call(ONCE, { timeoutMs: 60_000 }), cluster.call(TWICE, { timeoutMs: 60_000 })];
    cluster.world.run(8_000);
    cluster.broker.resume();
    cluster.end();
    expect(calls.map(verdict)).toEqual(['reply', 'reply']);
    expect(calls.flatMap((call) => cluster.starters(call))).toHaveLength(2);
  });

  // The reply lies unread when the client wakes up past the deadline: it is read before the call is given up.
  test('as a client reads its replies first', () => {
    const cluster = new Cluster();
    cluster.takesMs = 50;
    const call = cluster.call(ONCE, { timeoutMs: 500 });
    cluster.world.run(10);
    cluster.client1.stop();
    cluster.world.run(3_000);
    cluster.client1.resume();
    cluster.end();
    expect(verdict(call)).toBe('reply');
  });
});

describe('a connection that is half-open', () => {
  // Both ends learn of it by the transport's heartbeat, the client after the broker.
  test('between client and broker costs time, but no idempotent call', () => {
    const cluster = new Cluster();
    const [connection] = cluster.client1.connections;
    connection!.break(3_000, 1_000);
    const calls = [cluster.call(TWICE), cluster.call(TWICE)];
    cluster.end();
    expect(calls.map(verdict)).toEqual(['reply', 'reply']);
    expect(tookMs(calls[0]!)).toBeLessThan(3_300);
  });

  // The worker is back on a new connection before the broker has noticed that the old one is dead: HELLO names the
  // session of before, whose calls are started anew at once.
  test('between worker and broker ends when the worker is back', () => {
    const cluster = new Cluster();
    const [connection] = cluster.workers[0]!.connections;
    connection!.break(500, 60_000);
    const [safe, once] = [cluster.call(TWICE), cluster.call(ONCE)];
    cluster.end();
    expect([verdict(safe), verdict(once)]).toEqual(['reply', 'worker_lost unknown']);
    expect(tookMs(safe)).toBeLessThan(800);
    expect(cluster.starters(once)).toEqual([]);
  });
});

// Every message of everybody comes twice, the second time late.
test('messages that come twice change nothing', () => {
  const cluster = new Cluster({ brokers: 2, workers: 2, clients: 2, policy: 'round-robin' });
  cluster.world.trouble = { lost: 0, doubled: 1, late: 0.02, newer: 0 };
  cluster.underLoad(500, () => {});
  expect(cluster.tally()).toEqual({ reply: cluster.calls.length });
  for (const call of cluster.calls) expect(cluster.starters(call)).toHaveLength(1);
});

// Handlers end in any order: each reply finds its call.
test('a thousand replies in any order reach their callers', () => {
  const cluster = new Cluster({ workers: 3, clients: 2 });
  cluster.takesMs = () => cluster.world.random.unit() * 100;
  for (let i = 0; i < 1_000; i++) cluster.call(i % 2 === 0 ? TWICE : ONCE, {}, cluster.clients[i % 2]);
  cluster.end();
  expect(cluster.tally()).toEqual({ reply: 1_000 });
});

// A port scanner, an MDP worker and somebody with a broken encoder knock while calls are made.
test('strangers who say anything at all trouble nobody', () => {
  const cluster = new Cluster({ clients: 2 });
  cluster.underLoad(500, () => {
    for (let i = 0; i < 5; i++) new Stranger(cluster.world, `stranger-${i}`, cluster.broker.endpoint).chatter(500);
  });
  expect(cluster.tally()).toEqual({ reply: cluster.calls.length });
  expect(cluster.broker.core.counters.malformedMessages).toBeGreaterThan(50);
});

// One way only: the broker hears the client, the client hears nobody.
test('a network that is deaf in one direction is left behind', () => {
  const cluster = new Cluster({ brokers: 2 });
  const connection = cluster.client1.connections.find((c) => c.listener.node.name === 'broker-1')!;
  connection.stall('back', 60_000);
  const calls = [cluster.call(TWICE, { timeoutMs: 30_000 }), cluster.call(ONCE, { timeoutMs: 30_000 })];
  cluster.world.run(2_900);
  connection.cut();
  cluster.end();
  expect(calls.map(verdict)).toEqual(['reply', 'broker_lost unknown']);
});
