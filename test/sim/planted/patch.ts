import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RULES } from '../rules.ts';

/** A bug to be planted: one text in one file, and what must notice it. */
export interface Patch {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** The exact text, which stands in the file once. */
  readonly text: string;
  readonly replacement: string;
  /** The invariant that must trip, such as `S3`. */
  readonly trips: string;
  /** The first seed to try. Default: 1. */
  readonly from?: number;
  /** What the tired colleague was thinking, or which failure goes unanswered. */
  readonly why?: string;
}

/** Puts the bug into the source. Throws an `Error` if its text is gone, or stands there more than once. */
export function applyPatch(source: string, { name, file, text, replacement }: Patch): string {
  const parts = source.split(text);
  if (parts.length === 2) return parts.join(replacement);
  const count = parts.length - 1;
  throw new Error(`planted bug "${name}": its text stands ${count} times in ${file}, and must stand there once`);
}

/** Reads the file that a patch is for, with the bug in it. Throws an `Error` if there is none. */
export function patchedSource(patch: Patch): string {
  let source: string;
  try {
    source = readFileSync(pathOf(patch), 'utf8');
  } catch {
    throw new Error(
      `planted bug "${patch.name}": there is no file ${patch.file}, seen from the root of the repository`,
    );
  }
  return applyPatch(source, patch);
}

export function pathOf({ file }: Patch): string {
  return fileURLToPath(new URL(`../../../${file}`, import.meta.url));
}

/** Reads patches from JSON: one, or a list. Throws an `Error` that says what is wrong with it. */
export function parsePatches(text: string): Patch[] {
  const value: unknown = JSON.parse(text);
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.length === 0) throw new Error('the list of patches is empty: nothing would be planted');
  return list.map((entry, i) => readPatch(entry, `patch ${i + 1}`));
}

function readPatch(entry: unknown, name: string): Patch {
  const patch = { name, ...(entry as Partial<Patch>) };
  for (const field of ['file', 'text', 'replacement', 'trips'] as const) {
    if (typeof patch[field] !== 'string') throw new Error(`${patch.name}: "${field}" must be a text`);
  }
  // Nothing else could ever trip, and three hundred seeds later it would look as if the bug had been missed.
  if (!RULES.includes(patch.trips!))
    throw new Error(`${patch.name}: "trips" is "${patch.trips}"; the invariants are ${RULES.join(', ')}`);
  if (patch.text === patch.replacement) throw new Error(`${patch.name}: the replacement is the text itself`);
  if (patch.from !== undefined && !(Number.isInteger(patch.from) && patch.from >= 0))
    throw new Error(`${patch.name}: "from" must be a seed, a whole number`);
  return patch as Patch;
}
