import { relative } from 'node:path';
import type { GenerateResult } from '@reeve/codegen';
import { generate, LOCK_FILE } from '@reeve/codegen';
import type { CommandBody } from '../command.ts';
import { command } from '../command.ts';
import { CommandError, usageError } from '../failure.ts';

export const genCommand: CommandBody = command({
  args: [{ name: 'GLOB', what: 'Contract files; ** stands for any folders', isList: true }],
  options: {
    out: { kind: 'text', value: 'DIR', what: 'Where the generated files go' },
    lock: { kind: 'flag', what: `Keep ${LOCK_FILE} in this folder up to date too, for reeve diff` },
    'json-schema': { kind: 'text', value: 'DIR', what: 'Write a JSON Schema of each method there, too' },
    markdown: { kind: 'text', value: 'DIR', what: 'Write a reference page of each service there, too' },
    check: { kind: 'flag', what: 'Write nothing; fail and show the difference if something is stale' },
    'import-extension': {
      kind: 'choice',
      choices: ['js', 'ts'],
      what: 'How generated files import each other. Default: js, as compiled code wants it',
    },
  },
  examples: [
    "reeve gen 'src/**/*.contract.ts' --out src/generated",
    "reeve gen 'src/*.contract.ts' --out src/generated --lock --check",
    "reeve gen 'src/*.contract.ts' --out src/generated --json-schema docs/schemas --markdown docs/reference",
  ],
  async run({ args, options }, { terminal, output }) {
    const { out, check } = options;
    if (out === undefined) throw usageError('--out is missing', 'say where the files go: --out src/generated');
    const extension = options['import-extension'];
    const generating = generate({
      globs: args,
      cwd: terminal.cwd,
      out,
      check,
      lock: LOCK_FILE,
      keepLock: options.lock,
      jsonSchema: options['json-schema'],
      markdown: options.markdown,
      ...(extension === undefined ? {} : { importExtension: extension }),
    });
    const result = await output.whileWaiting('reading contracts…', generating);
    for (const warning of result.warnings) output.note(`warning: ${warning}`);
    const files = result.files.map((file) => ({ path: relative(terminal.cwd, file.path), status: file.status }));
    const services = result.services.map(({ name, version, fingerprint }) => ({ name, version, fingerprint }));
    const stale = result.files.filter((file) => file.status === 'stale');
    if (stale.length > 0) {
      for (const { diff } of stale) if (diff !== undefined) output.note(diff.trimEnd());
      throw staleError(files, args, outputsOf(out, options));
    }
    output.result({ services, files }, summary(result, files));
  },
});

function summary({ services }: GenerateResult, files: readonly { path: string; status: string }[]): string {
  const changed = files.filter(({ status }) => status !== 'unchanged');
  const lines = changed.map(({ path, status }) => `${status.padEnd(7)}  ${path}\n`);
  const names = services.map(({ name }) => name).join(', ');
  const unchanged = files.length - changed.length;
  return `${lines.join('')}${names}: ${changed.length} files changed, ${unchanged} unchanged\n`;
}

/** The options that say what is written where. */
function outputsOf(
  out: string,
  options: { lock: boolean; 'json-schema': string | undefined; markdown: string | undefined },
): string {
  const folders = { out, 'json-schema': options['json-schema'], markdown: options.markdown };
  const words = Object.entries(folders).flatMap(([name, folder]) =>
    folder === undefined ? [] : [`--${name} ${folder}`],
  );
  return [...words, ...(options.lock ? ['--lock'] : [])].join(' ');
}

function staleError(
  files: readonly { path: string; status: string }[],
  globs: readonly string[],
  outputs: string,
): Error {
  const stale = files.filter(({ status }) => status === 'stale').map(({ path }) => path);
  const next = `reeve gen ${globs.map((glob) => `'${glob}'`).join(' ')} ${outputs}`;
  const message = `generated files are stale: ${stale.join(', ')}`;
  return new CommandError({ code: 'failed_precondition', reason: 'stale', message, next, data: { stale } });
}
