import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError } from './failure.ts';

export interface SourceWatchOptions {
  readonly folder: string;
  /** Folders that are not looked into. */
  readonly except: readonly string[];
  /** Further files, by their absolute paths, wherever they are. Asked for at each look. */
  readonly others?: () => readonly string[];
  /** Called with the absolute paths of files that have changed, come or gone, when they stay so for a moment. */
  readonly onChange: (changed: ReadonlySet<string>) => void;
  /** Called when watching is no longer possible. */
  readonly onError: (thrown: unknown) => void;
}

/**
 * Watches source files by looking at their times and sizes again and again.
 *
 * That finds changes where the system's own notices fail: in containers, on network disks. Where notices come, they
 * only make the next look come sooner.
 */
export class SourceWatch {
  readonly #options: SourceWatchOptions;
  readonly #notices = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isLooking = false;
  #isNoticed = false;
  #before: Looked = { files: new Map(), folders: new Set(), others: new Set() };

  constructor(options: SourceWatchOptions) {
    this.#options = options;
  }

  /** Takes a first look: what changes from now on counts. */
  async start(): Promise<void> {
    this.#before = await this.#look();
    this.#arm(LOOK_EVERY_MS);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const notices of this.#notices.values()) notices.close();
    this.#notices.clear();
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#compare(), ms);
  }

  /** The system says that something has happened, though not reliably what. */
  #notice(): void {
    this.#isNoticed = true;
    if (!this.#isLooking) this.#arm(SETTLE_MS);
  }

  async #compare(): Promise<void> {
    this.#isLooking = true;
    this.#isNoticed = false;
    try {
      const now = await this.#look();
      const changed = differences(this.#before, now);
      this.#before = now;
      for (const path of changed) this.#changed.add(path);
      const isSettling = changed.length > 0 || this.#isNoticed;
      // An editor that saves many files is still at it: wait until two looks see the same.
      if (!isSettling && this.#changed.size > 0 && !this.#isStopped) {
        const all = new Set(this.#changed);
        this.#changed.clear();
        this.#options.onChange(all);
      }
      this.#arm(isSettling ? SETTLE_MS : LOOK_EVERY_MS);
    } catch (thrown) {
      this.#options.onError(thrown);
    } finally {
      this.#isLooking = false;
    }
  }

  async #look(): Promise<Looked> {
    const { folder, except, others = () => [] } = this.#options;
    const looked: Looked = { files: new Map(), folders: new Set(), others: new Set() };
    await collect(folder, new Set(except.map((path) => resolve(folder, path))), looked);
    for (const path of others()) if (!looked.files.has(path)) looked.others.add(path);
    await Promise.all([...looked.others].map((path) => lookAt(path, looked)));
    this.#listenTo(looked.folders);
    return looked;
  }

  #listenTo(folders: ReadonlySet<string>): void {
    for (const [folder, notices] of this.#notices) {
      if (folders.has(folder)) continue;
      notices.close();
      this.#notices.delete(folder);
    }
    for (const folder of folders) {
      if (this.#isStopped || this.#notices.has(folder) || this.#notices.size === NOTICES_MAX) continue;
      try {
        const notices = watch(folder, { persistent: false }, () => this.#notice());
        // Whatever it is, looking goes on without it.
        notices.on('error', () => notices.close());
        this.#notices.set(folder, notices);
      } catch {
        // The system has no more to give, or the folder is gone again.
      }
    }
  }
}

/** What one look has seen. */
interface Looked {
  /** Time and size by path. */
  readonly files: Map<string, string>;
  readonly folders: Set<string>;
  /** Files that somebody has asked for and that are in none of the folders. */
  readonly others: Set<string>;
}

/** A file that was not asked for before has not changed by being asked for. */
function differences(before: Looked, now: Looked): string[] {
  const gone = [...before.files.keys()].filter((path) => !now.files.has(path));
  const changed = [...now.files].filter(
    ([path, stamp]) =>
      before.files.get(path) !== stamp && (before.files.has(path) || !now.others.has(path) || before.others.has(path)),
  );
  return [...gone, ...changed.map(([path]) => path)];
}

async function lookAt(path: string, { files }: Looked): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  if (stats !== undefined) files.set(path, `${stats.mtimeMs} ${stats.size}`);
}

async function collect(folder: string, except: ReadonlySet<string>, looked: Looked): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  looked.folders.add(folder);
  const sources: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isForeign = entry.name.startsWith('.') || FOREIGN.has(entry.name) || except.has(path);
      if (!isForeign) await collect(path, except, looked);
    } else if (entry.isFile() && SOURCE.test(entry.name)) sources.push(path);
  }
  if (looked.files.size + sources.length > FILES_MAX) throw tooMany(folder);
  await Promise.all(sources.map((path) => lookAt(path, looked)));
}

function tooMany(folder: string): Error {
  return new CommandError({
    code: 'resource_exhausted',
    reason: 'too_many_files',
    message: `more than ${FILES_MAX} source files to watch; the last were in ${folder}`,
    next: 'run it in the folder of one project',
  });
}

const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;
/** Folders that hold what others made. */
const FOREIGN: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage']);
/** A person does not notice it, and a few hundred files take a few ms to look at. */
const LOOK_EVERY_MS = 300;
/** After a notice: long enough for an editor that writes a file in two steps, and hardly felt. */
const SETTLE_MS = 20;
/** Of folders. Systems allow some thousands for all programs together. */
const NOTICES_MAX = 1_000;
/** Beyond it the looking itself would keep a core busy. */
const FILES_MAX = 10_000;
