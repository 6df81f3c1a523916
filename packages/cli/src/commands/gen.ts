import { relative } from 'node:path';
import type { GenerateOptions, GenerateResult } from '@reeve/codegen';
import { generate, LOCK_FILE } from '@reeve/codegen';
import type { CommandBody, Context } from '../command.ts';
import { command } from '../command.ts';
import { CommandError, usageError } from '../failure.ts';
import { GenLoop } from '../gen-loop.ts';
import { readConfig } from '../reeve-config.ts';
import { untilStopped } from '../until-stopped.ts';

export const genCommand: CommandBody = command({
  args: [{ name: 'GLOB', what: 'Contract files; ** stands for any folders', isList: true, isOptional: true }],
  options: {
    out: { kind: 'text', value: 'DIR', what: 'Where the generated files go' },
    lock: { kind: 'flag', what: `Keep ${LOCK_FILE} in this folder up to date too, for reeve diff` },
    'json-schema': { kind: 'text', value: 'DIR', what: 'Write a JSON Schema of each method there, too' },
    markdown: { kind: 'text', value: 'DIR', what: 'Write a reference page of each service there, too' },
    check: { kind: 'flag', what: 'Write nothing; fail and show the difference if something is stale' },
    watch: { kind: 'flag', what: 'Go on, and generate again whenever a source file changes' },
    'import-extension': {
      kind: 'choice',
      choices: ['js', 'ts'],
      what: 'How generated files import each other. Default: js, as compiled code wants it',
    },
  },
  details: ['What is not said here is taken from reeve.config.ts in this folder, if there is one.'],
  examples: [
    "reeve gen 'src/**/*.contract.ts' --out src/generated",
    "reeve gen 'src/*.contract.ts' --out src/generated --lock --check",
    "reeve gen 'src/*.contract.ts' --out src/generated --json-schema docs/schemas --markdown docs/reference",
    'reeve gen --watch',
  ],
  async run({ args, options }, context) {
    const { terminal } = context;
    if (options.watch && options.check) throw usageError('--watch and --check exclude each other', 'use one of them');
    const config = await readConfig(terminal.cwd);
    const { out = config.out, lock, check } = options;
    const globs = args.length > 0 ? args : [config.contracts ?? []].flat();
    if (globs.length === 0) {
      const next = "say which files: reeve gen 'src/**/*.contract.ts' --out src/generated, or write reeve.config.ts";
      throw usageError('GLOB is missing: Contract files', next);
    }
    if (out === undefined) throw usageError('--out is missing', 'say where the files go: --out src/generated');
    const generating: GenerateOptions = {
      globs,
      cwd: terminal.cwd,
      out,
      check,
      lock: LOCK_FILE,
      keepLock: lock || config.lock === true,
      jsonSchema: options['json-schema'] ?? config.jsonSchema,
      markdown: options.markdown ?? config.markdown,
      importExtension: options['import-extension'] ?? config.importExtension ?? 'js',
    };
    await (options.watch ? generateAgain(generating, context) : generateOnce(generating, context));
  },
});

async function generateOnce(options: GenerateOptions, { terminal, output }: Context): Promise<void> {
  const result = await output.whileWaiting('reading contracts…', generate(options));
  for (const warning of result.warnings) output.note(`warning: ${warning}`);
  const stale = result.files.filter((file) => file.status === 'stale');
  if (stale.length > 0) {
    for (const { diff } of stale) if (diff !== undefined) output.note(diff.trimEnd());
    throw staleError(
      stale.map((file) => relative(terminal.cwd, file.path)),
      options,
    );
  }
  printResult(result, { terminal, output });
}

async function generateAgain(options: GenerateOptions, context: Context): Promise<void> {
  const loop = new GenLoop(options, context);
  const first = await loop.start();
  if (first !== undefined) printResult(first, context);
  const stop = (): Promise<void> => loop.stop();
  await untilStopped({ drain: stop, close: stop, ended: loop.ended }, context);
}

function printResult(result: GenerateResult, { terminal, output }: Context): void {
  const files = result.files.map((file) => ({ path: relative(terminal.cwd, file.path), status: file.status }));
  const services = result.services.map(({ name, version, fingerprint }) => ({ name, version, fingerprint }));
  output.result({ services, files }, summary(result, files));
}

function summary({ services }: GenerateResult, files: readonly { path: string; status: string }[]): string {
  const changed = files.filter(({ status }) => status !== 'unchanged');
  const lines = changed.map(({ path, status }) => `${status.padEnd(7)}  ${path}\n`);
  const names = services.map(({ name }) => name).join(', ');
  const unchanged = files.length - changed.length;
  return `${lines.join('')}${names}: ${changed.length} files changed, ${unchanged} unchanged\n`;
}

function staleError(stale: readonly string[], { globs, out, jsonSchema, markdown, keepLock }: GenerateOptions): Error {
  const folders = Object.entries({ out, 'json-schema': jsonSchema, markdown });
  const words = folders.flatMap(([name, folder]) => (folder === undefined ? [] : [`--${name} ${folder}`]));
  const outputs = [...words, ...(keepLock === true ? ['--lock'] : [])].join(' ');
  const next = `reeve gen ${globs.map((glob) => `'${glob}'`).join(' ')} ${outputs}`;
  const message = `generated files are stale: ${stale.join(', ')}`;
  return new CommandError({ code: 'failed_precondition', reason: 'stale', message, next, data: { stale } });
}
