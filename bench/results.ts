import type { MachineFacts, Uptime } from './machine.ts';
import type { Rounds } from './statistics.ts';
import { rounded, roundsOf } from './statistics.ts';

/** Everything that one run of the bench found; `results/latest.json`. */
export interface Results {
  /** When it began, in ISO 8601. */
  readonly takenAt: string;
  readonly tookSeconds: number;
  readonly options: {
    readonly quick: boolean;
    readonly all: boolean;
    readonly rounds: number;
    /** Length of one measurement. */
    readonly seconds: number;
  };
  readonly machine: MachineFacts;
  readonly uptime: { readonly before: Uptime; readonly after: Uptime };
  /** Of what was compared, by package or program. */
  readonly versions: Readonly<Record<string, string>>;
  readonly ratios: Readonly<Record<string, Ratio>>;
  readonly rows: readonly Row[];
}

/** What one measurement gave, by names that carry units. */
export type Figures = Readonly<Record<string, number>>;

/** One contender under one load. */
export interface Row {
  readonly scenario: string;
  readonly load: string;
  readonly contender: string;
  /** One value for each round. Empty if there is none. */
  readonly figures: Readonly<Record<string, Rounds>>;
  /** Why there are no figures: the command that installs what is missing, or what went wrong. */
  readonly missing?: string;
  readonly failed?: string;
}

/** A figure of ours by one of theirs, from the medians; above 1 we are better, or it is a share of what is ideal. */
export interface Ratio {
  readonly value: number;
  /** The lowest and the highest that a single round gave. */
  readonly min: number;
  readonly max: number;
  /** Whom it is against. */
  readonly against: string;
}

/** The row for what several rounds gave. */
export function rowOf(key: Omit<Row, 'figures'>, rounds: readonly Figures[]): Row {
  const names = Object.keys(rounds[0] ?? {});
  const spread = (name: string): Rounds => roundsOf(rounds.map((figures) => rounded(figures[name] ?? Number.NaN)));
  return { ...key, figures: Object.fromEntries(names.map((name) => [name, spread(name)])) };
}

/** As JSON with a line for each row, so that two runs can be compared by eye. */
export function formatResults({ rows, ratios, ...rest }: Results): string {
  const lines = (values: readonly string[]): string => values.map((value) => `\n    ${value}`).join(',');
  const head = JSON.stringify(rest, undefined, 2).replace(/\n}$/, '');
  const ratioLines = Object.entries(ratios).map(([name, ratio]) => `${JSON.stringify(name)}: ${JSON.stringify(ratio)}`);
  const rowLines = rows.map((row) => JSON.stringify(row));
  return `${head},\n  "ratios": {${lines(ratioLines)}\n  },\n  "rows": [${lines(rowLines)}\n  ]\n}\n`;
}
