import { LIMITS, VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { BROKER_LOST, Cluster, ONCE, TWICE, tookMs, verdict } from './cluster.ts';

/** Row 2 of the table of failures: results of at-most-once calls whose broker died. */
describe('an at-most-once call whose broker dies while its handler runs', () => {
  test('gets its reply through the other broker', () => {
    const cluster = running({ brokers: 2 });
    const [call] = cluster.calls;
    cluster.broker.kill();
    cluster.end();
    expect(verdict(call!)).toBe('reply');
    expect(tookMs(call!)).toBeLessThan(HANDLER_MS + 50);
    expect(cluster.starters(call!)).toHaveLength(1);
  });

  test('gets its reply through the same broker, restarted before the handler ends', () => {
    const cluster = running({ brokers: 1 }, 800);
    cluster.broker.kill();
    cluster.world.run(50);
    cluster.broker.restart();
    cluster.end();
    expect(cluster.tally()).toEqual({ reply: 1 });
    expect(cluster.starters(cluster.calls[0]!)).toHaveLength(1);
  });

  test('gets its reply through the same broker, restarted after the handler ended', () => {
    const cluster = running({ brokers: 1 });
    cluster.broker.kill();
    cluster.world.run(HANDLER_MS + 500);
    cluster.broker.restart();
    cluster.end();
    expect(cluster.tally()).toEqual({ reply: 1 });
    expect(cluster.starters(cluster.calls[0]!)).toHaveLength(1);
  });

  test('gets its reply through the third broker when the second dies too', () => {
    const cluster = running({ brokers: 3 }, 300);
    cluster.broker.kill();
    cluster.world.run(50);
    cluster.brokers[1]!.kill();
    cluster.end();
    expect(cluster.tally()).toEqual({ reply: 1 });
  });

  test('gets its reply though its worker drains and leaves', () => {
    const cluster = running({ brokers: 2 });
    cluster.broker.kill();
    cluster.world.run(5);
    cluster.workers[0]!.drain();
    cluster.end();
    expect(cluster.tally()).toEqual({ reply: 1 });
  });

  test('gets the failure of its handler, which says that it was started', () => {
    const cluster = new Cluster({ brokers: 2 });
    cluster.fails = { verdict: VERDICTS.handlerError, detail: { message: 'oh' } };
    const call = start(cluster, HANDLER_MS);
    cluster.broker.kill();
    cluster.end();
    expect(verdict(call)).toBe('handler_error yes');
  });

  test('ends in doubt after recoverMs if its handler takes longer, and is not started again', () => {
    const cluster = running({ brokers: 2 }, LIMITS.recoverMs + 500);
    const [call] = cluster.calls;
    cluster.broker.kill();
    cluster.end();
    expect(verdict(call!)).toBe(BROKER_LOST);
    expect(tookMs(call!)).toBeGreaterThan(LIMITS.recoverMs);
    expect(tookMs(call!)).toBeLessThan(LIMITS.recoverMs + 100);
    cluster.world.run(5_000);
    expect(cluster.starters(call!)).toHaveLength(1);
    expectNothingLeft(cluster);
  });

  test('ends in doubt at its deadline if that comes first', () => {
    const cluster = running({ brokers: 2 }, 1_000, { timeoutMs: 300 });
    cluster.broker.kill();
    cluster.end();
    expect(cluster.tally()).toEqual({ [BROKER_LOST]: 1 });
    expect(tookMs(cluster.calls[0]!)).toBeLessThan(310);
  });

  test.each(['cancel', 'close'] as const)('ends by the %s of its caller, and nothing of it stays', (how) => {
    const cluster = running({ brokers: 2 }, 300);
    const [call] = cluster.calls;
    cluster.broker.kill();
    cluster.world.run(50);
    expect(cluster.brokers[1]!.core.sizes()).toMatchObject({ awaitedCalls: 1 });
    if (how === 'cancel') cluster.client1.cancel(call!);
    else cluster.client1.close();
    cluster.world.run(1);
    expect(call!.settled).toBe(1);
    cluster.world.run(3_000);
    expect(call!.settled).toBe(1);
    expectNothingLeft(cluster);
  });
});

// The worker has answered; the broker dies before it has read the answer.
test('a reply that was lost with its broker comes through the other one', () => {
  const cluster = running({ brokers: 2 });
  const [call] = cluster.calls;
  cluster.world.runUntil(() => cluster.workers[0]!.core.counters.replies === 1);
  cluster.broker.kill();
  expect(call!.settled).toBe(0);
  cluster.end();
  expect(verdict(call!)).toBe('reply');
  expect(cluster.starters(call!)).toHaveLength(1);
});

test('every client gets the results of its own calls, whoever asks for the same numbers', () => {
  const cluster = new Cluster({ brokers: 2, workers: 3, clients: 3 });
  cluster.takesMs = () => 20 + cluster.world.random.unit() * 200;
  for (let i = 0; i < 40; i++)
    for (const client of cluster.clients) cluster.call(i % 4 === 0 ? TWICE : ONCE, {}, client);
  cluster.world.run(60);
  cluster.broker.kill();
  cluster.end();
  const { reply, [BROKER_LOST]: lost = 0, ...others } = cluster.tally();
  expect(others).toEqual({});
  // What the broker had not dispatched died with it, and nobody can prove that: only what was at workers comes back.
  expect(reply! + lost).toBe(120);
  for (const call of cluster.calls) {
    expect(verdict(call) === 'reply').toBe(cluster.starters(call).length > 0);
  }
  const once = cluster.calls.filter((call) => !call.method.idempotent);
  expect(Math.max(...once.map((call) => cluster.starters(call).length))).toBe(1);
  cluster.world.run(LIMITS.recoverMs + 100);
  expectNothingLeft(cluster);
});

test('a broker that may keep no more calls in mind leaves the others in doubt', () => {
  const cluster = new Cluster({ brokers: 2, limits: { awaitsMax: 3 } });
  cluster.takesMs = HANDLER_MS;
  for (let i = 0; i < 10; i++) cluster.call(ONCE);
  cluster.world.run(20);
  cluster.broker.kill();
  cluster.end();
  expect(cluster.tally()).toEqual({ reply: 3, [BROKER_LOST]: 7 });
  expect(cluster.brokers[1]!.core.counters).toMatchObject({ recovered: 3, recoveryDrops: 7 });
});

/** A cluster with one call whose handler runs. */
function running(
  options: { brokers: number },
  takesMs: number = HANDLER_MS,
  callOptions: { timeoutMs?: number } = {},
): Cluster {
  const cluster = new Cluster(options);
  start(cluster, takesMs, callOptions);
  return cluster;
}

function start(cluster: Cluster, takesMs: number, options: { timeoutMs?: number } = {}): Cluster['calls'][number] {
  cluster.takesMs = takesMs;
  const call = cluster.call(ONCE, options);
  cluster.world.run(20);
  expect(cluster.starters(call)).toHaveLength(1);
  return call;
}

/** No broker keeps anything for recovery. */
function expectNothingLeft(cluster: Cluster): void {
  for (const { core } of cluster.brokers) {
    expect(core.sizes()).toMatchObject({ awaitedCalls: 0, offeredResults: 0, offeredBytes: 0 });
  }
}

const HANDLER_MS = 50;
