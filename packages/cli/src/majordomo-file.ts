import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { MajordomoOptions } from '@reeve/broker';
import { CommandError, usageError } from './failure.ts';
import { jsonFault } from './json-fault.ts';

/**
 * Reads how Majordomo peers are served: a file of JSON, or `off`. What the options may be is checked by the broker.
 */
export async function readMajordomo(file: string, cwd: string): Promise<MajordomoOptions | false> {
  if (file === 'off') return false;
  const text = await readText(file, cwd);
  try {
    return JSON.parse(text) as MajordomoOptions;
  } catch (thrown) {
    const { line, column, expected, found } = jsonFault(text);
    const message = `${file} is not JSON: at line ${line}, column ${column} there is ${found} instead of ${expected}`;
    throw fileError(message, thrown);
  }
}

/** Says where a wrong option stands: it came from the file. */
export function wrongOption(file: string, thrown: TypeError): CommandError {
  return fileError(`${file}: ${thrown.message}`, thrown);
}

async function readText(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') {
      throw usageError(`there is no file ${file}`, `paths start from ${cwd}; --majordomo off needs no file`, thrown);
    }
    const message = `${file} cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    throw fileError(message, thrown);
  }
}

function fileError(message: string, cause: unknown): CommandError {
  const failure = { code: 'invalid_argument', reason: 'bad_majordomo', message, next: NEXT };
  return new CommandError(failure, { cause });
}

const NEXT = 'write it like {"services":{"thumbnail":{"retrySafe":true}}}; docs/majordomo.md has the options';
