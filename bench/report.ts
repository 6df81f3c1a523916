import type { Results, Row } from './results.ts';
import type { Scenario } from './scenario.ts';
import { ratiosTable, resultsTable } from './tables.ts';
import { titleOf } from './titles.ts';

/** What a run found, for a terminal. */
export function report(results: Results, scenarios: readonly Scenario[]): string {
  const parts = scenarios.flatMap(({ name, title }) => {
    const rows = results.rows.filter((row) => row.scenario === name);
    if (rows.length === 0) return [];
    const hasCpu = rows.some(({ figures }) => 'clientCpuUs' in figures && 'p50Ms' in figures);
    const cpu = hasCpu
      ? [`CPU for each call in µs: client / broker / worker\n\n${resultsTable(results, `${name}/cpu`)}`]
      : [];
    return [title, resultsTable(results, name), ...cpu, ...new Set(rows.flatMap(trouble))];
  });
  const ratios = Object.keys(results.ratios).length === 0 ? [] : ['Ratios', ratiosTable(results, 'measured')];
  return `${[...parts, ...ratios, resultsTable(results, 'machine')].join('\n\n')}\n`;
}

function trouble({ contender, load, missing, failed }: Row): string[] {
  if (missing !== undefined) return [`${titleOf(contender)} is missing. To install it: ${missing}`];
  return failed === undefined ? [] : [`${titleOf(contender)} failed at ${load}: ${failed}`];
}
