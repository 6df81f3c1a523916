import { describe, expect, test } from 'vitest';
import { DelayMeter } from './delay-meter.ts';

/** Sends a message at `sentAt` of the sender's clock, which takes `delayMs` to a receiver whose clock is ahead. */
function meter(aheadMs: number): (sentAt: number, delayMs: number) => number {
  const it = new DelayMeter();
  return (sentAt, delayMs) => it.measure(sentAt + aheadMs + delayMs, Math.floor(sentAt) >>> 0);
}

describe('a delay', () => {
  test.each([0, 1e9, -1e9, 5e12, -10, -21])('does not depend on clocks that are %d ms apart', (aheadMs) => {
    const measure = meter(aheadMs);
    expect([measure(1_000, 20), measure(1_100, 5), measure(1_200, 30), measure(1_300, 5)]).toEqual([0, 0, 25, 0]);
  });

  test('is right where the clock of the sender starts anew after 49 days', () => {
    const measure = meter(123);
    const before = 2 ** 32 - 100;
    expect([measure(before, 7), measure(before + 90, 10), measure(before + 200, 9)]).toEqual([0, 3, 2]);
  });

  test('is right where the clock of the receiver does', () => {
    const it = new DelayMeter();
    const measure = (receivedAt: number, sentAt: number): number => it.measure(receivedAt, sentAt);
    expect([measure(2 ** 32 - 1, 500), measure(2 ** 32 + 99, 590)]).toEqual([0, 10]);
  });

  test('is whole milliseconds', () => {
    const measure = meter(0.5);
    expect([measure(10, 0.25), measure(20, 3.75)]).toEqual([0, 4]);
  });
});

describe('the quickest message', () => {
  test('is remembered for half a minute at least', () => {
    const measure = meter(0);
    measure(0, 0);
    for (let at = 1_000; at < 30_000; at += 1_000) expect(measure(at, 40)).toBe(40);
  });

  test('is forgotten after a minute', () => {
    const measure = meter(0);
    measure(0, 0);
    let last = Infinity;
    for (let at = 1_000; at <= 61_000; at += 1_000) last = measure(at, 40);
    expect(last).toBe(0);
  });

  test('is forgotten after a long silence, too', () => {
    const measure = meter(0);
    measure(0, 0);
    expect(measure(3_600_000, 40)).toBe(0);
  });

  test('gives way at once to a quicker one', () => {
    const measure = meter(0);
    expect([measure(0, 50), measure(1, 10), measure(2, 50)]).toEqual([0, 0, 40]);
  });
});

test('clocks that drift apart do not become a delay', () => {
  const it = new DelayMeter();
  let worst = 0;
  // A receiver whose clock gains 100 ppm: 360 ms in an hour.
  for (let at = 0; at < 3_600_000; at += 500) worst = Math.max(worst, it.measure(at * 1.0001, at));
  expect(worst).toBeLessThanOrEqual(7);
});
