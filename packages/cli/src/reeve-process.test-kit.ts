import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compiled } from '../../../test/support/compiled.ts';

export interface ReeveOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from stdin. */
  readonly input?: string;
  /** Given to Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Whether it runs from its source, as in this repository, and not compiled, as it is published. */
  readonly fromSource?: boolean;
}

/** How a process has ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command as a process. */
export class ReeveProcess {
  static readonly #running = new Set<ReeveProcess>();
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #isClosed = false;

  constructor(args: readonly string[], { cwd, env = {}, input, nodeArgs = [], fromSource = false }: ReeveOptions = {}) {
    const { REEVE_BROKERS: _, REEVE_DEBUG: __, NO_COLOR: ___, ...clean } = process.env;
    this.#child = spawn(
      process.execPath,
      [...nodeArgs, ...(fromSource ? SOURCE : [compiled('packages/cli/dist/main.js')]), ...args],
      {
        env: { ...clean, ...env },
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        ...(cwd === undefined ? {} : { cwd }),
      },
    );
    this.#child.stdin?.end(input);
    this.#child.stdout?.on('data', (text: Buffer) => this.#note('stdout', text));
    this.#child.stderr?.on('data', (text: Buffer) => this.#note('stderr', text));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        ReeveProcess.#running.delete(this);
        this.#isClosed = true;
        const { stdout, stderr } = this;
        resolve({ code, signal, stdout, stderr });
        for (const look of this.#watchers) look();
      });
    });
    ReeveProcess.#running.add(this);
  }

  /** Kills what a test has left running. */
  static async killAll(): Promise<void> {
    for (const one of ReeveProcess.#running) one.signal('SIGKILL');
    await Promise.all([...ReeveProcess.#running].map((one) => one.ended));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it has written this. Fails when it ends without. */
  async wrote(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found !== null) return found;
      await this.changed();
    }
  }

  /** Waits until it has written something. Fails when it ends. */
  async changed(): Promise<void> {
    if (this.#isClosed) {
      throw new Error(`ended unexpectedly, having written:\n${this.stdout}${this.stderr}`);
    }
    await new Promise<void>((resolve) => {
      const look = (): void => {
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  #note(stream: 'stdout' | 'stderr', text: Buffer): void {
    this[stream] += text.toString();
    for (const look of this.#watchers) look();
  }
}

/** Runs the command to its end. */
export function reeve(args: readonly string[], options?: ReeveOptions): Promise<Ended> {
  return new ReeveProcess(args, options).ended;
}

const SOURCE = [
  '--import',
  createRequire(import.meta.url).resolve('tsx'),
  fileURLToPath(new URL('main.ts', import.meta.url)),
];
