import { CodegenError } from '../codegen-error.ts';
import type { Lock } from './lock.ts';

/** Writes a lock as JSON: names in order, two spaces, a newline at the end. */
export function lockText(lock: Lock): string {
  return `${JSON.stringify(sorted(lock), undefined, 2)}\n`;
}

/** Reads what `lockText` has written. `name` is how the file is called in a complaint. */
export function parseLock(text: string, name: string): Lock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CodegenError(`${name} is no JSON.`, { hint: HINT, cause });
  }
  if (typeof value !== 'object' || value === null || !('lockVersion' in value)) {
    throw new CodegenError(`${name} is no lock of contracts.`, { hint: HINT });
  }
  if (value.lockVersion !== 1 || !('services' in value) || typeof value.services !== 'object') {
    throw new CodegenError(`${name} is a lock of version ${String(value.lockVersion)}; this reeve reads version 1.`, {
      hint: 'Use the version of @reeve/cli that has written it.',
    });
  }
  return value as Lock;
}

/** Fields and names come in order, so that a lock changes only where a contract does. Other lists keep theirs. */
function sorted(value: unknown, name = ''): unknown {
  if (name === 'optional' && Array.isArray(value)) return value.toSorted(byText);
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => byText(a, b));
  return Object.fromEntries(entries.map(([field, part]) => [field, sorted(part, field)]));
}

/** The same everywhere, whatever language the machine speaks. */
function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

const HINT = 'Write one with: reeve gen GLOB --out DIR --lock';
