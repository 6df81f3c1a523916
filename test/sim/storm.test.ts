import { expect, test } from 'vitest';
import { violations } from './invariants.ts';
import { Storm } from './storm.ts';

test.each(Array.from({ length: 60 }, (_, i) => i + 1))('seed %i keeps every promise', (seed) => {
  const storm = new Storm(seed).run();
  expect({ broken: violations(storm), trace: storm.trace }).toMatchObject({ broken: [] });
  expect(storm.calls.some((c) => c.outcome?.ok === true)).toBe(true);
});
