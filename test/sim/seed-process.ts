import type { SeedResult } from './run-seed.ts';
import { runSeed } from './run-seed.ts';
import type { StormOptions } from './storm.ts';

/** Runs seeds for its parent, in a process of its own: a seed that is sampled runs twice and must give the same. */
export interface SeedOrder {
  readonly seeds: readonly number[];
  readonly storm: StormOptions;
  /** One seed in so many runs twice. */
  readonly sampleEvery: number;
}

export interface SeedReport extends SeedResult {
  readonly isDeterministic: boolean;
  /** The seed threw, which is a bug of Reeve's whatever else it is. */
  readonly crash?: string;
}

process.on('message', ({ seeds, storm, sampleEvery }: SeedOrder) => {
  process.send?.(seeds.map((seed) => report(seed, storm, seed % sampleEvery === 0)));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');

function report(seed: number, storm: StormOptions, isSampled: boolean): SeedReport {
  try {
    const result = runSeed(seed, storm);
    const isDeterministic = !isSampled || runSeed(seed, storm).hash === result.hash;
    return { ...result, isDeterministic };
  } catch (error) {
    const crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const broken = [{ rule: 'crash', what: crash.split('\n')[0]! }];
    return { seed, broken, hash: 0, calls: 0, succeeded: 0, events: 0, faults: 0, isDeterministic: true, crash };
  }
}
