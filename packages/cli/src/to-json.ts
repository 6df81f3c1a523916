/**
 * Turns a value from the wire into one that JSON can carry: a date into an ISO string, bytes into base64, a bigint into
 * its decimal digits, a Set into an array, a Map into an array of pairs, and what is not a finite number into its name.
 */
export function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : objectToJson(value);
    default:
      return value;
  }
}

function objectToJson(value: object): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  if (value instanceof Set) return [...value].map(toJson);
  if (value instanceof Map) return [...value].map(([key, held]) => [toJson(key), toJson(held)]);
  if (Array.isArray(value)) return value.map(toJson);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, toJson(field)]));
}
