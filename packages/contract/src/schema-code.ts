import type { $ZodCheck, $ZodType, $ZodTypes } from 'zod/v4/core';

/** What of its author's code runs when a schema parses: none, some, or some that is known to be asynchronous. */
export type SchemaCode = 'none' | 'some' | 'async';

/** Looks through a schema for refinements, transforms and the like. */
export function codeIn(schema: $ZodType): SchemaCode {
  const seen = new Set<object>();
  const pending = [schema];
  let found: SchemaCode = 'none';
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const own = codeOf(next as $ZodTypes);
    if (own === 'async') return 'async';
    if (own === 'some') found = 'some';
    pending.push(...partsOf(next as $ZodTypes));
  }
  return found;
}

function codeOf(schema: $ZodTypes): SchemaCode {
  const { def } = schema._zod;
  if (def.type === 'transform' && isAsyncFunction(def.transform)) return 'async';
  if (!CODELESS_TYPES.has(def.type) || 'transform' in def) return 'some';
  return (def.checks ?? []).every((check: $ZodCheck) => CODELESS_CHECKS.has(check._zod.def.check)) ? 'none' : 'some';
}

/** Whatever a schema is made of. The shape of an object and the inside of a lazy schema hide behind functions. */
function partsOf(schema: $ZodTypes): $ZodType[] {
  const { def } = schema._zod;
  const parts: unknown[] = Object.values(def).flat();
  if (def.type === 'object') parts.push(...Object.values(def.shape));
  if (def.type === 'lazy') parts.push(def.getter());
  return parts.filter((part): part is $ZodType => typeof part === 'object' && part !== null && '_zod' in part);
}

function isAsyncFunction(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object AsyncFunction]';
}

const CODELESS_TYPES: ReadonlySet<string> = new Set([
  'any',
  'array',
  'bigint',
  'boolean',
  'date',
  'default',
  'enum',
  'int',
  'intersection',
  'lazy',
  'literal',
  'map',
  'never',
  'nonoptional',
  'null',
  'nullable',
  'number',
  'object',
  'optional',
  'pipe',
  'prefault',
  'readonly',
  'record',
  'set',
  'string',
  'template_literal',
  'tuple',
  'undefined',
  'union',
  'unknown',
  'void',
]);

const CODELESS_CHECKS: ReadonlySet<string> = new Set([
  'bigint_format',
  'greater_than',
  'length_equals',
  'less_than',
  'max_length',
  'max_size',
  'min_length',
  'min_size',
  'multiple_of',
  'number_format',
  'overwrite',
  'size_equals',
  'string_format',
]);
