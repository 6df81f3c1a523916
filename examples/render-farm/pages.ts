import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentPage, indexPage } from './page-html.ts';
import { pageName } from './page-name.ts';
import { type PairName, pairKey } from './plan.ts';
import { type Theme, themes } from './themes.ts';

/** Writes the rendered pages into a folder: one page for each pair, and an index of them. */
export class Pages {
  readonly #folder: string;
  /** Which pages a page may link to. */
  readonly #planned: ReadonlyMap<string, ReadonlySet<Theme>>;
  readonly #written = new Map<string, { readonly pair: PairName; readonly write: Promise<void> }>();

  private constructor(folder: string, planned: readonly PairName[]) {
    this.#folder = folder;
    this.#planned = themesByPath(planned);
  }

  /** Removes the pages of an earlier run first. `planned` are all pairs to come. */
  static async create(folder: string, planned: readonly PairName[]): Promise<Pages> {
    await emptyPageFolder(folder);
    return new Pages(folder, planned);
  }

  /** Starts to write a page. A pair that was added before is left alone: its HTML is the same. */
  add(pair: PairName, html: string): void {
    const key = pairKey(pair);
    if (this.#written.has(key)) return;
    const page = documentPage(pair, html, this.#planned.get(pair.path) ?? new Set());
    const write = writeFile(join(this.#folder, pageName(pair)), page);
    // `finish` reports a failure; until then it must not end the process.
    write.catch(() => undefined);
    this.#written.set(key, { pair: { path: pair.path, theme: pair.theme }, write });
  }

  /** Waits for the pages and writes the index. Resolves with its path; rejects if a page failed. */
  async finish(facts: string): Promise<string> {
    const written = [...this.#written.values()];
    await Promise.all(written.map(({ write }) => write));
    const index = join(this.#folder, indexName);
    await writeFile(index, indexPage(themesByPath(written.map(({ pair }) => pair)), facts));
    return index;
  }
}

/**
 * Makes a folder ready for pages and removes those of an earlier run. Whatever else is there is left alone. Throws one
 * clear line if the folder cannot be written.
 */
export async function emptyPageFolder(folder: string): Promise<void> {
  try {
    await rm(join(folder, indexName), { force: true });
    for (const { name } of themes) {
      await mkdir(join(folder, name), { recursive: true });
      const pages = (await readdir(join(folder, name))).filter((file) => file.endsWith('.html'));
      await Promise.all(pages.map((file) => rm(join(folder, name, file))));
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The pages cannot be written to ${folder}: ${why}. Choose another folder with --out.`, {
      cause: error,
    });
  }
}

/** Sorted by path, whatever the order of the pairs: the farm answers in an order of its own. */
function themesByPath(pairs: readonly PairName[]): Map<string, Set<Theme>> {
  const sorted = [...pairs].sort((a, b) => (a.path < b.path ? -1 : 1));
  const byPath = new Map<string, Set<Theme>>();
  for (const { path, theme } of sorted) byPath.set(path, (byPath.get(path) ?? new Set()).add(theme));
  return byPath;
}

const indexName = 'index.html';
