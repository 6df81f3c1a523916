import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { runSeeds } from '../seed-pool.ts';
import { PATCHES } from './patches.ts';
import type { Patch } from './patch.ts';
import { parsePatches, patchedSource } from './patch.ts';

export interface PlantedReport {
  readonly planted: number;
  readonly caught: number;
  readonly missed: readonly string[];
}

/** Takes the patches of a file, or our own. A list with a text that is gone is out of date: throws an `Error`. */
export function loadPatches(file: string | undefined): readonly Patch[] {
  const patches = file === undefined ? PATCHES : readPatches(file);
  for (const patch of patches) patchedSource(patch);
  return patches;
}

function readPatches(file: string): readonly Patch[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`--patch: ${(error as Error).message}`, { cause: error });
  }
  try {
    return parsePatches(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Plants each bug in turn and runs seeds until the invariant that it breaks notices. */
export async function runPlanted(patches: readonly Patch[], say: (line: string) => void): Promise<PlantedReport> {
  const missed: string[] = [];
  const waiting = [...patches];
  const work = async (): Promise<void> => {
    for (let patch = waiting.shift(); patch !== undefined; patch = waiting.shift()) {
      const outcome = await plant(patch);
      say(`${outcome.isCaught ? 'caught' : 'MISSED'}  ${patch.trips.padEnd(3)}  ${patch.name}: ${outcome.how}`);
      if (!outcome.isCaught) missed.push(patch.name);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), patches.length) }, work));
  return { planted: patches.length, caught: patches.length - missed.length, missed };
}

/** Only the invariant that was named counts: that another one trips is luck, and says nothing of this one. */
async function plant(patch: Patch): Promise<{ isCaught: boolean; how: string }> {
  let found: string | undefined;
  let ran = 0;
  let crashes = 0;
  const others = new Set<string>();
  const run = runSeeds({
    seeds: Array.from({ length: SEEDS_MAX }, (_, i) => (patch.from ?? 1) + i),
    storm: {},
    sampleEvery: Infinity,
    processes: 1,
    env: { REEVE_PLANTED: JSON.stringify(patch) },
    imports: [new URL('register.ts', import.meta.url).href],
    onReport: ({ seed, broken }) => {
      ran += 1;
      const trip = broken.find(({ rule }) => rule === patch.trips);
      for (const { rule } of broken) others.add(rule);
      if (broken.some(({ rule }) => rule === 'crash')) crashes += 1;
      if (trip !== undefined) found = `seed ${seed}: ${trip.what}`;
      return trip === undefined && crashes < CRASHES_MAX;
    },
  });
  try {
    await run;
  } catch (error) {
    // A replacement that cannot be loaded is its own mistake: the other bugs are planted all the same.
    return { isCaught: false, how: (error as Error).message.split('\n').filter(Boolean).slice(0, 4).join(' · ') };
  }
  const else_ = others.size === 0 ? '' : `, though others tripped: ${[...others].join(', ')}`;
  return found === undefined ? { isCaught: false, how: `not in ${ran} seeds${else_}` } : { isCaught: true, how: found };
}

/** A bug that so many storms do not show is one that the invariants do not guard against. */
const SEEDS_MAX = 300;
/** A bug that throws or runs in circles is not one that a colleague would commit; its seeds take long. */
const CRASHES_MAX = 5;
