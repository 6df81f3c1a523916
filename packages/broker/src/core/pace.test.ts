import { seededRandom } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { Pace } from './pace.ts';

/** Takes calls out at a steady pace. */
function serve(pace: Pace, from: number, everyMs: number, calls: number): number {
  for (let i = 1; i <= calls; i++) pace.note(from + i * everyMs);
  return from + calls * everyMs;
}

describe('the pace of a pool', () => {
  test.each([0.005, 0.1, 4, 1_000])('is known after a few calls: one every %d ms', (everyMs) => {
    const pace = new Pace();
    pace.begin(0);
    expect(pace.waitMs(0, 1)).toBe(undefined);
    const now = serve(pace, 0, everyMs, 10_000);
    expect(pace.waitMs(now, 10)! / (10 * everyMs)).toBeCloseTo(1, 1);
  });

  test('is not told of a long queue by a few calls: those of a worker that has just started are slow', () => {
    const pace = new Pace();
    pace.begin(0);
    let now = serve(pace, 0, 20, 8);
    expect(pace.waitMs(now, 100)).toBeCloseTo(2_000);
    expect(pace.waitMs(now, 2_000)).toBe(undefined);
    now = serve(pace, now, 0.1, 200);
    expect(pace.waitMs(now, 2_000)).toBeLessThan(2_000);
  });

  test('follows a pool that becomes slower, or faster, within a second', () => {
    const pace = new Pace();
    pace.begin(0);
    let now = serve(pace, 0, 1, 2_000);
    now = serve(pace, now, 20, 50);
    expect(pace.waitMs(now, 1)).toBeGreaterThan(15);
    now = serve(pace, now, 1, 1_000);
    expect(pace.waitMs(now, 1)).toBeLessThan(1.5);
  });

  test('is not mistaken for faster by calls that leave in one moment', () => {
    const pace = new Pace();
    pace.begin(0);
    let now = 0;
    for (let burst = 0; burst < 40; burst++) {
      now += 64;
      for (let i = 0; i < 64; i++) pace.note(now);
    }
    expect(pace.waitMs(now, 1)).toBeCloseTo(1, 1);
  });

  test('does not count the time in which nobody waits', () => {
    const pace = new Pace();
    pace.begin(0);
    let now = serve(pace, 0, 2, 500);
    for (let i = 0; i < 200; i++) {
      now += 900;
      pace.begin(now);
      now = serve(pace, now, 2, 3);
    }
    expect(pace.waitMs(now, 1)).toBeCloseTo(2, 1);
  });

  test('is forgotten once nobody has waited for long', () => {
    const pace = new Pace();
    pace.begin(0);
    const now = serve(pace, 0, 200, 50) + 3_000;
    pace.begin(now);
    expect(pace.waitMs(now, 1)).toBe(undefined);
  });

  test('drops by itself when nothing moves any more', () => {
    const pace = new Pace();
    pace.begin(0);
    const now = serve(pace, 0, 1, 1_000);
    expect(pace.waitMs(now + 10_000, 100)).toBeGreaterThan(1_000);
  });
});

/** A queue before servers: calls come at random, and are admitted if they would not wait too long. */
describe.each([
  { servers: 8, takesMs: 4, deadlineMs: 200 },
  { servers: 1, takesMs: 100, deadlineMs: 5_000 },
  { servers: 64, takesMs: 1, deadlineMs: 100 },
])('admission by it: $servers servers of $takesMs ms each, deadlines of $deadlineMs ms', (setting) => {
  test.each([2, 10])(
    'keeps a pool at its full pace, and nearly nothing expires: %d times as much as it can',
    (load) => {
      const { servers, takesMs, deadlineMs } = setting;
      const random = seededRandom(load, servers);
      const pace = new Pace();
      const queue: number[] = [];
      const freeAt = Array.from({ length: servers }, () => 0);
      const everyMs = takesMs / servers / load;
      const [calls, serves] = [20_000, { inTime: 0, expired: 0 }];
      let now = 0;
      for (let i = 0; i < calls; i++) {
        now -= Math.log(1 - random.unit()) * everyMs;
        for (let at = Math.min(...freeAt); queue.length > 0 && at <= now; at = Math.min(...freeAt)) {
          const cameAt = queue.shift()!;
          const startsAt = Math.max(at, cameAt);
          if (startsAt > cameAt + deadlineMs) {
            serves.expired += 1;
            continue;
          }
          pace.note(startsAt);
          freeAt[freeAt.indexOf(at)] = startsAt + takesMs;
          serves.inTime += 1;
        }
        if (queue.length === 0) pace.begin(now);
        const waitMs = queue.length === 0 ? 0 : (pace.waitMs(now, queue.length) ?? 0);
        if (waitMs <= deadlineMs) queue.push(now);
      }
      const possible = (now / takesMs) * servers;
      expect(serves.inTime / possible).toBeGreaterThan(0.95);
      expect(serves.expired / serves.inTime).toBeLessThan(0.05);
    },
  );
});
