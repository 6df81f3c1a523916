import type { OpenLoopAnswer, OpenLoopOrder } from './open-loop.ts';

/** Runs a load at one pace. */
export type Ask = (order: OpenLoopOrder) => Promise<OpenLoopAnswer>;

/** A pool under one load. */
export interface OverloadRow extends Omit<OpenLoopAnswer, 'okPerTenth'> {
  /** The load, in capacities. */
  readonly factor: number;
  readonly goodputPerSecond: number;
}

export interface OverloadReport {
  readonly capacityPerSecond: number;
  readonly rows: readonly OverloadRow[];
  /** Replies at ten times the capacity, as a share of the most there were at up to 1.2 times. */
  readonly overload10_goodput: number;
  /** `null`: not within the time that was looked at. */
  readonly recoveryMs: number | null;
  /** Sends for each call at ten times the capacity. */
  readonly retryAmplification: number;
}

/** Measures what a pool gives under each load, `seconds` each. */
export async function measureOverload(ask: Ask, seconds: number): Promise<OverloadReport> {
  const run = (callsPerSecond: number, forSeconds: number): Promise<OpenLoopAnswer> =>
    ask({ kind: 'open loop', callsPerSecond, seconds: forSeconds, timeoutMs: TIMEOUT_MS });
  // What it can at most: asked for more than that, so that no place is ever free.
  await run(1_000, 1);
  const capacity = await run(NOMINAL_PER_SECOND * 1.5, seconds).then(({ ok }) => ok / seconds);
  const rows: OverloadRow[] = [];
  for (const factor of FACTORS) {
    const { okPerTenth, ...answer } = await run(capacity * factor, seconds);
    const goodput = answer.ok / Math.max(seconds, okPerTenth.length / 10);
    rows.push({ factor, goodputPerSecond: Math.round(goodput), ...rounded(answer) });
  }
  // The last one was the overload: how long until everything is answered again at half of the capacity?
  const after = await run(capacity / 2, 5);
  const peak = Math.max(...rows.filter(({ factor }) => factor <= 1.2).map((row) => row.goodputPerSecond));
  const overload = rows.at(-1)!;
  return {
    capacityPerSecond: Math.round(capacity),
    rows,
    overload10_goodput: Number((overload.goodputPerSecond / peak).toFixed(3)),
    recoveryMs: recoveryMs(after.okPerTenth, capacity / 2),
    retryAmplification: overload.sendsPerCall,
  };
}

/** How long until a tenth of a second brings as many replies as calls. */
function recoveryMs(okPerTenth: readonly number[], callsPerSecond: number): number | null {
  const first = okPerTenth.findIndex((ok) => ok >= (callsPerSecond / 10) * ANSWERED_SHARE);
  return first === -1 ? null : first * 100;
}

function rounded(answer: Omit<OpenLoopAnswer, 'okPerTenth'>): Omit<OpenLoopAnswer, 'okPerTenth'> {
  const to = (digits: number, value: number): number => Number(value.toFixed(digits));
  const { p50Ms, p99Ms, sendsPerCall } = answer;
  return { ...answer, p50Ms: to(1, p50Ms), p99Ms: to(1, p99Ms), sendsPerCall: to(3, sendsPerCall) };
}

const TIMEOUT_MS = 200;
/** Eight places, 4 ms each: timers are late, so it is less. */
const NOMINAL_PER_SECOND = 2_000;
/** The peak is the best of those up to 1.2; the last is the overload. */
const FACTORS = [0.5, 0.8, 1, 1.2, 2, 10];
/** The rest may be under way at the end of the tenth. */
const ANSWERED_SHARE = 0.95;
