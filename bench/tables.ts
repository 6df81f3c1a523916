import { figureFormat, significant } from './figures.ts';
import { RATIO_BARS, RATIO_NAMES } from './ratios.ts';
import type { Results, Row } from './results.ts';
import { SCENARIOS } from './scenarios.ts';
import { rounded } from './statistics.ts';
import type { Rounds } from './statistics.ts';
import { titleOf } from './titles.ts';

/**
 * The tables of a run as Markdown, by name: `ratios`, `machine`, that of each scenario, `scenario/cpu` for CPU times by
 * load, and `scenario/all` for all figures of a scenario with one load.
 */
export function resultsTable(results: Results, name: string): string {
  if (name === 'ratios') return ratiosTable(results, 'all');
  if (name === 'machine') return machineText(results);
  const [scenario = '', what = 'figures'] = name.split('/');
  if (!SCENARIOS.some((one) => one.name === scenario)) throw new Error(`no scenario is named "${scenario}"`);
  const rows = results.rows.filter((row) => row.scenario === scenario);
  if (rows.length === 0) return 'Not measured in this run.';
  if (what === 'cpu') return byLoad(rows, cpuCell);
  const hasLoads = rows.some(({ figures }) => figures['callsPerSecond'] && figures['p50Ms']);
  return hasLoads && what === 'figures' ? byLoad(rows, rateCell) : byFigure(rows);
}

/** All ratios, or only those whose sides were measured. */
export function ratiosTable({ ratios }: Results, which: 'all' | 'measured'): string {
  const names = RATIO_NAMES.filter((name) => which === 'all' || ratios[name] !== undefined);
  const rows = names.map((name) => {
    const ratio = ratios[name];
    const { bar, goal } = RATIO_BARS[name];
    if (ratio === undefined) return [`\`${name}\``, 'missing', '', '', String(bar), String(goal)];
    const { value, min, max, against } = ratio;
    return [`\`${name}\``, `**${value}**`, `${min}–${max}`, titleOf(against), String(bar), String(goal)];
  });
  return markdownTable(['ratio', 'median', 'single rounds', 'against', 'bar', 'goal'], rows);
}

function machineText({ machine, uptime: { before, after }, options, versions, takenAt, tookSeconds }: Results): string {
  const { cpu, cores, memoryGib, kernel, node } = machine;
  const took = tookSeconds < 120 ? `${tookSeconds} seconds` : `${Math.round(tookSeconds / 60)} minutes`;
  const kind = `${options.quick ? '`--quick`' : 'full'}${options.all ? ', `--all`' : ''}`;
  return [
    `Taken ${takenAt.slice(0, 10)} in ${took} (${kind}): ${options.rounds} rounds of ${options.seconds} s. ` +
      `${cpu}, ${cores} cores, ${memoryGib} GiB, kernel ${kernel}, Node ${node}. ` +
      `Load averages ${before.load.join(', ')} before the run and ${after.load.join(', ')} after it.`,
    '',
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ].join('\n');
}

/** A row for each contender, a column for each load. */
function byLoad(rows: readonly Row[], cell: (row: Row) => string): string {
  const loads = [...new Set(rows.map(({ load }) => load))];
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  const lines = contenders.map((contender) => [
    titleOf(contender),
    ...loads.map((load) => {
      const row = rows.find((one) => one.contender === contender && one.load === load);
      return row === undefined ? '' : (absent(row) ?? cell(row));
    }),
  ]);
  return markdownTable(['', ...loads], lines);
}

/** A row for each contender, a column for each figure, the rounds only of the first. */
function byFigure(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))].filter((name) => !HIDDEN.has(name));
  const lines = rows.map((row) => {
    const cells = names.map((name, i) => {
      const spread = row.figures[name];
      if (spread === undefined) return '';
      const { text } = figureFormat(name);
      return i === 0 ? spreadCell(spread, text) : text(spread.median);
    });
    const why = absent(row);
    return [titleOf(row.contender), ...(why === undefined ? cells : [why, ...cells.slice(1)])];
  });
  return markdownTable(['', ...names.map((name) => figureFormat(name).title)], lines);
}

function rateCell({ figures }: Row): string {
  const { callsPerSecond, p50Ms } = figures;
  const rate = spreadCell(callsPerSecond!, significant);
  return p50Ms === undefined ? rate : `${rate} · ${figureFormat('p50Ms').text(p50Ms.median)}`;
}

/** Client, broker, worker; a dash where there is none. */
function cpuCell({ figures }: Row): string {
  const roles = ['clientCpuUs', 'brokerCpuUs', 'workerCpuUs'].map((name) => figures[name]?.median);
  return roles.map((us) => (us === undefined ? '–' : significant(us))).join(' / ');
}

function absent({ missing, failed }: Row): string | undefined {
  if (missing !== undefined) return 'missing';
  return failed === undefined ? undefined : 'failed';
}

function spreadCell({ median, min, max, values }: Rounds, text: (value: number) => string): string {
  return values.length === 1 || rounded(min) === rounded(max)
    ? text(median)
    : `${text(median)} (${text(min)}–${text(max)})`;
}

/** With columns in line, so that it can be read in a terminal too. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => head.map((_, i) => (row[i] ?? '').replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const [first, ...rest] = cells;
  return [line(first!), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
}

/** Shown in the results only. */
const HIDDEN: ReadonlySet<string> = new Set(['othersCpuShare']);
