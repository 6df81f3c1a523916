import { createHash } from 'node:crypto';
import type { PairName } from './plan.ts';

/** A document's package and file, read from its path, for people. */
export interface DocumentTitle {
  /** As in "zod@4.6.7"; without the version where the path does not tell it. */
  readonly packageName: string;
  readonly file: string;
}

/**
 * Reads ".pnpm/@types+node@20.1.0/node_modules/@types/node/README.md" as "@types/node@20.1.0",
 * "README.md". A path that is not of this form is its own file name in a package without a name.
 */
export function documentTitle(path: string): DocumentTitle {
  const parts = path.split('/');
  const start = parts.lastIndexOf('node_modules') + 1;
  const nameParts = parts[start]?.startsWith('@') ? 2 : 1;
  const name = parts.slice(start, start + nameParts).join('/');
  const file = parts.slice(start + nameParts).join('/');
  if (file === '') return { packageName: '', file: path };
  const store = parts[0] === '.pnpm' ? (parts[1] ?? '') : '';
  const prefix = `${name.replace('/', '+')}@`;
  const version = store.startsWith(prefix) ? store.slice(prefix.length).split('_')[0] : undefined;
  return { packageName: version === undefined ? name : `${name}@${version}`, file };
}

/**
 * The page of a pair, relative to the folder of the pages: "nord/zod-4.6.7-readme.md-1f0c9a2b.html".
 * Letters, digits, dots and hyphens only, so it is the same in a URL and on every file system; the
 * hash of the path keeps apart what the readable part does not.
 */
export function pageName({ path, theme }: PairName): string {
  const { packageName, file } = documentTitle(path);
  const readable = `${packageName}-${file}`
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, readableCharactersMax);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, hashDigits);
  return `${theme}/${readable}-${hash}.html`;
}

/** Keeps the whole name far below the 255 bytes that file systems allow. */
const readableCharactersMax = 80;

/** 48 bits: among a few thousand paths two alike are out of the question. */
const hashDigits = 12;
