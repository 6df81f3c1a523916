import type { SeedReport } from './seed-process.ts';

/** The report of a seed that threw, never ended, or took its process along: a bug of Reeve's whatever else it is. */
export function brokenDown(seed: number, why: string): SeedReport {
  const broken = [{ rule: 'crash', what: why.split('\n')[0]! }];
  return { seed, broken, hash: 0, calls: 0, succeeded: 0, events: 0, faults: 0, isDeterministic: true };
}
