import { createHash } from 'node:crypto';
import type { Shape } from '@reeve/protocol';
import { reachableFrom, wirePart } from './map-shape.ts';

type FindShape = (name: string) => Shape | undefined;

/**
 * Writes shapes as text so that shapes which accept the same values read the same.
 *
 * Names of types and docs do not matter, nor does the order of fields. A type that contains itself is written as the
 * number of steps back to it. A long object is written as its hash: types that use each other several times over would
 * otherwise double the text with each level.
 */
export class Canonical {
  readonly #find: FindShape;
  readonly #closed = new Map<string, string>();
  readonly #reached = new Map<string, readonly string[]>();

  constructor(find: FindShape) {
    this.#find = find;
  }

  text(shape: Shape): string {
    return this.#write(shape, []).text;
  }

  #write(shape: Shape, stack: readonly string[]): Written {
    if (shape.kind === 'ref') return this.#writeRef(shape.name, stack);
    let reach = Infinity;
    const part = (child: Shape): Raw => {
      const written = this.#write(child, stack);
      reach = Math.min(reach, written.reach);
      return new Raw(written.text);
    };
    const text = json(plainOf(shape, part));
    const isLong = shape.kind === 'object' && reach === Infinity && text.length > OBJECT_LENGTH_MAX;
    return { text: isLong ? JSON.stringify(digest(text)) : text, reach };
  }

  #writeRef(name: string, stack: readonly string[]): Written {
    const index = stack.indexOf(name);
    if (index >= 0) return { text: json({ back: stack.length - index }), reach: index };
    const known = this.#closed.get(name);
    // Within a type that it leads back to it is written with steps back, whether or not it was written alone before.
    if (known !== undefined && !this.#reachedFrom(name).some((one) => stack.includes(one))) {
      return { text: known, reach: Infinity };
    }
    const target = this.#find(name);
    if (target === undefined) return { text: json({ missing: name }), reach: Infinity };
    const written = this.#write(target, [...stack, name]);
    const isClosed = written.reach >= stack.length;
    if (isClosed) this.#closed.set(name, written.text);
    return { text: written.text, reach: isClosed ? Infinity : written.reach };
  }

  #reachedFrom(name: string): readonly string[] {
    const known = this.#reached.get(name);
    if (known !== undefined) return known;
    const names = reachableFrom([{ kind: 'ref', name }], this.#find);
    this.#reached.set(name, names);
    return names;
  }
}

/** First half of a SHA-256: enough that no two contracts ever meet by chance. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
}

/** JSON with sorted keys and without what is undefined. */
export function json(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, field]) => `${JSON.stringify(name)}:${json(field)}`).join(',')}}`;
}

/** Text that is JSON already. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** `reach`: how far up the stack the text points, the lowest index in it; Infinity if it stands for itself. */
interface Written {
  readonly text: string;
  readonly reach: number;
}

/** What counts of a shape: no docs, no rules of the worker, nothing that only helps to be fast. */
function plainOf(shape: Shape, part: (child: Shape) => Raw): unknown {
  const rest = wirePart(shape);
  switch (rest.kind) {
    case 'array':
    case 'set':
      return { ...rest, items: part(rest.items) };
    case 'tuple':
      return { ...rest, items: rest.items.map(part), rest: rest.rest && part(rest.rest) };
    case 'record':
    case 'map':
      return { ...rest, key: part(rest.key), value: part(rest.value) };
    case 'object':
      return {
        ...rest,
        fields: Object.fromEntries(Object.entries(rest.fields).map(([name, field]) => [name, part(field)])),
        optional: rest.optional === undefined || rest.optional.length === 0 ? undefined : rest.optional.toSorted(),
        unknown: rest.unknown === 'strip' ? undefined : rest.unknown,
        catchall: rest.catchall && part(rest.catchall),
      };
    case 'union':
      return { kind: rest.kind, options: rest.options.map(part) };
    case 'intersection':
      return { ...rest, left: part(rest.left), right: part(rest.right) };
    case 'nullable':
      return { ...rest, of: part(rest.of) };
    case 'template':
      return { ...rest, parts: rest.parts.map((one) => (typeof one === 'string' ? one : part(one))) };
    case 'literal':
    case 'enum':
      return { ...rest, values: rest.values.map((value) => JSON.stringify(value)).toSorted() };
    default:
      return rest;
  }
}

/** Shorter texts stay readable for whoever compares two of them. */
const OBJECT_LENGTH_MAX = 1_024;

const DIGEST_DIGITS = 32;
