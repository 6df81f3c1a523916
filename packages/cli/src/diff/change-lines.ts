import { table } from '../table.ts';
import type { Counts, Judged } from './judge.ts';

/** A line for each change: what it does, where, its rule, what was and what is. */
export function changeLines(changes: readonly Judged[]): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map((change) => [wordsOf(change), change.path, change.rule, beforeAndAfter(change)]);
  return table(['EFFECT', 'WHERE', 'RULE', 'CHANGE'], rows);
}

/** `breaking for callers`. */
export function wordsOf({ verdict }: Judged): string {
  return verdict === 'unproved' ? 'cannot be proved' : verdict.replaceAll('-', ' ');
}

/** `≤5 → ≤4`. */
export function beforeAndAfter({ old, new: fresh }: Judged): string {
  if (old === undefined) return fresh === undefined ? '' : `now ${cut(fresh)}`;
  return fresh === undefined ? `was ${cut(old)}` : `${cut(old)} → ${cut(fresh)}`;
}

export function countsText({ breaking, unproved, compatible }: Counts): string {
  if (breaking + unproved + compatible === 0) return 'no changes';
  return `${breaking} breaking, ${unproved} cannot be proved, ${compatible} compatible`;
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > TEXT_LENGTH_MAX ? `${line.slice(0, TEXT_LENGTH_MAX - 1)}…` : line;
}

/** A description may be long, and a line of a terminal is not. */
const TEXT_LENGTH_MAX = 40;
