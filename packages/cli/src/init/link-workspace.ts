import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether this is Reeve's own repository and not an installed package. */
export const IS_SOURCE: boolean = import.meta.url.endsWith('.ts');

/** What makes `tsc` read the sources of linked packages as this repository does; undefined for published packages. */
export const LINKED_TSCONFIG: string | undefined = IS_SOURCE
  ? fileURLToPath(new URL('../../../../tsconfig.linked.json', import.meta.url))
  : undefined;

/**
 * Makes a new project use the packages of this repository, as `npm install` would make it use published ones: links
 * them, and what they need, into its node_modules. Only for a `reeve` that runs from its source.
 */
export async function linkWorkspace(folder: string, names: readonly string[]): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  for (const name of names) {
    const target = folderOf(name);
    const link = join(modules, name);
    if (target === undefined || existsSync(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link, 'junction');
    for (const [command, file] of Object.entries(await commandsOf(target, name))) {
      await linkCommand(join(modules, '.bin', command), join(target, file));
    }
  }
  await writeReeveCommand(join(modules, '.bin', 'reeve'));
}

function folderOf(name: string): string | undefined {
  // The folders of this repository's own packages are called as they are.
  if (name.startsWith('@reeve/'))
    return fileURLToPath(new URL(`../../../${name.slice('@reeve/'.length)}`, import.meta.url));
  const require = createRequire(import.meta.url);
  return (require.resolve.paths(name) ?? []).map((path) => join(path, name)).find((path) => existsSync(path));
}

async function commandsOf(target: string, name: string): Promise<Record<string, string>> {
  const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as {
    bin?: string | Record<string, string>;
  };
  const { bin = {} } = manifest;
  return typeof bin === 'string' ? { [name]: bin } : bin;
}

async function linkCommand(link: string, file: string): Promise<void> {
  if (!existsSync(link)) await symlink(file, link);
}

/** Runs the command from its source, which Node cannot read by itself. */
async function writeReeveCommand(path: string): Promise<void> {
  if (existsSync(path)) return;
  const loader = createRequire(import.meta.url).resolve('tsx');
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  await writeFile(path, `#!/bin/sh\nexec node --import '${loader}' '${main}' "$@"\n`, { mode: 0o755 });
}
