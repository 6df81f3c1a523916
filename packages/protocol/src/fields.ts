/**
 * Field kinds of the records that carry one MessagePack map.
 *
 * A kind checks what a decoder gave it and copies out what it knows, so that nothing unexpected of a peer gets any
 * further: no prototypes, no unknown names, no lists without a bound.
 */
export interface Field<T> {
  /** Shown in the tables of the specification. */
  readonly kind: string;
  /** Returns the checked value, or `INVALID`. */
  read(value: unknown): T | typeof INVALID;
}

/** One field per property. A property that may be absent has a field that may be absent. */
export type FieldsOf<T> = {
  readonly [K in string & keyof T]: Field<T[K]>;
};

/** What a field reads as when it is not what it should be. */
export const INVALID: unique symbol = Symbol('invalid');

/** A string of at most `max` UTF-16 units. */
export function text(max: number): Field<string> {
  return field(`text, at most ${max}`, (v) => (typeof v === 'string' && v.length <= max ? v : INVALID));
}

/** One of a closed set of strings. */
export function choice<const T extends string>(...options: readonly T[]): Field<T> {
  return field(options.map((o) => `\`${o}\``).join(' or '), (v) => options.find((o) => o === v) ?? INVALID);
}

/** One of a set of strings that later versions may add to: those it does not know read as `other`. */
export function openChoice<const T extends string>(other: NoInfer<T>, ...options: readonly T[]): Field<T> {
  const kind = `${options.map((o) => `\`${o}\``).join(' or ')}; one it does not know reads as \`${other}\``;
  return field(kind, (v) => (typeof v === 'string' ? (options.find((o) => o === v) ?? other) : INVALID));
}

/** An integer from 0 to `max`. */
export function integer(max: number = Number.MAX_SAFE_INTEGER): Field<number> {
  const kind = max === Number.MAX_SAFE_INTEGER ? 'integer' : `integer, at most ${max}`;
  return field(kind, (v) => (typeof v === 'number' && Number.isInteger(v) && v >= 0 && v <= max ? v : INVALID));
}

/** True or false. */
export function flag(): Field<boolean> {
  return field('boolean', (v) => (typeof v === 'boolean' ? v : INVALID));
}

/** A byte string of exactly `length` bytes. */
export function blob(length: number): Field<Uint8Array> {
  return field(`${length} bytes`, (v) => (v instanceof Uint8Array && v.length === length ? v : INVALID));
}

/** A list of at most `max` items. */
export function list<T>(of: Field<T>, max: number): Field<readonly T[]> {
  return field(`list of ${of.kind}, at most ${max} items`, (v) => {
    if (!Array.isArray(v) || v.length > max) return INVALID;
    const items: T[] = [];
    for (const item of v as unknown[]) {
      const read = of.read(item);
      if (read === INVALID) return INVALID;
      items.push(read);
    }
    return items;
  });
}

/** A map with named fields. Names it does not know are skipped. */
export function group<T>(fields: FieldsOf<T>): Field<T> {
  const kinds = Object.entries<Field<unknown>>(fields as Record<string, Field<unknown>>);
  const kind = `{ ${kinds.map(([name, f]) => `${name}: ${f.kind}`).join('; ')} }`;
  return field(kind, (v) => readFields<T>(fields, v) ?? INVALID);
}

/** A field that may be absent. */
export function optional<T>(of: Field<T>): Field<T | undefined> {
  return field(`${of.kind}, optional`, (v) => (v === undefined || v === null ? undefined : of.read(v)));
}

/** Reads a map against its fields. Returns `undefined` if any of them is not what it should be. */
export function readFields<T>(fields: FieldsOf<T>, value: unknown): T | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const result: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries<Field<unknown>>(fields as Record<string, Field<unknown>>)) {
    const read = spec.read(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined);
    if (read === INVALID) return undefined;
    if (read !== undefined) result[name] = read;
  }
  return result as T;
}

function field<T>(kind: string, read: (value: unknown) => T | typeof INVALID): Field<T> {
  return { kind, read };
}
