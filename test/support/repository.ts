import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

export interface TextFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every file that somebody wrote and whose name ends with one of the endings, in order of path. */
export function writtenFiles(...endings: readonly string[]): TextFile[] {
  return [...walk(root)]
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_WRITTEN.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield relative(root, path).replaceAll('\\', '/');
  }
}

// Made by tools: git, pnpm, tsc, `reeve gen`, vitest.
const NOT_WRITTEN: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'dist',
  'generated',
  '__snapshots__',
  'coverage',
  'pnpm-lock.yaml',
]);
