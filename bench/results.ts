import type { Measurement } from './load.ts';
import type { MachineFacts } from './machine.ts';
import type { Spread } from './statistics.ts';
import { spreadOf } from './statistics.ts';

/** Everything one run of the bench found. */
export interface Results {
  readonly machine: MachineFacts;
  readonly rounds: number;
  readonly seconds: number;
  /** Seconds that the whole run took. */
  readonly took: number;
  readonly rows: readonly Row[];
  readonly ratios: Record<string, number>;
}

/** One contender at one number of calls in flight. */
export interface Row {
  readonly contender: string;
  readonly inFlight: number;
  readonly callsPerSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly clientCpuUs: Spread;
}

export function rowOf(contender: string, inFlight: number, measurements: readonly Measurement[]): Row {
  return {
    contender,
    inFlight,
    callsPerSecond: spreadOf(measurements.map((m) => m.callsPerSecond)),
    p50Ms: spreadOf(measurements.map((m) => m.p50Ms)),
    p99Ms: spreadOf(measurements.map((m) => m.p99Ms)),
    clientCpuUs: spreadOf(measurements.map((m) => m.clientCpuUs)),
  };
}

/** Rates of Reeve over those of the bare relay: above 1, Reeve is faster. */
export function ratiosOf(rows: readonly Row[]): Record<string, number> {
  const rate = (contender: string, inFlight: number): number =>
    rows.find((r) => r.contender === contender && r.inFlight === inFlight)!.callsPerSecond.median;
  const counts = [...new Set(rows.map((r) => r.inFlight))];
  return Object.fromEntries(
    counts.map((n) => [`inflight${n}_vs_bare`, Number((rate('reeve', n) / rate('bare relay', n)).toFixed(2))]),
  );
}

export function formatTable({ machine, rows, ratios }: Results): string {
  const lines = rows.map(({ contender, inFlight, callsPerSecond: rate, p50Ms, p99Ms }) =>
    [
      contender.padEnd(12),
      String(inFlight).padStart(9),
      `${thousands(rate.median)} (${thousands(rate.min)}–${thousands(rate.max)})`.padStart(28),
      p50Ms.median.toFixed(2).padStart(8),
      p99Ms.median.toFixed(2).padStart(8),
    ].join('  '),
  );
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load}`,
    '',
    `contender     in flight      calls/s (lowest–highest)    p50 ms    p99 ms`,
    ...lines,
    '',
    ...Object.entries(ratios).map(([name, ratio]) => `${name}: ${ratio}`),
  ].join('\n');
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
