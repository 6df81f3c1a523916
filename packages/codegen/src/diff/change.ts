import type { RuleName } from './rules.ts';

/** What a change does to one side while the other has it already: nothing, harm, or nobody can tell. */
export type Effect = 'fine' | 'breaking' | 'unproved';

/** A change between two versions of a contract. */
export interface Change {
  readonly rule: RuleName;
  /** Where: `orders.place.input.lines[].sku`. */
  readonly path: string;
  /** What it was and what it is, in a few words. Absent where there was or is nothing. */
  readonly old?: string;
  readonly new?: string;
  /** What becomes of callers that have the old stubs when a worker has the new contract. */
  readonly callers: Effect;
  /** What becomes of workers that have the old contract when a caller has the new stubs. */
  readonly workers: Effect;
}

/** What a change is, in a word for people and programs. */
export type Verdict =
  | 'compatible'
  | 'breaking-for-callers'
  | 'breaking-for-workers'
  | 'breaking-for-callers-and-workers'
  | 'unproved';

/** Sums up a change: harm to anybody counts more than doubt. */
export function verdictOf({ callers, workers }: Pick<Change, 'callers' | 'workers'>): Verdict {
  if (callers === 'breaking')
    return workers === 'breaking' ? 'breaking-for-callers-and-workers' : 'breaking-for-callers';
  if (workers === 'breaking') return 'breaking-for-workers';
  return callers === 'fine' && workers === 'fine' ? 'compatible' : 'unproved';
}
