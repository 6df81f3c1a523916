import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What a command took from start to end. */
export interface Took {
  readonly seconds: number;
  /** User and system time of all its threads. */
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

/** Runs `reeve gen` as it is published: compiled. */
export async function runGen(cwd: string, args: readonly string[]): Promise<Took> {
  const startedAt = performance.now();
  const child = startGen(cwd, args, true);
  const usage = text(child.stdio[3] as Readable);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [complaint, [code]] = await Promise.all([text(child.stderr!), ended]);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (code !== 0) throw new Error(`reeve gen has failed:\n${complaint}`);
  const { user, system } = JSON.parse(await usage) as NodeJS.CpuUsage;
  return { seconds, userSeconds: user / 1e6, systemSeconds: system / 1e6 };
}

/** Starts it to watch. Resolves when it has generated for the first time. */
export async function watchGen(cwd: string, args: readonly string[]): Promise<ChildProcess> {
  const child = startGen(cwd, [...args, '--watch', '--json'], false);
  await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'close').then(() => Promise.reject(new Error('it ended'))),
  ]);
  return child;
}

function startGen(cwd: string, args: readonly string[], withUsage: boolean): ChildProcess {
  const preload = ['--import', HOOK, ...(withUsage ? ['--import', USAGE] : [])];
  const stdio = ['ignore', 'pipe', 'pipe', withUsage ? 'pipe' : 'ignore'] as const;
  return spawn(process.execPath, [...preload, MAIN, 'gen', ...args], { cwd, stdio: [...stdio] });
}

async function text(stream: Readable): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += String(chunk);
  return all;
}

/** JavaScript as a module of its own: it must not need tsx, which would be measured with the rest. */
function module(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** What installed packages resolve to by themselves: their compiled files. */
const RESOLVE = `export const resolve = async (specifier, context, next) => {
  const resolved = await next(specifier, context);
  const url = resolved.url.replace(/(\\/packages\\/[a-z]+)\\/src\\/(.+)\\.ts($|\\?)/, '$1/dist/$2.js$3');
  return url === resolved.url ? resolved : { ...resolved, url, format: 'module' };
};`;

const HOOK = module(`import { register } from 'node:module'; register(${JSON.stringify(module(RESOLVE))});`);

const USAGE = module(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, JSON.stringify(process.cpuUsage())));",
);

const MAIN = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
