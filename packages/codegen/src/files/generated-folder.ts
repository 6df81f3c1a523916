import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sourceOf } from '../print/service-names.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What was done with a file, or is to be done. */
export interface GeneratedFileResult {
  /** Absolute. */
  readonly path: string;
  /** `stale` only when checking: it differs, is missing, or belongs to a service that is gone. */
  readonly status: 'written' | 'unchanged' | 'removed' | 'stale';
  /** What would change. */
  readonly diff?: string;
}

/** Brings the files of a folder up to date, or tells which are not. Files that differ in nothing are left alone. */
export class GeneratedFolder {
  readonly #folder: string;
  readonly #check: boolean;

  constructor(folder: string, check: boolean) {
    this.#folder = folder;
    this.#check = check;
  }

  async update(name: string, text: string): Promise<GeneratedFileResult> {
    const file = path.join(this.#folder, name);
    const before = await readFile(file, 'utf8').catch(() => undefined);
    if (before === text) return { path: file, status: 'unchanged' };
    if (this.#check) return { path: file, status: 'stale', diff: unifiedDiff(before ?? '', text, name) };
    await mkdir(this.#folder, { recursive: true });
    await writeFile(file, text);
    return { path: file, status: 'written' };
  }

  /**
   * Removes what was generated for services that are gone.
   *
   * Only files whose names end with `suffix` are looked at. One goes only if its first lines say that we made it, and
   * from a contract that was read now or does not exist any more: another run with other patterns may own the rest.
   */
  async removeOthers(
    kept: ReadonlySet<string>,
    contracts: ReadonlySet<string>,
    suffix: string,
  ): Promise<GeneratedFileResult[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const results: GeneratedFileResult[] = [];
    for (const name of names.filter((one) => one.endsWith(suffix) && !kept.has(one)).toSorted()) {
      const file = path.join(this.#folder, name);
      const text = await readFile(file, 'utf8').catch(() => '');
      const source = sourceOf(text);
      if (source === undefined || !(await this.#isGone(source, contracts))) continue;
      if (this.#check) results.push({ path: file, status: 'stale', diff: unifiedDiff(text, '', name) });
      else {
        await rm(file);
        results.push({ path: file, status: 'removed' });
      }
    }
    return results;
  }

  async #isGone(source: string, contracts: ReadonlySet<string>): Promise<boolean> {
    const contract = path.resolve(this.#folder, source);
    if (contracts.has(contract)) return true;
    return readFile(contract).then(
      () => false,
      () => true,
    );
  }
}
