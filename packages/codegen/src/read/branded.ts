import type { $ZodType, $ZodTypes } from 'zod/v4/core';
import type { SchemaSyntax } from './schema-syntax.ts';

/**
 * Whether a brand is somewhere in a schema. A live schema does not know: only its source says so.
 *
 * Callers have no Zod and get plain types. A handler passes what it gets to code that wants the brand, so it is given
 * the contract's own type.
 */
export function isBranded(schema: $ZodType, syntax: SchemaSyntax): boolean {
  const seen = new Set<object>();
  const pending = [schema];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { def } = (next as $ZodTypes)._zod;
    if (seen.has(def)) continue;
    seen.add(def);
    if (syntax.isBranded(next)) return true;
    const parts: unknown[] = Object.values(def).flat();
    if (def.type === 'object') parts.push(...Object.values(def.shape));
    if (def.type === 'lazy') parts.push(def.getter());
    pending.push(...parts.filter(isSchema));
  }
  return false;
}

function isSchema(value: unknown): value is $ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}
