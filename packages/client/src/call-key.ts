import { LIMITS } from '@reeve/protocol';
import { badOption } from './call-options.ts';

/**
 * The key of a call: what the option says, else the values at the contract's paths into the input. Plain data, so
 * that every client computes the same. One value stands as it is; several stand in a JSON array of strings.
 *
 * Returns `undefined` for a call without a key. Throws a `ReeveError` if a value is missing or the key is too long.
 */
export function callKey(paths: readonly string[], input: unknown, option: string | undefined): Uint8Array | undefined {
  if (option === undefined && paths.length === 0) return undefined;
  const text = option ?? keyText(paths, input);
  if (text === '') throw badOption('the key is empty; every call with a key needs one of its own');
  const bytes = UTF8.encode(text);
  if (bytes.length <= LIMITS.keyBytesMax) return bytes;
  throw badOption(`the key has ${bytes.length} bytes, at most ${LIMITS.keyBytesMax} are sent; use a shorter one`);
}

function keyText(paths: readonly string[], input: unknown): string {
  const values = paths.map((path) => valueAt(path, input));
  return values.length === 1 ? values[0]! : JSON.stringify(values);
}

function valueAt(path: string, input: unknown): string {
  let value = input;
  for (const name of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || Number.isInteger(value)) return String(value);
  throw badOption(`the key "${path}" must be a string or an integer of the input`);
}

const UTF8 = new TextEncoder();
