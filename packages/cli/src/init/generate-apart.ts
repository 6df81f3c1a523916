import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generate } from '@reeve/codegen';

/** A file of a new project. */
export interface NewFile {
  /** From the folder of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * Generates the code of a contract before anything is installed in the project that it is for: in a folder apart, where
 * the contract finds the Zod of this package.
 */
export async function generateApart(contract: NewFile, out: string): Promise<NewFile[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reeve-init-'));
  try {
    const file = join(folder, contract.path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contract.text);
    await mkdir(join(folder, 'node_modules'));
    await symlink(packageFolder('zod'), join(folder, 'node_modules', 'zod'), 'junction');
    await generate({ globs: [contract.path], cwd: folder, out });
    const names = (await readdir(join(folder, out))).toSorted();
    const read = (name: string): Promise<string> => readFile(join(folder, out, name), 'utf8');
    return await Promise.all(names.map(async (name) => ({ path: `${out}/${name}`, text: await read(name) })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a package is that this one can import. */
function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
