import { expect, test } from 'vitest';
import { explain, runSeed } from './run-seed.ts';

test.each(Array.from({ length: 60 }, (_, i) => i + 1))('seed %i keeps every promise', (seed) => {
  const result = runSeed(seed);
  expect(result.broken.length === 0 ? '' : explain(result)).toBe('');
  expect(result.succeeded).toBeGreaterThan(0);
});

test.each([1, 22, 53])('seed %i gives the same run each time', (seed) => {
  expect(runSeed(seed)).toEqual(runSeed(seed));
});
