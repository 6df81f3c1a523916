import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of a contender: started, waited for, asked things, ended. */
export class Child {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts a file of `bench/` and waits until it says that it is ready. */
  static async start(file: string, args: readonly string[] = []): Promise<Child> {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    const child = fork(path, args, { execArgv: EXEC_ARGV, stdio: [...stdio] });
    const [said] = (await withDeadline(`${file} to start`, once(child, 'message'), START_MS)) as [unknown];
    if (said !== 'ready') throw new Error(`${file} said ${String(said)} where 'ready' was expected`);
    return new Child(child);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Sends a question and waits for the answer. */
  async ask<Answer>(question: object, withinMs: number): Promise<Answer> {
    const answered = once(this.#process, 'message');
    this.#process.send(question);
    const [answer] = (await withDeadline('an answer', answered, withinMs)) as [Answer];
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}

async function withDeadline<T>(what: string, promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A cold start of Node with TypeScript takes half a second here; a loaded machine may take much longer. */
const START_MS = 20_000;
/** The bench's own files are transpiled as they are loaded; the packages are used as they are published. */
const EXEC_ARGV = ['--import', 'tsx', '--import', new URL('compiled-packages.ts', import.meta.url).href];
