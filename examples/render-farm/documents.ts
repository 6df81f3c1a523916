import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** One Markdown file. */
export interface Document {
  /** Path below `node_modules`, with forward slashes on every system. */
  readonly path: string;
  readonly markdown: string;
  readonly bytes: number;
}

export interface Collection {
  readonly documents: readonly Document[];
  /** Paths of the files above `documentBytesMax`. */
  readonly tooLarge: readonly string[];
}

/**
 * Reads every Markdown file below a `node_modules` folder, in an order that depends on the paths alone.
 *
 * Links are not followed. pnpm keeps the real files below `node_modules/.pnpm` and links to them
 * from everywhere else, so each file is met once.
 */
export async function collectDocuments(nodeModules: string): Promise<Collection> {
  const root = await realpath(nodeModules);
  const files = await markdownFiles(root);
  const found = files.map((file) => ({ file, path: relative(root, file).split(sep).join('/') }));
  found.sort((a, b) => (a.path < b.path ? -1 : 1));

  const documents: Document[] = [];
  const tooLarge: string[] = [];
  for (const { file, path } of found) {
    const content = await readFile(file);
    if (content.byteLength > documentBytesMax) tooLarge.push(path);
    else documents.push({ path, markdown: utf8.decode(content), bytes: content.byteLength });
  }
  return { documents, tooLarge };
}

async function markdownFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(path);
      return entry.isFile() && markdownName.test(entry.name) ? [path] : [];
    }),
  );
  return nested.flat();
}

/**
 * 512 KiB of Markdown. A call carries at most 1 MiB each way, and highlighted HTML is larger than
 * its source; the longest file in this repository's own `node_modules` has about 100 KB.
 */
export const documentBytesMax: number = 512 * 1024;

const markdownName = /\.(md|markdown)$/i;

/** Replaces invalid bytes and drops a byte order mark, which would hide a first heading. */
const utf8 = new TextDecoder('utf-8');
