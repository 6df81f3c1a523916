import type { Violation } from './invariants.ts';
import { violations } from './invariants.ts';
import type { StormOptions } from './storm.ts';
import { Storm } from './storm.ts';

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly broken: readonly Violation[];
  /** Stands for everything that happened. The same seed gives the same. */
  readonly hash: number;
  readonly calls: number;
  readonly succeeded: number;
  readonly events: number;
  readonly faults: number;
}

export function runSeed(seed: number, options: StormOptions = {}): SeedResult {
  const storm = new Storm(seed, options).run();
  const { calls } = storm;
  const succeeded = calls.filter((call) => call.outcome?.ok === true).length;
  const broken = violations(storm);
  const { faultsDone: faults, world, witness } = storm;
  return { seed, broken, hash: witness.hash, calls: calls.length, succeeded, events: world.steps, faults };
}

/** Runs a seed that broke a promise once more, and tells what happened to the calls concerned. */
export function explain({ seed, broken }: SeedResult, options: StormOptions = {}): string {
  const watched = new Set(
    broken.slice(0, CALLS_TOLD_MAX).flatMap(({ callId }) => (callId === undefined ? [] : [callId])),
  );
  const storm = new Storm(seed, options, watched).run();
  const lines = broken.slice(0, VIOLATIONS_TOLD_MAX).map(({ rule, what }) => `  ${rule}: ${what}`);
  const more = broken.length > VIOLATIONS_TOLD_MAX ? [`  and ${broken.length - VIOLATIONS_TOLD_MAX} more`] : [];
  const verdict = broken.length === 0 ? `seed ${seed} kept every promise` : `seed ${seed} broke`;
  return [verdict, ...lines, ...more, 'what happened', ...storm.witness.story.map((s) => `  ${s}`)].join('\n');
}

const VIOLATIONS_TOLD_MAX = 20;
/** The stories of more calls than a few are no longer readable. */
const CALLS_TOLD_MAX = 3;
