import { json } from '../model/canonical.ts';

/**
 * Writes a default value as text that is the same whenever it is read, or `computed` if each reading gives another.
 *
 * Nothing tells a constant from a function here but its values: one that may hold the time is read again later.
 */
export function defaultText(read: () => unknown): string {
  try {
    const first = valueText(read());
    if (MAY_BE_TIME.test(first)) waitForNextMs();
    return valueText(read()) === first ? first : 'computed';
  } catch {
    return 'computed';
  }
}

function valueText(value: unknown): string {
  return json(plain(value)) ?? 'undefined';
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (value instanceof Date) return { date: value.getTime() };
  if (value instanceof Set) return { set: [...value].map(plain) };
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [plain(key), plain(item)]) };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

/** Takes a millisecond at most, and only for a default that looks like a moment. */
function waitForNextMs(): void {
  const start = Date.now();
  while (Date.now() === start);
}

/** Milliseconds since 1970, or how ISO 8601 writes a time of day. */
const MAY_BE_TIME = /\d{12}|\d\d:\d\d/;
