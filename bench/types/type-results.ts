import type { Measured } from './measure.ts';

/** Everything that one run found. */
export interface TypeResults {
  readonly methods: number;
  /** Of the compiler and of what was measured. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly TypeRow[];
}

/** One way to get typed calls. */
export interface TypeRow {
  readonly name: string;
  /** Of the calls alone, and how many times as many as the first row has. */
  readonly instantiations: number;
  readonly ratio: number;
  readonly types: number;
  readonly memoryKib: number;
  /** Of the whole program, calls included. */
  readonly instantiationsInAll: number;
  readonly ratioInAll: number;
}

/** Sets everybody beside the first. */
export function typeResults(
  methods: number,
  versions: TypeResults['versions'],
  measured: readonly Measured[],
): TypeResults {
  const inAll = ({ base, calls }: Measured): number => base.instantiations + calls.instantiations;
  const [first] = measured;
  const rows = measured.map((one) => ({
    name: one.name,
    instantiations: one.calls.instantiations,
    ratio: ratioOf(one.calls.instantiations, first!.calls.instantiations),
    types: one.calls.types,
    memoryKib: one.calls.memoryKib,
    instantiationsInAll: inAll(one),
    ratioInAll: ratioOf(inAll(one), inAll(first!)),
  }));
  return { methods, versions, rows };
}

/** Rows of a table, as the page and the terminal show them. */
export function typeTable({ rows }: TypeResults): string[][] {
  return [
    ['', 'instantiations of the calls', 'ratio', 'types of the calls', 'instantiations in all', 'ratio'],
    ...rows.map((row) => [
      row.name,
      thousands(row.instantiations),
      `${row.ratio} ×`,
      thousands(row.types),
      thousands(row.instantiationsInAll),
      `${row.ratioInAll} ×`,
    ]),
  ];
}

/** The table with columns in line. */
export function formatTypeTable(results: TypeResults): string {
  const table = typeTable(results);
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return [...lines, '', versionsText(results)].join('\n');
}

/** What was compared, in one line. */
export function versionsText({ methods, versions }: TypeResults): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${methods} methods; ${names.join(', ')}`;
}

/** Two digits where they tell something. */
function ratioOf(count: number, of: number): number {
  const ratio = count / Math.max(of, 1);
  return ratio < 10 ? Number(ratio.toFixed(1)) : Math.round(ratio);
}

function thousands(count: number): string {
  return count.toLocaleString('en-US');
}
