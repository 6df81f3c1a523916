import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ImportedModule } from '@reeve/worker/driver';
import { importModule } from '@reeve/worker/driver';
import { CommandError, usageError } from './failure.ts';

/**
 * Loads a module of the user's, TypeScript or JavaScript.
 *
 * What Node can load by itself it does; the rest goes through jiti. Throws an error of one line if it cannot be loaded.
 */
export async function loadModule(file: string, cwd: string): Promise<ImportedModule> {
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw usageError(`there is no file ${file}`, `paths start from ${cwd}`);
  try {
    return await importModule(path);
  } catch (thrown) {
    throw loadError(file, thrown);
  }
}

function loadError(file: string, thrown: unknown): Error {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const lost = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  const failure = { code: 'invalid_argument', reason: 'bad_module' };
  if (lost !== undefined) {
    const what = `${file} cannot be loaded: it imports "${lost}", which is not there`;
    const isPath = /^[./]|^file:/.test(lost);
    const next = isPath ? 'if it is a generated file, run reeve gen first' : `install it: npm install ${lost}`;
    return new CommandError({ ...failure, message: what, next }, { cause: thrown });
  }
  const next = 'put it right; --debug shows where it was thrown';
  return new CommandError({ ...failure, message: `${file} cannot be loaded: ${message}`, next }, { cause: thrown });
}
