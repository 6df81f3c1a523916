import { describe, expect, test } from 'vitest';
import type { ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, twice } from './broker-rig.test-kit.ts';

/** Has a worker serve one call every 10 ms for a while, with `waiting` calls in the queue. */
function busy(waiting: number): [BrokerRig, ScriptedWorker] {
  const rig = new BrokerRig();
  const [client, worker] = [rig.client(), rig.worker(1)];
  for (let i = 0; i < waiting + 101; i++) client.request(twice, { remainingMs: 60_000 });
  rig.run();
  for (let i = 0; i < 100; i++) {
    rig.advance(10);
    worker.reply();
    worker.grant(1);
    rig.run();
  }
  return [rig, worker];
}

describe('a call that comes to a busy pool', () => {
  test('is refused at once if it would wait longer than it has time, and told when to come again', () => {
    const [rig] = busy(100);
    const client = rig.client();
    // It is fair: behind the hundred calls of another client its turn comes soon.
    const [soon, ...more] = Array.from({ length: 60 }, () => client.request(twice, { remainingMs: 500 }));
    rig.run();
    expect(client.verdict(soon!)).toBe(undefined);
    const last = client.answer(more.at(-1)!);
    expect(last).toMatchObject({
      verdict: 'resource_exhausted queue_full no',
      message: 'it would wait longer than it has time',
    });
    expect(last.retryAfterMs).toBeGreaterThanOrEqual(100);
    const refused = more.filter((call) => client.verdict(call) !== undefined).length;
    // At 10 ms a call, every other one its own, about 24 of them fit into the time that it has.
    expect(refused).toBeGreaterThan(30);
    expect(refused).toBeLessThan(45);
  });

  test('waits if it has time', () => {
    const [rig] = busy(100);
    const client = rig.client();
    const calls = Array.from({ length: 60 }, () => client.request(twice, { remainingMs: 5_000 }));
    rig.run();
    expect(calls.map((call) => client.verdict(call))).toEqual(Array(60).fill(undefined));
  });

  test('always waits where no other does: a pool that was slow once is tried again', () => {
    const [rig, worker] = busy(0);
    const client = rig.client();
    client.request(twice, { remainingMs: 60_000 });
    rig.run();
    expect(worker.last).toBeDefined();
    const hasty = client.request(twice, { remainingMs: 50 });
    rig.run();
    expect(client.verdict(hasty)).toBe(undefined);
  });
});
