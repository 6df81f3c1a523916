import type { ChildProcess } from 'node:child_process';
import type { DemoMessage, FarmMessage } from './farm-messages.ts';
import type { ProcessState } from './progress.ts';
import { forkTypeScript } from './typescript-process.ts';

export interface FarmProcessArgs<Message> {
  readonly name: string;
  /** Beside this file. */
  readonly file: string;
  readonly args: readonly string[];
  readonly onMessage?: (message: Message) => void;
  /** Called when it ends and nobody has asked for that. */
  readonly onLost: (why: string) => void;
}

/** A process of the farm, from its start to its end. */
export class FarmProcess<Message extends FarmMessage> {
  readonly name: string;
  /** Resolves when it has said that it is ready; rejects when it ends before, or takes too long. */
  readonly ready: Promise<void>;
  /** Resolves when it is gone and everything it said was heard. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #life: ProcessState['life'] = 'starting';
  /** Its own words, when it has failed. */
  #why: string | undefined;

  constructor({ name, file, args, onMessage, onLost }: FarmProcessArgs<Message>) {
    this.name = name;
    const child = forkTypeScript(new URL(file, import.meta.url), args);
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => (this.#why ??= error.message));
      child.once('error', () => (child.pid === undefined ? resolve() : undefined));
      // Unlike 'exit', this comes after the last message.
      child.once('close', () => resolve());
    });
    this.ready = this.#becomeReady(onLost);
    // Who does not wait for it is not to be told by a crash.
    this.ready.catch(() => undefined);
    child.on('message', (message: Message) => {
      if (message.kind === 'failed') this.#why = message.why;
      onMessage?.(message);
    });
  }

  get state(): ProcessState {
    return { name: this.name, pid: this.#child.pid, life: this.#life };
  }

  /** A message to a process that is gone is lost. */
  send(message: DemoMessage): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Ends it by SIGKILL. Resolves when it is gone. */
  kill(): Promise<void> {
    if (this.#life !== 'stopped') this.#life = 'killed';
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  /** Asks it to leave, and ends it if it has not left after a while. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#life = 'stopped';
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopMs);
    await this.ended;
    clearTimeout(timer);
  }

  async #becomeReady(onLost: (why: string) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (what: string): void => reject(new Error(`${this.#title} ${what}.`));
        timer = setTimeout(() => fail(`was not ready after ${startMs / 1000} s`), startMs);
        void this.ended.then(() => fail(`could not start: ${this.#end}`));
        this.#child.on('message', ({ kind }: Message) => (kind === 'ready' ? resolve() : undefined));
      });
    } finally {
      clearTimeout(timer);
    }
    if (this.#life === 'starting') this.#life = 'up';
    void this.#watch(onLost);
  }

  async #watch(onLost: (why: string) => void): Promise<void> {
    await this.ended;
    if (this.#life === 'up') onLost(`${this.#title} ended in the midst: ${this.#end}.`);
  }

  get #title(): string {
    return this.name.startsWith('worker') ? this.name.replace('w', 'W') : `The ${this.name}`;
  }

  get #end(): string {
    const { exitCode, signalCode } = this.#child;
    return this.#why ?? (signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`);
  }
}

/** It takes about two seconds; a machine that needs this long could not render in time either. */
const startMs = 60_000;

/** Nothing is under way when a process is asked to leave: it needs a fraction of this. */
const stopMs = 3000;
