import { describe, expect, test } from 'vitest';
import { measureOverload } from './measure-overload.ts';
import type { OpenLoopAnswer, OpenLoopOrder } from './open-loop.ts';

/** A pool that serves a thousand calls a second, and fewer when it is asked for more than twice that. */
async function pool({ callsPerSecond, seconds }: OpenLoopOrder): Promise<OpenLoopAnswer> {
  const served = callsPerSecond > 2_100 ? 900 : Math.min(callsPerSecond, 1_000);
  const tenths = callsPerSecond === 500 ? [10, 49, 50] : Array.from({ length: seconds * 10 }, () => served / 10);
  return {
    ...{ offered: callsPerSecond * seconds, ok: Math.round(served * seconds), p50Ms: 1.23456, p99Ms: 2 },
    ...{ failures: {}, sendsPerCall: 1.2, okPerTenth: tenths },
  };
}

describe('overload', () => {
  test('is judged by the most that there was before it', async () => {
    const paces: number[] = [];
    const report = await measureOverload(async (order) => {
      paces.push(order.callsPerSecond);
      // What it can is found out with half as much again as it should be able to.
      return pool(order.callsPerSecond === 3_000 ? { ...order, callsPerSecond: 1_000 } : order);
    }, 2);
    expect(paces).toEqual([1_000, 3_000, 500, 800, 1_000, 1_200, 2_000, 10_000, 500]);
    expect(report).toMatchObject({
      ...{ capacityPerSecond: 1_000, overload10_goodput: 0.9, retryAmplification: 1.2 },
      // The second tenth has 49 of 50.
      recoveryMs: 100,
    });
    expect(report.rows.at(-1)).toMatchObject({ factor: 10, goodputPerSecond: 900, p50Ms: 1.2 });
  });
});
