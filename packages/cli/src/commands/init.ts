import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { CommandBody } from '../command.ts';
import { command } from '../command.ts';
import { CommandError } from '../failure.ts';
import { IS_SOURCE, linkWorkspace } from '../init/link-workspace.ts';
import { packageManifest } from '../init/manifests.ts';
import type { NewProject } from '../init/new-project.ts';
import { writeProject } from '../init/new-project.ts';
import { ownVersion } from '../version.ts';

export const initCommand: CommandBody = command({
  args: [{ name: 'DIR', what: 'Folder of the project. Default: this one', isOptional: true }],
  options: {},
  details: [
    'It writes a contract, a worker, a client and the code generated for them; nothing that exists is changed.',
  ],
  examples: ['reeve init hello', 'reeve init'],
  async run({ args }, { terminal, output }) {
    const folder = resolve(terminal.cwd, args[0] ?? '.');
    const project = await output.whileWaiting('writing the project…', writeProject(folder).catch(unwritable));
    const { dependencies, devDependencies } = packageManifest(folder, ownVersion());
    const packages = Object.keys({ ...dependencies, ...devDependencies });
    // npm puts the broker there too: the command needs it.
    if (IS_SOURCE) await linkWorkspace(folder, [...packages, '@reeve/broker']);
    if (await isCommonJs(folder))
      output.note('warning: package.json lacks "type": "module", which src/client.ts needs: npm pkg set type=module');
    const next = nextCommands(relative(terminal.cwd, folder), project, packages);
    output.result(
      { folder, ...project, next },
      [...fileLines(project), '', 'next:', ...next.map((line) => `  ${line}`), ''].join('\n'),
    );
  },
});

function fileLines({ written, kept }: NewProject): string[] {
  return [...written.map((path) => `wrote  ${path}`), ...kept.map((path) => `kept   ${path}`)];
}

function nextCommands(folder: string, { kept }: NewProject, packages: readonly string[]): string[] {
  const enter = folder === '' ? [] : [`cd ${folder}`];
  const install = kept.includes('package.json') ? `npm install ${packages.join(' ')}` : 'npm install';
  const first = [...enter, ...(IS_SOURCE ? [] : [install])].join(' && ');
  return [...(first === '' ? [] : [first]), 'npx reeve dev', 'npx tsx src/client.ts   # in a second terminal'];
}

async function isCommonJs(folder: string): Promise<boolean> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { type?: string };
  return manifest.type !== 'module';
}

function unwritable(thrown: unknown): never {
  const { code, path, message } = thrown as NodeJS.ErrnoException;
  const why = code === undefined ? undefined : UNWRITABLE.get(code);
  if (why === undefined) throw thrown;
  const failure = {
    code: 'permission_denied',
    reason: 'unwritable',
    message: `cannot write ${path ?? message}: ${why}`,
  };
  throw new CommandError({ ...failure, next: 'choose another folder: reeve init DIR' }, { cause: thrown });
}

const UNWRITABLE: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'not permitted'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'there is a file where a folder should be'],
  ['EEXIST', 'there is a file where a folder should be'],
  ['ENOSPC', 'the disk is full'],
]);
