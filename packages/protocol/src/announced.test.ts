import { expect, test } from 'vitest';
import { announcedMs } from './announced.ts';

test('the next hop is told less than there is, within bounds, and never nothing', () => {
  expect(announcedMs(10_000)).toBe(9_900);
  expect(announcedMs(1_000)).toBe(950);
  expect(announcedMs(50)).toBe(45);
  expect(announcedMs(3)).toBe(1);
});
