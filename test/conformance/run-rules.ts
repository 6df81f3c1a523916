import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from './dialect.ts';
import type { Rule, Timings } from './rule.ts';
import { RuleFailure, RuleSkipped } from './rule.ts';
import { RULES } from './rules.ts';
import { Trial } from './trial.ts';

export interface RunOptions {
  readonly endpoint: string;
  readonly dialects: readonly Dialect[];
  readonly timings: Timings;
  /** The ids of the rules to try. Default: all. */
  readonly only?: readonly string[];
  /** Whether a rule beyond the RFCs can fail. Otherwise a broker that does not keep it has it skipped. */
  readonly isStrict?: boolean;
  readonly retrySafe?: string | undefined;
  readonly withoutMmi?: boolean;
}

export interface Result {
  readonly rule: Rule;
  readonly dialect: Dialect;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** For a failure, or a skipped rule that the broker does not keep: what was expected and what was seen. */
  readonly difference?: { readonly expected: string; readonly seen: string };
  /** Why a rule was skipped. */
  readonly why?: string;
}

/** Tries the rules, many at a time, and gives the results in the order of the rules, dialect by dialect. */
export async function runRules(options: RunOptions): Promise<Result[]> {
  const first = await Promise.all(options.dialects.map((dialect) => tryRule(FIRST_RULE, dialect, options)));
  const trials = first.flatMap((result) =>
    wantedRules(result.dialect, options).map((rule) => ({ rule, dialect: result.dialect, first: result })),
  );
  const results = new Map<string, Result>();
  // The long ones first, so that the others run beside them.
  const waiting = [...trials].sort((a, b) => Number(isLong(b.rule)) - Number(isLong(a.rule)));
  const lane = async (): Promise<void> => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      results.set(placeOf(trial), await resultOf(trial));
    }
  };
  const resultOf = async (trial: (typeof trials)[number]): Promise<Result> => {
    const { rule, dialect } = trial;
    if (rule === FIRST_RULE) return trial.first;
    if (trial.first.outcome === 'passed') return tryRule(rule, dialect, options);
    return { rule, dialect, outcome: 'skipped', why: `a plain call in this dialect does not work (${FIRST_RULE.id})` };
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return trials.map((trial) => results.get(placeOf(trial))!);
}

export function totals(results: readonly Result[]): Record<Result['outcome'], number> {
  const count = (outcome: Result['outcome']): number => results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

function wantedRules(dialect: Dialect, { only, withoutMmi }: RunOptions): readonly Rule[] {
  return RULES.filter(
    (rule) =>
      (rule.isAbout?.(dialect) ?? true) &&
      (only?.includes(rule.id) ?? true) &&
      !(withoutMmi === true && rule.rfc === 8),
  );
}

async function tryRule(rule: Rule, dialect: Dialect, options: RunOptions): Promise<Result> {
  const { endpoint, timings, retrySafe } = options;
  // Unlike that of any other trial, of this run or of another.
  const service = `conformance.${process.pid.toString(36)}.${(services++).toString(36)}.${rule.id.toLowerCase()}`;
  const trial = new Trial({
    endpoint,
    dialect,
    timings,
    service,
    retrySafe: retrySafe && `${retrySafe}.${dialect.name}`,
  });
  const limit = new AbortController();
  try {
    await Promise.race([rule.check(trial), endAfter(RULE_LIMIT_MS + (timings.holdMs ?? 0), limit.signal)]);
    return { rule, dialect, outcome: 'passed' };
  } catch (thrown) {
    if (thrown instanceof RuleSkipped) return { rule, dialect, outcome: 'skipped', why: thrown.message };
    const difference =
      thrown instanceof RuleFailure
        ? { expected: thrown.expected, seen: thrown.seen }
        : { expected: 'a check that runs to its end', seen: String(thrown) };
    if (rule.level !== 'beyond' || options.isStrict === true) return { rule, dialect, outcome: 'failed', difference };
    return { rule, dialect, outcome: 'skipped', why: 'beyond the RFCs, and not kept', difference };
  } finally {
    limit.abort();
    await trial.close();
  }
}

async function endAfter(limitMs: number, signal: AbortSignal): Promise<void> {
  await sleep(limitMs, undefined, { signal }).catch(() => undefined);
  if (!signal.aborted) throw new RuleFailure('a check that ends', `none in ${limitMs} ms`);
}

function placeOf({ rule, dialect }: { rule: Rule; dialect: Dialect }): string {
  return `${rule.id} ${dialect.name}`;
}

function isLong(rule: Rule): boolean {
  return rule.section === 'Heartbeating';
}

let services = 0;
/** Where a plain call fails, nothing else can be told. */
const FIRST_RULE: Rule = RULES.find(({ id }) => id === 'R1')!;
/** Enough that the long rules of three dialects run side by side; far from the 1,023 sockets of a ZeroMQ context. */
const LANES = 40;
/** Longer than any check takes with the default timings, and within the minute that a run may take. */
const RULE_LIMIT_MS = 40_000;
