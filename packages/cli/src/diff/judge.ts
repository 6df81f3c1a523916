import { type Change, DIFF_RULES, type Verdict, verdictOf } from '@reeve/codegen';

/** Who gets a new version first. */
export type Rollout = 'any' | 'workers-first' | 'callers-first';

/** A change, what it is, and whether it matters here. */
export interface Judged extends Change {
  readonly verdict: Verdict;
  /** What the rule is about. */
  readonly what: string;
  /** Whether the command fails for it. */
  readonly fails: boolean;
}

export interface Counts {
  readonly breaking: number;
  readonly unproved: number;
  readonly compatible: number;
}

/**
 * Tells for each change whether it does harm in this rollout.
 *
 * Old callers meet new workers if workers go first, and old workers meet new callers if callers do; in a rolling
 * upgrade of both, which is `any`, either happens. The worst comes first, and otherwise the order stays.
 */
export function judge(
  changes: readonly Change[],
  { rollout, allowsUnproved }: { readonly rollout: Rollout; readonly allowsUnproved: boolean },
): readonly Judged[] {
  const judged = changes.map((change) => {
    const callers = rollout === 'callers-first' ? 'fine' : change.callers;
    const workers = rollout === 'workers-first' ? 'fine' : change.workers;
    const verdict = verdictOf({ callers, workers });
    const fails = verdict !== 'compatible' && !(verdict === 'unproved' && allowsUnproved);
    return { ...change, verdict, what: DIFF_RULES[change.rule].what, fails };
  });
  return judged.toSorted((a, b) => rankOf(a) - rankOf(b));
}

export function countsOf(changes: readonly Judged[]): Counts {
  const count = (rank: number): number => changes.filter((change) => rankOf(change) === rank).length;
  return { breaking: count(0), unproved: count(1), compatible: count(2) };
}

function rankOf({ verdict }: Judged): number {
  return verdict === 'compatible' ? 2 : verdict === 'unproved' ? 1 : 0;
}
