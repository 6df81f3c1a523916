import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface WorkerProcessOptions {
  /** What follows `reeve worker`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Whether its output may go to stdout; else it goes to stderr. Without meaning if `onLine` is given. */
  readonly ownsStdout?: boolean;
  /** Takes what it writes, line by line. `isResult`: it came on stdout. */
  readonly onLine?: (line: string, isResult: boolean) => void;
  /** Called when it ends without having been stopped. */
  readonly onExit: (how: string) => void;
}

/**
 * A `reeve worker` in a process of its own.
 *
 * It is stopped through the channel between the two processes: it drains when the channel closes, by whatever means,
 * so it cannot outlive this process. It has a process group of its own, so that Ctrl-C reaches it only through us.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #isStopping = false;

  constructor({ args, cwd, ownsStdout = false, onLine, onExit }: WorkerProcessOptions) {
    this.#child = spawn(process.execPath, [...process.execArgv, MAIN, 'worker', ...args], {
      cwd,
      detached: true,
      stdio: [
        'ignore',
        ...(onLine === undefined ? [ownsStdout ? 1 : 2, 2] : ['pipe' as const, 'pipe' as const]),
        'ipc',
      ],
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = this.#child[stream];
      if (input && onLine) createInterface({ input }).on('line', (line) => onLine(line, stream === 'stdout'));
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(this.#end(error.message, onExit)));
      this.#child.once('exit', (code, signal) => resolve(this.#end(signal ?? `exit code ${code}`, onExit)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Lets its handlers finish, for as long as is bearable, then ends it. */
  async stop(stopMs: number = STOP_MS): Promise<void> {
    this.#isStopping = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.kill(), stopMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends it now. */
  kill(): void {
    this.#isStopping = true;
    this.#child.kill('SIGKILL');
  }

  #end(how: string, onExit: (how: string) => void): void {
    if (!this.#isStopping) onExit(how);
  }
}

/** The command itself, from the source or from dist. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url));
/** A person waits for it. */
const STOP_MS = 5_000;
