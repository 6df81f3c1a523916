import { brokenDown } from './broken-down.ts';
import type { SeedResult } from './run-seed.ts';
import { runSeed } from './run-seed.ts';
import type { StormOptions } from './storm.ts';

/** Runs seeds for its parent, in a process of its own: a seed that is sampled runs twice and must give the same. */
export interface SeedOrder {
  readonly seed: number;
  readonly storm: StormOptions;
  /** One seed in so many runs twice. */
  readonly sampleEvery: number;
}

export interface SeedReport extends SeedResult {
  readonly isDeterministic: boolean;
}

process.on('message', ({ seed, storm, sampleEvery }: SeedOrder) => {
  process.send?.(report(seed, storm, seed % sampleEvery === 0));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');

function report(seed: number, storm: StormOptions, isSampled: boolean): SeedReport {
  try {
    const result = runSeed(seed, storm);
    const isDeterministic = !isSampled || runSeed(seed, storm).hash === result.hash;
    return { ...result, isDeterministic };
  } catch (error) {
    return brokenDown(seed, error instanceof Error ? error.message : String(error));
  }
}
