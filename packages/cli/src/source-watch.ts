import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError } from './failure.ts';

export interface SourceWatchOptions {
  readonly folder: string;
  /** Folders that are not looked into. */
  readonly except: readonly string[];
  /** Called when files have changed and stay as they are for a moment. */
  readonly onChange: () => void;
  /** Called when watching is no longer possible. */
  readonly onError: (thrown: unknown) => void;
}

/**
 * Watches source files by looking at their times and sizes again and again.
 *
 * That finds changes where the system's own notices fail: in containers, on network disks, on Linux in new folders.
 */
export class SourceWatch {
  readonly #options: SourceWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #before = '';
  #isSettling = false;

  constructor(options: SourceWatchOptions) {
    this.#options = options;
  }

  /** Takes a first look: what changes from now on counts. */
  async start(): Promise<void> {
    this.#before = await this.#look();
    this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#compare(), LOOK_EVERY_MS);
  }

  async #compare(): Promise<void> {
    try {
      const now = await this.#look();
      const hasChanged = now !== this.#before;
      this.#before = now;
      // An editor that saves many files is still at it: wait until two looks see the same.
      if (!hasChanged && this.#isSettling && !this.#isStopped) this.#options.onChange();
      this.#isSettling = hasChanged;
      this.#arm();
    } catch (thrown) {
      this.#options.onError(thrown);
    }
  }

  async #look(): Promise<string> {
    const { folder, except } = this.#options;
    const seen: string[] = [];
    await collect(folder, new Set(except.map((path) => resolve(folder, path))), seen);
    return seen.sort().join('\n');
  }
}

async function collect(folder: string, except: ReadonlySet<string>, seen: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isForeign = entry.name.startsWith('.') || FOREIGN.has(entry.name) || except.has(path);
      if (!isForeign) await collect(path, except, seen);
    } else if (entry.isFile() && SOURCE.test(entry.name)) {
      const stats = await stat(path).catch(() => undefined);
      if (stats !== undefined) seen.push(`${path} ${stats.mtimeMs} ${stats.size}`);
      if (seen.length > FILES_MAX) throw tooMany(folder);
    }
  }
}

function tooMany(folder: string): Error {
  return new CommandError({
    code: 'resource_exhausted',
    reason: 'too_many_files',
    message: `more than ${FILES_MAX} source files to watch; the last were in ${folder}`,
    next: 'run reeve dev in the folder of one project',
  });
}

const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;
/** Folders that hold what others made. */
const FOREIGN: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage']);
/** A person does not notice it, and a few hundred files take a few ms to look at. */
const LOOK_EVERY_MS = 300;
/** Beyond it the looking itself would keep a core busy. */
const FILES_MAX = 10_000;
