import { expect, test } from 'vitest';
import { REGRESSIONS } from './regressions.ts';
import { explain, runSeed } from './run-seed.ts';

test.each(Array.from({ length: 40 }, (_, i) => i + 1))('seed %i keeps every promise', (seed) => {
  const result = runSeed(seed);
  expect(result.broken.length === 0 ? '' : explain(result)).toBe('');
  expect(result.succeeded).toBeGreaterThan(0);
});

test.each(REGRESSIONS)('seed %i, which once broke one: %s', (seed) => {
  const result = runSeed(seed);
  expect(result.broken.length === 0 ? '' : explain(result)).toBe('');
});

test.each([1, 22, 53])('seed %i gives the same run each time', (seed) => {
  expect(runSeed(seed)).toEqual(runSeed(seed));
});

test('a seed can be narrowed to some faults and a number of brokers', () => {
  const storm = { faults: ['loss', 'partition'], brokers: 2 };
  expect(runSeed(5, storm).broken).toEqual([]);
  expect(runSeed(5, storm).hash).not.toBe(runSeed(5).hash);
});
