import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compilePackages } from '../compile-packages.ts';
import { machineFacts } from '../machine.ts';
import { contractLines, sampleServices, schemaLines } from '../sample/sample-service.ts';
import { spreadOf } from '../statistics.ts';
import { runGen, watchGen } from './gen-process.ts';
import { formatGen, type GenResults } from './gen-results.ts';

/**
 * Times `reeve gen` on a project of many contracts: a first run, as a whole process, and with `--watch` the time from
 * saving one contract to its new stub.
 */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const progress = options.json ? process.stderr : process.stdout;
  await compilePackages();
  const folder = await mkdtemp(path.join(tmpdir(), 'reeve-bench-gen-'));
  try {
    const contracts = await writeProject(folder, options.methods);
    progress.write(`${options.methods} methods in ${contracts} contracts, ${options.rounds} rounds\n`);
    const cold = await measureCold(folder, options.rounds);
    const watchMs = await measureWatch(folder, options.rounds);
    const { methods, rounds } = options;
    const results: GenResults = { machine: machineFacts(), methods, contracts, rounds, ...cold, watchMs };
    process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : `\n${formatGen(results)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}

/** Each contract with schemas of its own. Returns how many there are. */
async function writeProject(folder: string, methods: number): Promise<number> {
  await mkdir(path.join(folder, 'src'));
  await symlink(path.join(root, 'bench/node_modules'), path.join(folder, 'node_modules'));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  const services = sampleServices(methods);
  for (const service of services) {
    const imports = ["import { method, service } from '@reeve/contract';", "import { z } from 'zod';"];
    const text = [...imports, ...schemaLines(service), ...contractLines(service)].join('\n');
    await writeFile(path.join(folder, contractOf(service.name)), `${text}\n`);
  }
  return services.length;
}

async function measureCold(folder: string, rounds: number): Promise<Pick<GenResults, 'coldSeconds' | 'userSeconds'>> {
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    await rm(path.join(folder, 'generated'), { recursive: true, force: true });
    runs.push(await runGen(folder, ARGS));
  }
  return {
    coldSeconds: spreadOf(runs.map(({ seconds }) => seconds)),
    userSeconds: spreadOf(runs.map(({ userSeconds }) => userSeconds)),
  };
}

/** Each round saves the first contract with another version, and looks at its stub until it has that version. */
async function measureWatch(folder: string, rounds: number): Promise<GenResults['watchMs']> {
  const watching = await watchGen(folder, ARGS);
  try {
    const file = path.join(folder, contractOf('service01'));
    const contract = await readFile(file, 'utf8');
    const times: number[] = [];
    for (let round = 0; round < rounds + WARM_UP; round++) {
      await sleep(PAUSE_MS);
      const version = `2.0.${round}`;
      const startedAt = performance.now();
      await writeFile(file, contract.replace("'1.0.0'", `'${version}'`));
      await untilHas(path.join(folder, 'generated/service01.worker.ts'), version);
      if (round >= WARM_UP) times.push(performance.now() - startedAt);
    }
    return spreadOf(times);
  } finally {
    watching.kill();
  }
}

async function untilHas(file: string, version: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await readFile(file, 'utf8')).includes(version)) {
    if (performance.now() > deadline) throw new Error(`no new stub within ${PATIENCE_MS} ms`);
    await sleep(2);
  }
}

function contractOf(name: string): string {
  return `src/${name}.contract.ts`;
}

function readOptions(): { readonly json: boolean; readonly methods: number; readonly rounds: number } | undefined {
  let problem = '';
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        methods: { type: 'string', default: '500' },
        rounds: { type: 'string', default: '5' },
      },
    });
    const [methods, rounds] = [Number(values.methods), Number(values.rounds)];
    const isSound = Number.isInteger(methods) && methods >= 1 && methods <= 10_000;
    const isFew = Number.isInteger(rounds) && rounds >= 1 && rounds <= 100;
    if (!values.help && isSound && isFew) return { json: values.json, methods, rounds };
    if (!isSound || !isFew) problem = '--methods takes 1 to 10000, --rounds 1 to 100\n';
  } catch (error) {
    problem = `${(error as Error).message}\n`;
  }
  process.stderr.write(`${problem}usage: corepack pnpm bench:gen [--methods N] [--rounds N] [--json]\n`);
  return undefined;
}

const ARGS = ['src/*.contract.ts', '--out', 'generated'];

/** Saves before the ones that count: the first few are compiled by Node while they run. */
const WARM_UP = 3;

/** Between two saves, so that the watcher is at rest when the next one comes. */
const PAUSE_MS = 500;

/** A run takes a fraction of it on any machine. */
const PATIENCE_MS = 30_000;

const root = fileURLToPath(new URL('../..', import.meta.url));

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`the bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
