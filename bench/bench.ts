import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { compilePackages } from './compile-packages.ts';
import { Contender } from './contender.ts';
import { planContenders } from './contenders.ts';
import { machineFacts } from './machine.ts';
import type { Results, Row } from './results.ts';
import { formatTable, ratiosOf, rowOf } from './results.ts';

/**
 * Measures Reeve beside the bare relay: the contenders take turns within each round, so that a machine whose speed
 * drifts is slow for both. Trust the ratios.
 */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const progress = options.json ? process.stderr : process.stdout;
  await compilePackages();
  const rows: Row[] = [];
  const startedAt = performance.now();
  const contenders: Contender[] = [];
  try {
    for (const plan of await planContenders()) contenders.push(await Contender.start(plan));
    for (const inFlight of IN_FLIGHT) {
      const measured = new Map(contenders.map((c) => [c, []]) as [Contender, Parameters<typeof rowOf>[2][number][]][]);
      for (let round = 1; round <= options.rounds; round++) {
        for (const contender of contenders) {
          progress.write(`${inFlight} in flight, round ${round}: ${contender.name}\n`);
          measured.get(contender)!.push(await contender.measure({ inFlight, seconds: options.seconds }));
        }
      }
      for (const [contender, measurements] of measured) rows.push(rowOf(contender.name, inFlight, measurements));
    }
  } finally {
    await Promise.all(contenders.map((c) => c.stop()));
  }
  const { rounds, seconds } = options;
  const took = Math.round((performance.now() - startedAt) / 1_000);
  const results: Results = { machine: machineFacts(), rounds, seconds, took, rows, ratios: ratiosOf(rows) };
  await save(results);
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  else process.stdout.write(`\n${formatTable(results)}\nWritten to bench/results/latest.json\n`);
  return 0;
}

interface Options {
  readonly json: boolean;
  readonly rounds: number;
  readonly seconds: number;
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '3' },
      },
    });
    const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
    const isSound = Number.isInteger(rounds) && rounds >= 1 && rounds <= 100 && seconds >= 0.1 && seconds <= 60;
    if (!values.help && isSound) return { json: values.json, rounds, seconds };
    fail(isSound ? '' : '--rounds takes 1 to 100, --seconds 0.1 to 60\n');
  } catch (error) {
    fail(`${(error as Error).message}\n`);
  }
  return undefined;
}

function fail(why: string): void {
  process.stderr.write(`${why}${USAGE}`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: why.trim() || 'help' })}\n`);
}

async function save(results: Results): Promise<void> {
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('latest.json', folder), `${JSON.stringify(results, undefined, 2)}\n`);
}

const IN_FLIGHT = [1, 32, 1_000];
const USAGE = 'usage: corepack pnpm bench [--rounds N] [--seconds N] [--json]\n';

try {
  process.exitCode = await main();
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`the bench failed: ${why}\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: why })}\n`);
  process.exitCode = 1;
}
