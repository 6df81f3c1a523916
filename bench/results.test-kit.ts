import { ratiosOf } from './ratios.ts';
import type { Results, Row } from './results.ts';
import { rowOf } from './results.ts';

/** A row with one value for each round. */
export function rowWith(key: string, figures: Record<string, readonly number[]>): Row {
  const [scenario = '', load = '', contender = ''] = key.split('|');
  const rounds = Math.max(...Object.values(figures).map((values) => values.length));
  const at = (round: number): Record<string, number> =>
    Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, values[round]!]));
  return rowOf(
    { scenario, load, contender },
    Array.from({ length: rounds }, (_, round) => at(round)),
  );
}

/** A row with the calls per second of each round. */
export function rates(key: string, ...callsPerSecond: readonly number[]): Row {
  return rowWith(key, { callsPerSecond, p50Ms: callsPerSecond.map((rate) => 1_000 / rate) });
}

export function resultsWith(rows: readonly Row[]): Results {
  return {
    takenAt: '2026-01-02T03:04:05.000Z',
    tookSeconds: 300,
    options: { quick: false, all: false, rounds: 3, seconds: 3 },
    machine: { cpu: 'a processor', cores: 2, memoryGib: 8, kernel: '6.1', node: 'v20.0.0', load: 2 },
    uptime: { before: { hoursUp: 1, load: [0.1, 0.2, 0.3] }, after: { hoursUp: 1.1, load: [2, 1, 0.5] } },
    versions: { reeve: '0.1.0', nats: '2.9' },
    ratios: ratiosOf(rows),
    rows,
  };
}
