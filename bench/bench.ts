import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkRatios } from './check-ratios.ts';
import { compilePeers, compilePrograms } from './compile-programs.ts';
import { Contender } from './contender.ts';
import type { ContenderPlan } from './contender-plan.ts';
import { installPeers } from './install-peers.ts';
import { machineFacts, uptimeNow } from './machine.ts';
import type { Options } from './options.ts';
import { readOptions, USAGE } from './options.ts';
import { ONLY_NAMES, planScenarios } from './plan.ts';
import { RATIO_NAMES, ratiosOf } from './ratios.ts';
import { report } from './report.ts';
import type { Results, Row } from './results.ts';
import { formatResults } from './results.ts';
import { runScenario } from './run-scenario.ts';
import { LATEST, savedResults } from './saved-results.ts';
import type { Scenario } from './scenario.ts';
import { versionsOf } from './versions.ts';

/** Measures Reeve and its peers side by side. Trust the ratios: absolute figures are a machine's. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), ONLY_NAMES);
  if (typeof options === 'string') return refuse(options);
  const scenarios = planScenarios(options);
  if (scenarios.length === 0) return refuse('nobody of --only takes part in that scenario: name one or the other');
  const before = options.check ? savedResults().ratios : undefined;
  const results = await measure(options, scenarios);
  const isWhole = options.only.length === 0 && !options.check;
  if (isWhole) await save(results);
  if (!options.json) process.stdout.write(report(results, scenarios));
  const lines = before === undefined ? [] : checkRatios(before, results.ratios);
  for (const { text } of lines) (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  if (options.json) process.stdout.write(`${ratioLine(results)}\n`);
  return lines.some(({ fell }) => fell) ? 1 : exitCode(results.rows, options);
}

async function measure(options: Options, scenarios: readonly Scenario[]): Promise<Results> {
  const takenAt = new Date().toISOString();
  const startedAt = performance.now();
  progress('preparing');
  await compilePrograms();
  const plans = scenarios.flatMap(({ contenders }) => contenders);
  if (plans.some(({ isForeign }) => isForeign)) {
    await installPeers();
    await compilePeers();
  }
  const { versions, missing } = await versionsOf(plans);
  for (const [name, command] of missing) progress(`${name} is missing: ${command}`);
  const before = uptimeNow();
  const rows: Row[] = [];
  const { rounds, seconds, quick, all } = options;
  const start = (plan: ContenderPlan): Promise<Contender> => Contender.start(plan);
  for (const scenario of scenarios)
    rows.push(...(await runScenario(scenario, { rounds, seconds, missing, progress, start })));
  return {
    takenAt,
    tookSeconds: Math.round((performance.now() - startedAt) / 1_000),
    options: { quick, all, rounds, seconds },
    machine: machineFacts(),
    uptime: { before, after: uptimeNow() },
    versions,
    ratios: ratiosOf(rows),
    rows,
  };
}

/** Writes the results, and what the docs print of them. */
async function save(results: Results): Promise<void> {
  await mkdir(new URL('.', LATEST), { recursive: true });
  await writeFile(LATEST, formatResults(results));
  const root = fileURLToPath(new URL('..', import.meta.url));
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/tables.ts'], { cwd: root });
}

/** Every ratio by name; `null` where a side of it is missing. */
function ratioLine({ ratios }: Results): string {
  const values = RATIO_NAMES.map((name): [string, number | null] => [name, ratios[name]?.value ?? null]);
  return JSON.stringify({ ratios: Object.fromEntries<number | null>(values) });
}

function exitCode(rows: readonly Row[], { allowMissing }: Options): number {
  const isBad = rows.some(({ missing, failed }) => failed !== undefined || (missing !== undefined && !allowMissing));
  return isBad ? 1 : 0;
}

function refuse(why: string): number {
  if (why === '') {
    process.stdout.write(USAGE);
    return 0;
  }
  process.stderr.write(`${why}\ncorepack pnpm bench --help lists the options\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: why })}\n`);
  return 2;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`the bench failed: ${why}\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: why })}\n`);
  process.exitCode = 1;
}
