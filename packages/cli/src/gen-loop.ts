import { relative } from 'node:path';
import type { GenerateResult } from '@reeve/codegen';
import { Generator, type GenerateOptions } from '@reeve/codegen';
import type { Context } from './command.ts';
import { describeFailure } from './describe-failure.ts';
import { SourceWatch } from './source-watch.ts';

/** Generates again whenever a source file changes. A mistake in a contract is shown, and the next change waited for. */
export class GenLoop {
  /** Rejects when it cannot go on, resolves when it is stopped. */
  readonly ended: Promise<void>;
  readonly #generator: Generator;
  readonly #context: Context;
  readonly #watch: SourceWatch;
  #end: () => void = () => undefined;
  #fail: (thrown: unknown) => void = () => undefined;
  /** What has changed since the last run began. */
  #changed = new Set<string>();
  #warnings = '';
  #work: Promise<void> = Promise.resolve();

  constructor(options: GenerateOptions, context: Context) {
    this.#context = context;
    this.#generator = new Generator(options);
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    const folders = [options.out, options.jsonSchema, options.markdown];
    this.#watch = new SourceWatch({
      folder: context.terminal.cwd,
      except: folders.filter((folder) => folder !== undefined),
      others: () => this.#generator.sources,
      onChange: (changed) => this.#again(changed),
      onError: (thrown) => this.#fail(thrown),
    });
  }

  /** Generates for the first time. Rejects if there is nothing to generate from; a mistake is shown. */
  async start(): Promise<GenerateResult | undefined> {
    await this.#watch.start();
    return this.#generate(undefined);
  }

  async stop(): Promise<void> {
    this.#watch.stop();
    await this.#work;
    this.#generator.dispose();
    this.#end();
  }

  /** Several changes during one run lead to one more. */
  #again(changed: ReadonlySet<string>): void {
    for (const path of changed) this.#changed.add(path);
    this.#work = this.#work.then(() => this.#runAgain()).catch((thrown: unknown) => this.#fail(thrown));
  }

  async #runAgain(): Promise<void> {
    const changed = this.#changed;
    if (changed.size === 0) return;
    this.#changed = new Set();
    const { output, terminal } = this.#context;
    const startedAt = performance.now();
    const result = await this.#generate(changed);
    if (result === undefined) return;
    for (const { path, status } of result.files) {
      if (status !== 'unchanged') output.note(`${status.padEnd(7)}  ${relative(terminal.cwd, path)}`);
    }
    output.note(`generated in ${Math.round(performance.now() - startedAt)} ms`);
  }

  async #generate(changed: ReadonlySet<string> | undefined): Promise<GenerateResult | undefined> {
    const { output, terminal } = this.#context;
    try {
      const result = await this.#generator.run(changed);
      const warnings = result.warnings.map((warning) => `warning: ${warning}`).join('\n');
      if (warnings !== '' && warnings !== this.#warnings) output.note(warnings);
      this.#warnings = warnings;
      return result;
    } catch (thrown) {
      const { failure } = describeFailure(thrown, terminal.cwd);
      if (changed === undefined && failure.message.startsWith('No contract matches')) throw thrown;
      output.complain(failure, thrown);
      output.note('waiting for a change');
      return undefined;
    }
  }
}
