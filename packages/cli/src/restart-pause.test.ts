import { expect, test } from 'vitest';
import { RestartPause } from './restart-pause.ts';

test('the first restart is at once, the others wait longer each time, up to a bound', () => {
  const pause = new RestartPause(() => 0.999);
  const waits = Array.from({ length: 9 }, () => pause.next(10));
  expect(waits.slice(0, 4)).toEqual([0, 500, 1_000, 1_999]);
  expect(waits.at(-1)).toBeLessThanOrEqual(15_000);
  expect(waits.at(-1)).toBeGreaterThan(14_000);
});

test('half of the wait is chance', () => {
  const pause = new RestartPause(() => 0);
  pause.next(10);
  expect(pause.next(10)).toBe(250);
});

test('who has lived for a while begins anew', () => {
  const pause = new RestartPause(() => 0);
  for (let i = 0; i < 5; i++) pause.next(10);
  expect(pause.next(30_000)).toBe(0);
});
