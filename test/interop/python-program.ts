import type { ChildProcess } from 'node:child_process';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * A Python that has zmq, or `undefined` and one line that says what to install. The second name is for machines where
 * another Python hides the system's.
 */
export function pythonWithZmq(): string | undefined {
  const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import zmq']).status === 0);
  if (python === undefined)
    process.stderr.write('skipped: these tests need Python with zmq: apt-get install python3-zmq\n');
  return python;
}

/** Starts a program of `examples/interop`, to be ended by whoever started it. */
export function startPython(python: string, program: string, ...args: readonly string[]): ChildProcess {
  return spawn(python, [pathOf(program), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs a program of `examples/interop` to its end, and returns the lines that it printed. */
export function runPython(python: string, program: string, ...args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(python, [pathOf(program), ...args], { timeout: RUN_LIMIT_MS }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trimEnd().split('\n'));
      else reject(new Error(stderr.trim() || error.message));
    });
  });
}

function pathOf(program: string): string {
  return fileURLToPath(new URL(`../../examples/interop/${program}`, import.meta.url));
}

/** The client gives up after 5 s by itself. */
const RUN_LIMIT_MS = 15_000;
