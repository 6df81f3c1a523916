import type { $ZodCheck, $ZodType, $ZodTypes } from 'zod/v4/core';

/**
 * Paths to the strings and integers of a type that are always there, such as `orderId` or `customer.id`.
 *
 * Three levels deep: deeper keys make poor contracts, and slow type checks.
 */
export type KeyPath<T, Depth extends number = 2> = unknown extends T
  ? string
  : T extends readonly unknown[] | Date | Uint8Array | ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>
    ? never
    : T extends object
      ? { [K in keyof T & string]-?: PathAt<K, T[K], Depth> }[keyof T & string]
      : never;

type PathAt<K extends string, V, Depth extends number> = K extends `${string}.${string}`
  ? never
  : [V] extends [string | number | bigint]
    ? K
    : Depth extends 0
      ? never
      : undefined extends V
        ? never
        : null extends V
          ? never
          : `${K}.${KeyPath<V, Shallower[Depth]>}`;

type Shallower = [0, 0, 1, 2];

/** Why a path cannot be a key of an input, and what to do; undefined if it can. */
export function keyPathProblem(input: $ZodType, path: string): { problem: string; hint: string } | undefined {
  let schema = input;
  const walked: string[] = [];
  for (const name of path.split('.')) {
    const { schema: parent } = unwrap(schema);
    const shape = parent._zod.def.type === 'object' ? parent._zod.def.shape : undefined;
    const field = shape !== undefined && Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined) return { problem: missingText(path, walked), hint: missingHint(Object.keys(shape ?? {})) };
    walked.push(name);
    const { schema: inner, mayBeAbsent } = unwrap(field);
    if (mayBeAbsent) {
      return {
        problem: `key "${path}": "${walked.join('.')}" may be absent.`,
        hint: 'Every call needs its key: make it required, without default or null.',
      };
    }
    schema = inner;
  }
  if (isKeyValue(schema)) return undefined;
  return {
    problem: `key "${path}" is no string and no integer.`,
    hint: 'Choose a field such as z.string() or z.int().',
  };
}

/** What the caller provides, without what only matters to the handler. */
function unwrap(outer: $ZodType): { schema: $ZodTypes; mayBeAbsent: boolean } {
  let schema = outer as $ZodTypes;
  let mayBeAbsent = schema._zod.optin !== undefined;
  for (let i = 0; i < WRAPPERS_MAX; i++) {
    const { def } = schema._zod;
    if (def.type === 'pipe') schema = def.in as $ZodTypes;
    else if (def.type === 'lazy') schema = def.getter() as $ZodTypes;
    else if ('innerType' in def) {
      if (def.type === 'nullable') mayBeAbsent = true;
      schema = def.innerType as $ZodTypes;
    } else break;
  }
  return { schema, mayBeAbsent };
}

function isKeyValue(schema: $ZodType): boolean {
  const { schema: inner } = unwrap(schema);
  const { def } = inner._zod;
  switch (def.type) {
    case 'string':
    case 'bigint':
    case 'enum':
    case 'literal':
    case 'template_literal':
      return true;
    case 'number':
      return [inner, ...(def.checks ?? [])].some(isIntegerFormat);
    case 'union':
      return def.options.every(isKeyValue);
    default:
      return false;
  }
}

/** `z.int()` is its own check, `z.number().int()` has one. */
function isIntegerFormat({ _zod: { def } }: $ZodCheck | $ZodType): boolean {
  return 'format' in def && typeof def.format === 'string' && def.format.includes('int');
}

function missingText(path: string, walked: readonly string[]): string {
  const parent = walked.length === 0 ? 'the input' : `"${walked.join('.')}"`;
  return `key "${path}" does not exist: ${parent} has no such field.`;
}

function missingHint(names: readonly string[]): string {
  if (names.length === 0) return 'A key is a path into an object.';
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `"${name}"`);
  return `It has ${shown.join(', ')}${names.length > NAMES_SHOWN ? ', …' : ''}.`;
}

/** A schema that wraps itself more often than this never ends. */
const WRAPPERS_MAX = 32;

/** More names make an error hard to read. */
const NAMES_SHOWN = 8;
