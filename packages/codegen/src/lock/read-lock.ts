import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CodegenError } from '../codegen-error.ts';
import { findFiles } from '../files/find-files.ts';
import { readContracts } from '../read/read-contract.ts';
import { type Lock, lockOf } from './lock.ts';
import { parseLock } from './lock-text.ts';

/** How the lock of a project's contracts is called. */
export const LOCK_FILE = 'reeve.lock.json';

/** A lock, and where each of its services is written. */
export interface LocatedLock {
  readonly lock: Lock;
  /** Absolute path of a lock file or a contract, by the name of the service. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Reads one version of some contracts.
 *
 * `source` is a lock file, a folder with a `reeve.lock.json`, a pattern for contract files, or a lock of a git
 * revision, written as git does it: `main:reeve.lock.json`. Relative to `cwd`. Throws a `CodegenError`.
 */
export async function readLock(source: string, cwd: string): Promise<LocatedLock> {
  const place = path.resolve(cwd, source);
  const kind = await kindOf(place);
  if (kind === 'folder') return readLock(path.join(source, LOCK_FILE), cwd);
  if (kind === 'file' && place.endsWith('.json'))
    return located(parseLock(await readFile(place, 'utf8'), source), place);
  const revision = REVISION.exec(source);
  if (kind === undefined && revision !== null) return readRevision(source, revision[1] ?? '', cwd);
  const files = await findFiles([source], cwd);
  if (files.length === 0) {
    throw new CodegenError(`there is no lock and no contract at ${source}.`, {
      hint: `Name a ${LOCK_FILE}, contracts such as 'src/**/*.contract.ts', or a revision: main:${LOCK_FILE}`,
    });
  }
  const { services } = await readContracts(files, cwd);
  return { lock: lockOf(services), files: Object.fromEntries(services.map(({ name, file }) => [name, file])) };
}

/** git takes a path after the colon from the top of the repository, unless it begins with `./`. */
async function readRevision(source: string, file: string, cwd: string): Promise<LocatedLock> {
  const name = source.replace(/:(?![./])/, ':./');
  try {
    const { stdout } = await promisify(execFile)('git', ['show', name], { cwd, maxBuffer: LOCK_BYTES_MAX });
    return located(parseLock(stdout, source), path.resolve(cwd, file));
  } catch (cause) {
    if (cause instanceof CodegenError) throw cause;
    const said = (cause as { readonly stderr?: string }).stderr?.trim().split('\n')[0] ?? String(cause);
    throw new CodegenError(`git does not show ${source}: ${said}`, {
      hint: 'Fetch that revision, or name a file that exists.',
      cause,
    });
  }
}

function located(lock: Lock, file: string): LocatedLock {
  return { lock, files: Object.fromEntries(Object.keys(lock.services).map((name) => [name, file])) };
}

async function kindOf(place: string): Promise<'file' | 'folder' | undefined> {
  const stats = await stat(place).catch(() => undefined);
  return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
}

/** `main:reeve.lock.json`. A letter alone before the colon is a drive of Windows. */
const REVISION = /^[^:*?{}]{2,}:(.+\.json)$/;

/** Some hundred services; what is larger is no lock. */
const LOCK_BYTES_MAX = 64 * 1_024 * 1_024;
