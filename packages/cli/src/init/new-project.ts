import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownVersion } from '../version.ts';
import type { NewFile } from './generate-apart.ts';
import { generateApart } from './generate-apart.ts';
import { LINKED_TSCONFIG } from './link-workspace.ts';
import { packageManifest, tsconfig } from './manifests.ts';

/** What was done with the files of a new project. Paths are from its folder. */
export interface NewProject {
  readonly written: readonly string[];
  /** They were there already and are as they were. */
  readonly kept: readonly string[];
}

/** Writes a first project into a folder. What is there already is left alone. */
export async function writeProject(folder: string): Promise<NewProject> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const { path, text } of await filesFor(folder)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    const isNew = await writeNew(file, text);
    (isNew ? written : kept).push(path);
  }
  return { written, kept };
}

async function filesFor(folder: string): Promise<NewFile[]> {
  const contract = await template(CONTRACT);
  const files = [contract, await template('src/worker.ts'), await template('src/client.ts')];
  // The stubs belong to the contract: another one of that name needs others.
  if (await isAbsentOrSame(join(folder, CONTRACT), contract.text)) files.push(...(await generateApart(contract, OUT)));
  const manifest = { path: 'package.json', text: jsonText(packageManifest(folder, ownVersion())) };
  return [...files, manifest, { path: 'tsconfig.json', text: jsonText(tsconfig(LINKED_TSCONFIG)) }];
}

async function template(path: string): Promise<NewFile> {
  return { path, text: await readFile(new URL(`../../templates/${path}.txt`, import.meta.url), 'utf8') };
}

async function isAbsentOrSame(file: string, text: string): Promise<boolean> {
  return !existsSync(file) || (await readFile(file, 'utf8')) === text;
}

async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const CONTRACT = 'src/greeter.contract.ts';
const OUT = 'src/generated';
