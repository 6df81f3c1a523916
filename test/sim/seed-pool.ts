import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { brokenDown } from './broken-down.ts';
import type { SeedOrder, SeedReport } from './seed-process.ts';
import type { StormOptions } from './storm.ts';

export interface SeedRun {
  readonly seeds: readonly number[];
  readonly storm: StormOptions;
  readonly sampleEvery: number;
  /** Returns whether to go on. */
  readonly onReport: (report: SeedReport) => boolean;
  /** What the processes are started with besides. */
  readonly env?: NodeJS.ProcessEnv;
  readonly imports?: readonly string[];
  readonly processes?: number;
  /** How long one seed may take. */
  readonly seedMaxMs?: number;
}

/**
 * Runs seeds in as many processes as there are cores. A seed that takes its process along, or never ends, is reported
 * as one that broke down, and the next one gets a new process. Rejects if a process cannot start.
 */
export async function runSeeds(run: SeedRun): Promise<void> {
  const waiting = [...run.seeds];
  let isOver = false;
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    try {
      for (let seed = waiting.shift(); seed !== undefined && !isOver; seed = waiting.shift()) {
        child ??= await start(run);
        const answer = await ask(child, { seed, storm: run.storm, sampleEvery: run.sampleEvery }, run.seedMaxMs);
        if (typeof answer === 'string') {
          child.kill('SIGKILL');
          child = undefined;
        }
        if (isOver) return;
        isOver = !run.onReport(typeof answer === 'string' ? brokenDown(seed, answer) : answer);
      }
    } finally {
      child?.kill('SIGKILL');
    }
  };
  const count = Math.min(run.processes ?? availableParallelism(), waiting.length);
  await Promise.all(Array.from({ length: count }, work));
}

async function start({ env = {}, imports = [] }: SeedRun): Promise<ChildProcess> {
  const execArgv = ['tsx', ...imports].flatMap((module) => ['--import', module]);
  const file = fileURLToPath(new URL('seed-process.ts', import.meta.url));
  const child = fork(file, {
    execArgv,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // Shown only if it is of use: a process that breaks down in the middle of a seed writes pages.
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-SAID_CHARS_MAX)));
  if ((await next(child, START_MAX_MS)) === 'ready') return child;
  child.kill('SIGKILL');
  throw new Error(`a process of the simulation does not start\n${said}`);
}

/** Gives a process a seed. Returns its report, or why there is none. */
async function ask(child: ChildProcess, order: SeedOrder, maxMs: number = SEED_MAX_MS): Promise<SeedReport | string> {
  child.send(order);
  const answer = await next(child, maxMs);
  if (answer === 'late') return `it was not over after ${maxMs / 1_000} s`;
  return answer === 'gone' ? 'its process broke down' : (answer as SeedReport);
}

/** The next message of a process; `gone` if it ends instead, `late` if nothing comes. */
function next(child: ChildProcess, maxMs: number): Promise<unknown> {
  return new Promise((resolve) => {
    const finish = (answer: unknown): void => {
      clearTimeout(timer);
      child.off('exit', onExit);
      child.off('message', finish);
      resolve(answer);
    };
    const onExit = (): void => finish('gone');
    const timer = setTimeout(() => finish('late'), maxMs);
    child.once('exit', onExit);
    child.once('message', finish);
  });
}

/** The slowest seed takes about a second; a machine that is loaded takes several times as long. */
const SEED_MAX_MS = 60_000;
/** To load TypeScript takes seconds on a loaded machine. */
const START_MAX_MS = 60_000;
const SAID_CHARS_MAX = 4_000;
