import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { programPath } from './compile-programs.ts';
import { cpuUsOf, residentBytesOf } from './proc.ts';
import { serverEnv } from './servers.ts';

/** A process of a contender: started, waited for, asked things, ended. */
export class Child {
  /** Of the program itself, also where a shell stands between. */
  readonly pid: number;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, pid: number) {
    this.#process = child;
    this.pid = pid;
  }

  /** Starts a file of `bench/`, once it is compiled, and waits until it says that it is ready. */
  static async start(file: string, args: readonly string[] = []): Promise<Child> {
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    const child = fork(programPath(file), args, { cwd: ROOT, execArgv: EXEC_ARGV, stdio: [...stdio] });
    return untilReady(child, async () => {
      const [said] = (await withDeadline(`${file} to start`, orExit(child, 'message'), START_MS)) as [unknown];
      if (said !== 'ready') throw new Error(`${file} said ${String(said)} where 'ready' was expected`);
      return new Child(child, child.pid!);
    });
  }

  /** Starts a program that is no file of ours and waits until it listens at the endpoint. */
  static async startProgram(command: readonly string[], endpoint: string): Promise<Child> {
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    const child = spawn('sh', ['-c', KEEPER, 'sh', ...command], { cwd: ROOT, env: serverEnv(), stdio: [...stdio] });
    return untilReady(child, async () => {
      const lines = createInterface(child.stdout);
      const [pid] = (await withDeadline(`${command[0]} to start`, once(lines, 'line'), START_MS)) as [string];
      await untilListening(endpoint, child);
      return new Child(child, Number(pid));
    });
  }

  /** CPU time that the program has used, in microseconds; `undefined` where the system does not tell. */
  cpuUs(): number | undefined {
    return cpuUsOf(this.pid);
  }

  /** Memory that it holds of the machine's, in bytes; `undefined` where the system does not tell. */
  residentBytes(): number | undefined {
    return residentBytesOf(this.pid);
  }

  /** Whether it is a file of ours, which can be asked. */
  get canAnswer(): boolean {
    return this.#process.channel !== undefined && this.#process.channel !== null;
  }

  /** Sends a question and waits for the answer. */
  async ask<Answer>(question: object, withinMs: number): Promise<Answer> {
    const answered = orExit(this.#process, 'message');
    this.#process.send(question);
    const [answer] = (await withDeadline('an answer', answered, withinMs)) as [Answer];
    return answer;
  }

  stop(): Promise<void> {
    return end(this.#process);
  }
}

async function untilReady(child: ChildProcess, start: () => Promise<Child>): Promise<Child> {
  try {
    return await start();
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  // A shell ends its program when it can read no more from us, and then itself.
  if (child.stdin) child.stdin.end();
  else child.kill('SIGKILL');
  await exited;
}

/** Waits for an event, but not longer than the process lives. */
async function orExit(child: ChildProcess, event: string): Promise<unknown[]> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const exit = once(child, 'exit', { signal }).then(([code, by]) => {
      throw new Error(`a process ended too early, with ${String(code ?? by)}`);
    });
    return (await Promise.race([once(child, event, { signal }), exit])) as unknown[];
  } finally {
    over.abort();
  }
}

async function untilListening(endpoint: string, child: ChildProcess): Promise<void> {
  const { hostname: host, port } = new URL(endpoint);
  const giveUpAt = performance.now() + START_MS;
  while (performance.now() < giveUpAt) {
    const socket = connect({ host, port: Number(port) });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (child.exitCode !== null) break;
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
  throw new Error(`nobody listens at ${endpoint}`);
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

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A start takes a quarter of a second here; a loaded machine may take much longer. */
const START_MS = 20_000;
const POLL_MS = 20;
/** Garbage is collected on demand where memory is measured. */
const EXEC_ARGV = ['--expose-gc'];
/**
 * Runs a program, tells its pid, and ends it once nobody holds the other end of stdin, however we died. A signal from
 * the keyboard reaches the shell, but not what it runs: it must live to end that.
 */
const KEEPER = 'trap : INT TERM HUP; "$@" >/dev/null & echo $!; read -r _; kill -9 $!; wait $! 2>/dev/null';
