import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MajordomoOptions } from '@reeve/broker';

/**
 * Real processes of one test: brokers and workers that can be killed. Ends all of them when the test does, and they
 * end by themselves when the test's process is gone.
 */
export class Fleet implements AsyncDisposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'reeve-fleet-'));
  readonly #members: Member[] = [];

  /** Starts a broker and waits until it listens. */
  broker(endpoint: string, majordomo: MajordomoOptions = {}): Promise<Member> {
    return this.#start('broker.ts', [endpoint, JSON.stringify(majordomo)]);
  }

  /** Starts a worker and waits until a broker lists it. */
  worker(endpoints: readonly string[]): Promise<Member> {
    return this.#start('worker.ts', [this.#journal, ...endpoints]);
  }

  /** Starts a worker that speaks Majordomo, and waits until it has said so. */
  majordomoWorker(endpoint: string, version: '0.1' | '0.2', service: string): Promise<Member> {
    return this.#start('majordomo-worker.ts', [endpoint, version, service]);
  }

  /** How often each call's handler was started, by method and number, as the workers wrote it down. */
  starts(): Map<string, number> {
    const starts = new Map<string, number>();
    for (const line of readFileSync(this.#journal, 'utf8').split('\n').slice(0, -1)) {
      starts.set(line, (starts.get(line) ?? 0) + 1);
    }
    return starts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((m) => m.kill()));
    rmSync(this.#folder, { recursive: true });
  }

  get #journal(): string {
    return join(this.#folder, 'starts');
  }

  async #start(program: string, args: readonly string[]): Promise<Member> {
    const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
    const child = fork(path, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const member = new Member(child);
    this.#members.push(member);
    const [said] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
    if (said !== 'ready') throw new Error(`${program} ended before it was ready: ${String(said)}`);
    return member;
  }
}

/** One process of a fleet. */
export class Member {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Ends it as by kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Asks it to leave, and waits until it has. */
  async terminate(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  /** Makes it stand still, or go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }
}

/** An endpoint on this machine that nobody listens on. */
export async function freeEndpoint(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  return `tcp://127.0.0.1:${port}`;
}
