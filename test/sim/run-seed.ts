import type { Violation } from './invariants.ts';
import { violations } from './invariants.ts';
import { Storm } from './storm.ts';

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly broken: readonly Violation[];
  /** Stands for everything that happened. The same seed gives the same. */
  readonly hash: number;
  readonly calls: number;
  readonly succeeded: number;
}

export function runSeed(seed: number): SeedResult {
  const storm = new Storm(seed).run();
  const { calls } = storm;
  const succeeded = calls.filter((call) => call.outcome?.ok === true).length;
  return { seed, broken: violations(storm), hash: storm.witness.hash, calls: calls.length, succeeded };
}

/** Runs a seed that broke a promise once more, and tells what happened to the calls concerned. */
export function explain({ seed, broken }: SeedResult): string {
  const watched = new Set(
    broken.slice(0, CALLS_TOLD_MAX).flatMap(({ callId }) => (callId === undefined ? [] : [callId])),
  );
  const storm = new Storm(seed, watched).run();
  const lines = broken.slice(0, VIOLATIONS_TOLD_MAX).map(({ rule, what }) => `  ${rule}: ${what}`);
  const more = broken.length > VIOLATIONS_TOLD_MAX ? [`  and ${broken.length - VIOLATIONS_TOLD_MAX} more`] : [];
  return [`seed ${seed} broke`, ...lines, ...more, 'what happened', ...storm.witness.story.map((s) => `  ${s}`)].join(
    '\n',
  );
}

const VIOLATIONS_TOLD_MAX = 20;
/** The stories of more calls than a few are no longer readable. */
const CALLS_TOLD_MAX = 3;
