import type { Results, Row } from './results.ts';
import { SCENARIOS } from './scenarios.ts';
import { CONTENDERS } from './contenders.ts';

/** What a run found, for a terminal. */
export function formatTable({ machine, rows, ratios }: Results): string {
  const { cpu, cores, node, before, after } = machine;
  return [
    `${cpu}, ${cores} cores, Node ${node}, load ${before.load[0]} before and ${after.load[0]} after`,
    ...SCENARIOS.filter(({ name }) => rows.some((row) => row.scenario === name)).flatMap(({ name, title }) => [
      ['', title],
      rows.filter((row) => row.scenario === name).map(formatRow),
    ]),
    '',
    ...Object.entries(ratios).map(([name, { value, min, max, against }]) => {
      return `${name.padEnd(34)} ${value} (${min} to ${max}), against ${against}`;
    }),
    '',
  ]
    .flat()
    .join('\n');
}

function formatRow({ load, contender, figures, missing, failed }: Row): string {
  const head = `  ${load.padEnd(16)} ${titleOf(contender).padEnd(22)}`;
  if (missing !== undefined) return `${head} missing: ${missing}`;
  if (failed !== undefined) return `${head} failed: ${failed}`;
  const shown = Object.entries(figures).filter(([name]) => name !== 'othersCpuShare');
  const words = shown.map(([name, { median, min, max }]) => {
    const [middle, low, high] = [median, min, max].map((value) =>
      value.toLocaleString('en', { maximumSignificantDigits: 4 }),
    );
    return name === shown[0]![0] ? `${name} ${middle} (${low} to ${high})` : `${name} ${middle}`;
  });
  return `${head} ${words.join(', ')}`;
}

function titleOf(name: string): string {
  return CONTENDERS.find((plan) => plan.name === name)?.title ?? name;
}
