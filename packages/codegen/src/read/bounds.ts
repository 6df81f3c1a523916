import type { $ZodCheck, $ZodChecks, $ZodType } from 'zod/v4/core';
import type { Side } from './shape-reader.ts';

/** What the checks of a schema say that holds for the values of one side. */
export type CheckDef = $ZodChecks['_zod']['def'];

/**
 * The checks that hold for one side of a schema.
 *
 * `z.string().trim().max(3)` measures what trimming left: the caller's string may be longer. So a check after a change
 * says nothing about the input, and a check before a change nothing about the output.
 */
export function checksOf(schema: $ZodType, side: Side): readonly CheckDef[] {
  const all = ownChecks(schema).map((check) => check._zod.def);
  const holds = side === 'input' ? all.findIndex(changesValue) : all.findLastIndex(changesValue);
  if (holds < 0) return all;
  return side === 'input' ? all.slice(0, holds + 1) : all.slice(holds);
}

/** A check and what it says. */
export type Check = $ZodCheck & { readonly _zod: { readonly def: CheckDef } };

/** All checks of a schema in their order: the one that it may be itself, then those added to it. */
export function ownChecks(schema: $ZodType): readonly Check[] {
  const { def, traits } = schema._zod;
  const own = traits.has('$ZodCheck') && def.type !== 'custom' ? [schema as unknown as $ZodCheck] : [];
  return [...own, ...(def.checks ?? [])] as unknown as readonly Check[];
}

/** Least and largest length or size, as far as checks say so. */
export function lengthBounds(schema: $ZodType, side: Side): { min?: number; max?: number } {
  const bounds: { min?: number; max?: number } = {};
  for (const def of checksOf(schema, side)) {
    const exact = 'length' in def ? def.length : 'size' in def ? def.size : undefined;
    const min = exact ?? ('minimum' in def ? def.minimum : undefined);
    const max = exact ?? ('maximum' in def ? def.maximum : undefined);
    if (min !== undefined && min > 0) bounds.min = Math.max(bounds.min ?? 0, min);
    if (max !== undefined) bounds.max = Math.min(bounds.max ?? Infinity, max);
  }
  return bounds;
}

/** A URL is trimmed while it is checked. */
export function changesValue(def: CheckDef): boolean {
  return def.check === 'overwrite' || (def.check === 'string_format' && def.format === 'url');
}
