import { CONTENDERS } from './contenders.ts';
import type { Ratio, Row } from './results.ts';
import { rounded } from './statistics.ts';
import type { Rounds } from './statistics.ts';

/** The ratios that `bench --json` prints, in this order. Above 1 Reeve is better, or it is a share of what is ideal. */
export const RATIO_NAMES = [
  'inflight1000_vs_best_peer',
  'inflight32_vs_best_brokered_peer',
  'inflight1_p50_vs_c_proxy',
  'clients100_vs_nats',
  'body64k_vs_bare',
  'body1m_vs_bare',
  'pool_utilisation',
  'overload10_goodput',
] as const;

export type RatioName = (typeof RATIO_NAMES)[number];

/** What Reeve holds itself to, and what it is after. */
export const RATIO_BARS: Readonly<Record<RatioName, { readonly bar: number; readonly goal: number }>> = {
  inflight1000_vs_best_peer: { bar: 3, goal: 5 },
  inflight32_vs_best_brokered_peer: { bar: 1, goal: 1.5 },
  inflight1_p50_vs_c_proxy: { bar: 0.74, goal: 0.9 },
  clients100_vs_nats: { bar: 1.5, goal: 3 },
  body64k_vs_bare: { bar: 0.8, goal: 0.95 },
  body1m_vs_bare: { bar: 0.8, goal: 0.95 },
  pool_utilisation: { bar: 0.95, goal: 0.98 },
  overload10_goodput: { bar: 0.8, goal: 0.95 },
};

/** Works out every ratio whose two sides were measured. */
export function ratiosOf(rows: readonly Row[]): Partial<Record<RatioName, Ratio>> {
  const found = RATIO_NAMES.map((name) => [name, DEFINITIONS[name](new Rows(rows))] as const);
  return Object.fromEntries(found.filter(([, ratio]) => ratio !== undefined));
}

const DEFINITIONS: Readonly<Record<RatioName, (rows: Rows) => Ratio | undefined>> = {
  inflight1000_vs_best_peer: (rows) => rows.rateBy('inflight', '1000 in flight', peers()),
  inflight32_vs_best_brokered_peer: (rows) => rows.rateBy('inflight', '32 in flight', peers({ isBrokered: true })),
  inflight1_p50_vs_c_proxy: (rows) => {
    const ours = rows.figure('inflight', '1 in flight', 'reeve', 'p50Ms');
    const theirs = rows.figure('inflight', '1 in flight', 'c-proxy', 'p50Ms');
    // Times, not rates: theirs by ours.
    return quotient(theirs, ours, 'c-proxy');
  },
  clients100_vs_nats: (rows) => rows.rateBy('clients', '100 clients', ['nats']),
  body64k_vs_bare: (rows) => rows.rateBy('bodies', '64 KiB', ['bare-relay']),
  body1m_vs_bare: (rows) => rows.rateBy('bodies', '1 MiB', ['bare-relay']),
  pool_utilisation: (rows) => rows.rateBy('pool', 'full', ['in-process']),
  overload10_goodput: (rows) => {
    const share = rows.figure('overload', '10 × capacity', 'reeve', 'goodputShare');
    if (share === undefined) return undefined;
    const { median: value, min, max } = share;
    return { value, min, max, against: 'its own peak' };
  },
};

/** Everybody but Reeve: frameworks, and what is no more than a pipe. */
function peers(only: { isBrokered?: boolean } = {}): string[] {
  const { isBrokered } = only;
  const wanted = CONTENDERS.filter((plan) => isBrokered === undefined || plan.isBrokered === isBrokered);
  return wanted.map(({ name }) => name).filter((name) => name !== 'reeve');
}

class Rows {
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  figure(scenario: string, load: string, contender: string, name: string): Rounds | undefined {
    const row = this.#rows.find((r) => r.scenario === scenario && r.load === load && r.contender === contender);
    return row?.figures[name];
  }

  /** Our rate by the best of theirs. */
  rateBy(scenario: string, load: string, contenders: readonly string[]): Ratio | undefined {
    const ours = this.figure(scenario, load, 'reeve', 'callsPerSecond');
    const theirs = contenders.flatMap((name) => {
      const rate = this.figure(scenario, load, name, 'callsPerSecond');
      return rate === undefined ? [] : [{ name, rate }];
    });
    const best = theirs.toSorted((a, b) => b.rate.median - a.rate.median)[0];
    return best && quotient(ours, best.rate, best.name);
  }
}

/** Of the medians; and of each round by itself, for the spread. */
function quotient(above: Rounds | undefined, below: Rounds | undefined, against: string): Ratio | undefined {
  if (above === undefined || below === undefined) return undefined;
  const rounds = above.values.flatMap((value, i) => (below.values[i] === undefined ? [] : [value / below.values[i]]));
  return {
    value: rounded(above.median / below.median),
    min: rounded(Math.min(...rounds)),
    max: rounded(Math.max(...rounds)),
    against,
  };
}
