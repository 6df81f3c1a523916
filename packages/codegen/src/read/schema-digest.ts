import { digest, json } from '../model/canonical.ts';
import { functionText } from './function-text.ts';
import type { $ZodType } from 'zod/v4/core';
import { stringboolWords } from './stringbool-words.ts';

/**
 * Identifies a function, which an object has under a name, by its text, without what formatting changes.
 *
 * Not by what it closes over: that cannot be seen.
 */
export function functionDigest(owner: object, name: string): string {
  return digest(functionText((owner as Readonly<Record<string, unknown>>)[name])).slice(0, DIGITS);
}

/**
 * Identifies a schema by everything in it, code included. `except` is a part that is compared elsewhere.
 *
 * Each schema is written once and then by its number, so that a schema which contains itself comes to an end.
 */
export function schemaDigest(schema: $ZodType, except?: $ZodType): string {
  const numbers = new Map<object, number>();
  if (except !== undefined) numbers.set(except, -1);
  const write = (value: unknown): unknown => {
    if (typeof value === 'function') return functionText(value);
    if (value instanceof RegExp || value instanceof Date || typeof value === 'bigint') return String(value);
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value === 'symbol') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    const known = numbers.get(value);
    if (known !== undefined) return { again: known };
    numbers.set(value, numbers.size);
    if ('_zod' in value) {
      const { def, check } = value._zod as { readonly def: object; readonly check?: unknown };
      const words = stringboolWords(def);
      return {
        ...fields(def, write),
        ...(words === undefined ? {} : { words }),
        ...('checks' in def || 'fn' in def ? {} : { code: functionText(check) }),
      };
    }
    if (Array.isArray(value)) return value.map(write);
    return fields(value, write);
  };
  return digest(json(write(schema))).slice(0, DIGITS);
}

function fields(value: object, write: (field: unknown) => unknown): Record<string, unknown> {
  const names = Object.keys(value).filter((name) => !IGNORED.has(name));
  return Object.fromEntries(names.map((name) => [name, write((value as Record<string, unknown>)[name])]));
}

/** Messages, and values that may be computed anew each time. */
const IGNORED: ReadonlySet<string> = new Set(['abort', 'catchValue', 'defaultValue', 'error', 'when']);

/** Enough to tell two functions of one method apart, and short enough to read. */
const DIGITS = 16;
