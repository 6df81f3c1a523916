import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compilePackages } from '../compile-packages.ts';
import { sampleServices } from '../sample/sample-service.ts';
import { INFERRED, measure, type Measured, refuseLooseTypes } from './measure.ts';
import { CONTENDERS } from './programs.ts';
import { formatTypeTable, type TypeResults, typeResults } from './type-results.ts';

/**
 * Counts what calls cost the compiler: a program with one call of each method, minus the same program without calls.
 * Generated stubs beside routers of tRPC and oRPC with the same Zod schemas. The counts do not depend on the machine.
 */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const progress = options.json ? process.stderr : process.stdout;
  installInferred();
  await compilePackages();
  const services = sampleServices(options.methods);
  const folder = await mkdtemp(path.join(tmpdir(), 'reeve-bench-types-'));
  const measured: Measured[] = [];
  try {
    for (const contender of CONTENDERS) {
      progress.write(`${contender.name}, ${options.methods} methods\n`);
      const place = path.join(folder, String(measured.length));
      measured.push(await measure(contender, services, place));
      await refuseLooseTypes(contender, services, place);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const results = typeResults(options.methods, await versions(), measured);
  if (options.methods === METHODS) await save(results);
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : `\n${formatTypeTable(results)}\n`);
  return 0;
}

/** Installs what infers from its own lockfile. Nothing is fetched if that is done. Runs no install scripts. */
function installInferred(): void {
  const args = ['install', '--ignore-workspace', '--frozen-lockfile', '--ignore-scripts', '--prefer-offline'];
  const pnpm = process.env['npm_execpath'] ?? '';
  const [tool, ...first] = /pnpm\.[cm]?js$/.test(pnpm) ? [process.execPath, pnpm] : ['corepack', 'pnpm'];
  execFileSync(tool, [...first, ...args], {
    cwd: path.join(root, INFERRED),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CI: 'true' },
  });
}

/** As the lockfiles have them installed. */
async function versions(): Promise<Record<string, string>> {
  const folders = { typescript: '', '@trpc/client': INFERRED, '@orpc/client': INFERRED, zod: INFERRED };
  const pairs = Object.entries(folders).map(async ([name, folder]) => {
    const file = path.join(root, folder, 'node_modules', name, 'package.json');
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
    return [name, version] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

async function save(results: TypeResults): Promise<void> {
  await writeFile(path.join(root, RESULTS), `${JSON.stringify(results, undefined, 2)}\n`);
}

function readOptions(): { readonly json: boolean; readonly methods: number } | undefined {
  let problem = '';
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        methods: { type: 'string', default: String(METHODS) },
      },
    });
    const methods = Number(values.methods);
    const isSound = Number.isInteger(methods) && methods >= 1 && methods <= METHODS_MAX;
    if (!values.help && isSound) return { json: values.json, methods };
    if (!isSound) problem = `--methods takes 1 to ${METHODS_MAX}\n`;
  } catch (error) {
    problem = `${(error as Error).message}\n`;
  }
  process.stderr.write(`${problem}usage: corepack pnpm bench:types [--methods N] [--json]\n`);
  return undefined;
}

/** What the page shows; a run with another number does not replace the committed results. */
const METHODS = 500;

/** Beyond it an inferred program takes the compiler minutes. */
const METHODS_MAX = 5_000;

const RESULTS = 'bench/results/types.json';
const root = fileURLToPath(new URL('../..', import.meta.url));

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`the bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
