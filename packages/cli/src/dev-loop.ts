import { relative } from 'node:path';
import type { Broker } from '@reeve/broker';
import { Generator, LOCK_FILE } from '@reeve/codegen';
import type { ImportExtension } from '@reeve/codegen';
import type { Context } from './command.ts';
import { describeFailure } from './describe-failure.ts';
import { CommandError } from './failure.ts';
import { SourceWatch } from './source-watch.ts';
import { WorkerProcess } from './worker-process.ts';

export interface DevOptions {
  readonly broker: Broker;
  readonly contracts: readonly string[];
  readonly out: string;
  readonly worker: string;
  readonly importExtension: ImportExtension;
}

/**
 * Generates code and runs a worker, and does both again whenever a source file changes.
 *
 * A mistake in a contract or a worker is shown, and the next change is waited for; a worker that runs goes on.
 */
export class DevLoop {
  /** Rejects when it cannot go on. Never resolves. */
  readonly failed: Promise<never>;
  readonly #options: DevOptions;
  readonly #context: Context;
  readonly #generator: Generator;
  readonly #watch: SourceWatch;
  #fail: (thrown: unknown) => void = () => undefined;
  #worker: WorkerProcess | undefined;
  #building: Promise<void> | undefined;
  /** What has changed since the last build began. */
  #changed = new Set<string>();
  #isStopped = false;

  constructor(options: DevOptions, context: Context) {
    this.#options = options;
    this.#context = context;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    const { contracts, out, importExtension } = options;
    const lock = { lock: LOCK_FILE, keepLock: false };
    this.#generator = new Generator({ globs: contracts, cwd: context.terminal.cwd, out, importExtension, ...lock });
    this.#watch = new SourceWatch({
      folder: context.terminal.cwd,
      except: [options.out],
      others: () => this.#generator.sources,
      onChange: (changed) => this.#note(changed),
      onError: (thrown) => this.#fail(thrown),
    });
  }

  /** Builds for the first time. Rejects if there is nothing to build. */
  async start(): Promise<void> {
    await this.#watch.start();
    this.#building = this.#build();
    await this.#building;
  }

  /** Lets the worker finish. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#watch.stop();
    await this.#building?.catch(() => undefined);
    await this.#worker?.stop();
  }

  /** Ends the worker now. */
  kill(): void {
    this.#isStopped = true;
    this.#watch.stop();
    this.#worker?.kill();
  }

  #note(changed: ReadonlySet<string>): void {
    this.#context.output.note('a source file has changed');
    for (const path of changed) this.#changed.add(path);
    this.#building = (this.#building ?? Promise.resolve()).then(() => this.#rebuild());
    this.#building.catch((thrown: unknown) => this.#fail(thrown));
  }

  /** Several changes during one build lead to one more. */
  async #rebuild(): Promise<void> {
    if (this.#changed.size > 0 && !this.#isStopped) await this.#build(this.#changed);
  }

  async #build(changed?: ReadonlySet<string>): Promise<void> {
    this.#changed = new Set();
    if (!(await this.#generate(changed))) return;
    await this.#worker?.stop();
    if (!this.#isStopped) this.#worker = this.#startWorker();
  }

  async #generate(changed: ReadonlySet<string> | undefined): Promise<boolean> {
    const { output, terminal } = this.#context;
    try {
      const { files, warnings } = await this.#generator.run(changed);
      for (const warning of warnings) output.note(`warning: ${warning}`);
      for (const { path, status } of files) {
        if (status !== 'unchanged') output.note(`${status}  ${relative(terminal.cwd, path)}`);
      }
      return true;
    } catch (thrown) {
      const { failure } = describeFailure(thrown, terminal.cwd);
      if (failure.message.startsWith('No contract matches')) throw nothingToBuild(failure.message, thrown);
      output.complain(failure, thrown);
      output.note('waiting for a change');
      return false;
    }
  }

  #startWorker(): WorkerProcess {
    const { broker, worker } = this.#options;
    const { output, terminal } = this.#context;
    return new WorkerProcess({
      args: [worker, '--brokers', broker.endpoints.join(',')],
      cwd: terminal.cwd,
      ownsStdout: !output.isJson,
      onExit: (how) => output.note(`the worker has ended (${how}); waiting for a change`),
    });
  }
}

function nothingToBuild(message: string, cause: unknown): Error {
  const next = 'write a first contract with reeve init, or name yours: reeve dev --contracts GLOB';
  return new CommandError({ code: 'not_found', reason: 'no_contract', message, next }, { cause });
}
