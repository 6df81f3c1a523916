import { expect, test } from 'vitest';
import { Cluster, ONCE, TWICE } from '../scenarios/cluster.ts';
import { checkConflicts, checkPoison, shareOf } from './invariants.ts';

// No broker gives a call to a third worker after two deaths that it knows of. So the first one says goodbye here, and
// the judge knows that, or does not.
test('who takes its leave while a handler hangs has not died of its call; three deaths are too many', () => {
  const cluster = new Cluster({ workers: 3 });
  cluster.takesMs = 60_000;
  const call = cluster.call(TWICE, { timeoutMs: 30_000 });
  cluster.world.run(100);
  const first = cluster.starter(call);
  first.drain(1);
  for (let i = 0; i < 2; i++) {
    cluster.world.run(100);
    cluster.starter(call).kill();
  }
  expect(cluster.starters(call)).toHaveLength(3);
  const { workers, clients } = cluster;
  const seen = { workers, clients, poison: new Set([call.id]) };
  expect(checkPoison(seen)).toEqual([]);
  delete first.starts[0]!.wasLeft;
  expect(checkPoison(seen)).toMatchObject([{ rule: 'P1', callId: call.id }]);
});

test('a conflict needs somebody who asked for something else with the key, of the same method', () => {
  const cluster = new Cluster();
  const key = 'k';
  const calls = [cluster.call(TWICE, { key }), cluster.call(ONCE, { key })];
  cluster.end();
  expect(checkConflicts({ calls })).toEqual([]);
  const conflict = cluster.call(TWICE, { key });
  cluster.end();
  expect(conflict.outcome).toMatchObject({ failure: { reason: 'key_conflict' } });
  expect(checkConflicts({ calls: [...calls, conflict] })).toEqual([]);
  expect(checkConflicts({ calls: [calls[1]!, conflict] })).toMatchObject([{ rule: 'S6', callId: conflict.id }]);
});

test('who waits for half of a time is owed a fair share of that half only', () => {
  expect(shareOf([], 100, 200)).toBe(0);
  const overlapping = [
    [130, 150],
    [90, 110],
    [105, 120],
    [190, Infinity],
    [300, 400],
  ] as const;
  expect(shareOf(overlapping, 100, 200)).toBeCloseTo(0.5);
  expect(shareOf([[0, Infinity]], 100, 200)).toBe(1);
});
