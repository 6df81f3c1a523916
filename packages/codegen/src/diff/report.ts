import type { Change, Effect } from './change.ts';
import type { Fit } from './fit.ts';
import { type RuleName, type RuleRow, DIFF_RULES } from './rules.ts';

/** Which way values go: from callers to workers, or back. */
export type Way = 'input' | 'output';

/** How values fit over a change. `forward`: old ones the new shape; `backward`: new ones the old shape. */
export interface FitsBothWays {
  readonly forward: Fit;
  readonly backward: Fit;
}

export interface Texts {
  readonly old?: string | undefined;
  readonly new?: string | undefined;
}

/** Collects the changes of a contract. */
export class Report {
  readonly changes: Change[] = [];

  /** A change whose effect its rule tells. */
  add(rule: RuleName, path: string, { old, new: fresh }: Texts = {}): void {
    const { harms }: RuleRow = DIFF_RULES[rule];
    const callers = EFFECTS[harms]?.[0] ?? 'unproved';
    const workers = EFFECTS[harms]?.[1] ?? 'unproved';
    this.#push({ rule, path, callers, workers }, old, fresh);
  }

  /**
   * A change of a shape.
   *
   * Into a method go the values of old callers to new workers, and of new callers to old workers; out of it the other
   * way round.
   */
  addShape(rule: RuleName, path: string, way: Way, fits: FitsBothWays, { old, new: fresh }: Texts = {}): void {
    const [forward, backward] = [EFFECT_OF[fits.forward], EFFECT_OF[fits.backward]];
    const [callers, workers] = way === 'input' ? [forward, backward] : [backward, forward];
    this.#push({ rule, path, callers, workers }, old, fresh);
  }

  #push(change: Change, old: string | undefined, fresh: string | undefined): void {
    const texts = { ...(old === undefined ? {} : { old }), ...(fresh === undefined ? {} : { new: fresh }) };
    this.changes.push({ ...change, ...texts });
  }
}

const EFFECT_OF: Readonly<Record<Fit, Effect>> = { yes: 'fine', no: 'breaking', unknown: 'unproved' };

/** What becomes of callers and of workers, by whom a rule harms. */
const EFFECTS: Readonly<Record<string, readonly [callers: Effect, workers: Effect]>> = {
  nobody: ['fine', 'fine'],
  callers: ['breaking', 'fine'],
  workers: ['fine', 'breaking'],
  both: ['breaking', 'breaking'],
  doubt: ['unproved', 'unproved'],
};
