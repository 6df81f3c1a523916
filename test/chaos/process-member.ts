import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process of a run: a broker, a worker or a client. It ends by itself when the run is gone. */
export class ProcessMember {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #ready: Promise<unknown>;

  /** Starts a program, in a network namespace if one is named. */
  constructor(name: string, file: string, args: readonly string[], namespace?: string) {
    this.name = name;
    const command = [process.execPath, file, ...args];
    const [tool, ...rest] = namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command];
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    this.#child = spawn(tool!, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
    this.#exited = once(this.#child, 'exit');
    this.#ready = Promise.race([once(this.#child, 'message'), this.#exited]);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it has said that it is ready. Rejects if it ends before that, or takes too long. */
  async ready(): Promise<void> {
    await within(START_MS, `${this.name} to start`, this.#ready);
    if (!this.isAlive) throw new Error(`${this.name} ended before it was ready`);
  }

  send(message: string): void {
    this.#child.send(message);
  }

  /** Resolves at its next message, or when it is over. Rejects if it takes longer than that. */
  async said(withinMs: number): Promise<void> {
    const said = Promise.race([once(this.#child, 'message'), this.#exited]);
    await within(withinMs, `${this.name} to answer`, said);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isAlive) this.#child.kill(signal);
  }

  async exited(): Promise<void> {
    await this.#exited;
  }

  async end(): Promise<void> {
    if (!this.isAlive) return;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

async function within(ms: number, what: string, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms / 1_000} s for ${what}`)), ms);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A process takes less than half a second; one that is stopped, or cut off, while it starts takes longer. */
const START_MS = 30_000;
