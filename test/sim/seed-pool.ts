import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
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
}

/** Runs seeds in as many processes as there are cores. Rejects if a process breaks down. */
export async function runSeeds(run: SeedRun): Promise<void> {
  const waiting = chunksOf(run.seeds);
  let isOver = false;
  const work = async (): Promise<void> => {
    const child = start(run);
    try {
      await next(child);
      for (let chunk = waiting.shift(); chunk !== undefined && !isOver; chunk = waiting.shift()) {
        child.send({ seeds: chunk, storm: run.storm, sampleEvery: run.sampleEvery } satisfies SeedOrder);
        const reports = (await next(child)) as SeedReport[];
        for (const report of reports) if (!isOver && !run.onReport(report)) isOver = true;
      }
    } finally {
      child.kill('SIGKILL');
    }
  };
  const count = Math.min(run.processes ?? availableParallelism(), waiting.length);
  await Promise.all(Array.from({ length: count }, work));
}

function start({ env = {}, imports = [] }: SeedRun): ChildProcess {
  const execArgv = ['tsx', ...imports].flatMap((module) => ['--import', module]);
  const file = fileURLToPath(new URL('seed-process.ts', import.meta.url));
  return fork(file, { execArgv, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** The next message of a process. Rejects if it ends instead. */
function next(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('a process of the simulation ended before its time'));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}

function chunksOf(seeds: readonly number[]): number[][] {
  const chunks: number[][] = [];
  for (let at = 0; at < seeds.length; at += CHUNK) chunks.push(seeds.slice(at, at + CHUNK));
  return chunks;
}

/** About a second of work: little is lost at the end, or when a run stops early. */
const CHUNK = 5;
