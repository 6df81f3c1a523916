import { describe, expect, test } from 'vitest';
import { WorkerHealth, isBlackHole } from './worker-health.ts';

/** A worker of whose last calls so many failed, evenly spread. */
function healthOf(calls: number, failures: number, everyMs: number = 10): WorkerHealth {
  const health = new WorkerHealth();
  for (let i = 0; i < calls; i++) {
    health.note(i * everyMs, Math.floor(((i + 1) * failures) / calls) > Math.floor((i * failures) / calls));
  }
  return health;
}

describe('a worker', () => {
  test.each([
    [19, 19, false],
    [20, 20, true],
    [20, 11, true],
    [20, 10, false],
    [50, 26, true],
    [50, 0, false],
  ])('of %d calls, %d of them failures: is poor: %s', (calls, failures, isPoor) => {
    const health = healthOf(calls, failures);
    expect([health.calls, health.failures, health.isPoor]).toEqual([calls, failures, isPoor]);
  });

  test('is judged by its last 25 to 50 calls, however many there were', () => {
    const health = healthOf(10_000, 0);
    const seen: [calls: number, isPoor: boolean][] = [];
    for (let i = 1; i <= 50; i++) {
      health.note(100_000 + i, true);
      seen.push([health.calls, health.isPoor]);
    }
    expect(Math.max(...seen.map(([calls]) => calls))).toBeLessThanOrEqual(50);
    // More failures than half of the fewest calls it is judged by.
    expect(seen.findIndex(([, isPoor]) => isPoor)).toBeGreaterThan(10);
    expect([health.calls, health.isPoor]).toEqual([50, true]);
  });

  test('is not judged by what was a minute ago', () => {
    const health = healthOf(24, 24);
    health.note(60_001, true);
    expect([health.calls, health.isPoor]).toEqual([1, false]);
    const slow = healthOf(40, 40, 3_000);
    expect(slow.calls).toBeLessThanOrEqual(22);
  });

  test('that is held back is trusted again after one success, and starts anew', () => {
    const health = healthOf(30, 30);
    health.holdBack();
    expect(health.note(400, true)).toBe(false);
    expect(health.note(410, false)).toBe(true);
    expect([health.isHeldBack, health.calls]).toEqual([false, 0]);
    expect(health.note(420, false)).toBe(false);
  });
});

describe('a worker that fails is a black hole', () => {
  const bad = (): WorkerHealth => healthOf(20, 15);
  const judged = (...siblings: WorkerHealth[]): boolean => {
    const worker = bad();
    return isBlackHole(worker, [worker, ...siblings]);
  };
  const heldBack = (): WorkerHealth => {
    const health = bad();
    health.holdBack();
    return health;
  };

  test('if its siblings are sound', () => {
    expect(judged(healthOf(30, 2))).toBe(true);
    expect(judged(healthOf(30, 3))).toBe(false);
    expect(judged(healthOf(10, 0), healthOf(10, 0))).toBe(true);
  });

  test('if enough is known of them', () => {
    expect(judged()).toBe(false);
    expect(judged(healthOf(19, 0))).toBe(false);
  });

  test('though some of them are as bad: those are no measure', () => {
    expect(judged(bad(), healthOf(30, 0), healthOf(30, 0))).toBe(true);
    expect(judged(heldBack(), healthOf(30, 0), healthOf(30, 0))).toBe(true);
  });

  test('unless more than half would be held back with it', () => {
    expect(judged(heldBack(), healthOf(30, 0))).toBe(false);
    expect(judged(heldBack(), heldBack(), healthOf(30, 0), healthOf(30, 0))).toBe(false);
  });

  test('unless it is held back already, or is not poor', () => {
    const [held, sound] = [heldBack(), healthOf(30, 0)];
    expect(isBlackHole(held, [held, sound])).toBe(false);
    expect(isBlackHole(sound, [sound, healthOf(30, 0)])).toBe(false);
  });
});
