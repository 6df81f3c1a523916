import type { Shape } from '@reeve/protocol';
import { type $ZodCatchDef, type $ZodType, type $ZodTypes, regexes } from 'zod/v4/core';
import { json } from '../model/canonical.ts';
import { type Check, changesValue, checksOf, ownChecks } from './bounds.ts';
import { defaultText } from './default-text.ts';
import { functionDigest, schemaDigest } from './schema-digest.ts';
import type { Side } from './shape-reader.ts';

/**
 * What a schema says that its shape cannot: patterns, refinements, transforms, defaults.
 *
 * Each rule is a word and its value, such as `pattern /^A/`. Code is written as a digest of its text: whether two
 * functions mean the same cannot be known, only whether they read the same.
 */
export function rulesOf(schema: $ZodTypes, side: Side): readonly string[] {
  const { def } = schema._zod;
  const isCoerced = 'coerce' in def && def.coerce && side === 'input';
  const seen = isCoerced ? [] : checksOf(schema, side);
  const rules = ownChecks(schema).flatMap((check) => ruleOfCheck(check, seen.includes(check._zod.def), side));
  if (isCoerced) rules.unshift(`transform coerce-${def.type}`);
  switch (def.type) {
    case 'default':
    case 'prefault':
      return side === 'input' ? [...rules, `default ${defaultText(() => def.defaultValue)}`] : rules;
    case 'catch':
      return [...rules, `catch ${catchText(def)}`];
    case 'pipe':
      // What follows upon the caller's value is the worker's; what comes before a reply is not seen by anyone.
      return side === 'input' ? [...rules, `transform ${schemaDigest(schema, def.in)}`] : rules;
    default:
      return rules;
  }
}

/** The shape with rules added to those it has. */
export function withRules(shape: Shape, rules: readonly string[] = []): Shape {
  return rules.length === 0 ? shape : { ...shape, rules: [...(shape.rules ?? []), ...rules] };
}

/** A constant, or the code that makes it. Zod wraps constants in functions that all read the same. */
function catchText(def: $ZodCatchDef): string {
  const context = { value: undefined, issues: [], input: undefined, error: { issues: [] } };
  const value = defaultText(() => def.catchValue(context));
  return value === 'computed' ? `code ${functionDigest(def, 'catchValue')}` : value;
}

/** `isSeen`: the shape says what the check says, as far as it can. */
function ruleOfCheck(check: Check, isSeen: boolean, side: Side): readonly string[] {
  const { def } = check._zod;
  if (def.check === 'overwrite') return side === 'input' ? [`transform ${functionDigest(def, 'tx')}`] : [];
  if (isCustom(def)) {
    // Without a function of its own (superRefine) the check itself is what the author wrote.
    return [`refine ${'fn' in def ? functionDigest(def, 'fn') : functionDigest(check._zod, 'check')}`];
  }
  if (def.check === 'multiple_of') return [`multiple-of ${String(def.value)}`];
  if (def.check === 'string_format') {
    const { pattern } = def;
    if (IS_PATTERN.has(def.format) && pattern !== undefined) return [`pattern ${String(pattern)}`];
    const options = formatOptions(def);
    if (isSeen || changesValue(def)) return options === '{}' ? [] : [`format-options ${options}`];
    return [`check ${def.format} ${options}`];
  }
  if (isSeen && SHAPED.has(def.check)) return [];
  return [`check ${json(plainDef(def))}`];
}

/** Zod's list of checks leaves this one out. */
function isCustom(def: { readonly check: string }): boolean {
  return def.check === 'custom';
}

/** What the author said about a format besides its name; what Zod adds by itself may change with its version. */
function formatOptions(def: Check['_zod']['def'] & { readonly check: 'string_format' }): string {
  const { check: _, format: _format, pattern, ...rest } = def;
  const own = def.format === 'email' && String(pattern) !== String(regexes.email) ? { pattern: String(pattern) } : {};
  return json({ ...plainDef(rest), ...own });
}

function plainDef(def: object): Record<string, unknown> {
  const entries = Object.entries(def).filter(([name, value]) => !IGNORED.has(name) && value !== undefined);
  return Object.fromEntries(entries.flatMap(([name, value]) => plainEntry(name, value)));
}

function plainEntry(name: string, value: unknown): [string, unknown][] {
  if (value === false || value === null || typeof value === 'function') return [];
  if (value instanceof RegExp || value instanceof Date || typeof value === 'bigint') return [[name, String(value)]];
  if (typeof value === 'object' && '_zod' in value) return [[name, schemaDigest(value as $ZodType)]];
  return [[name, value]];
}

/** Of no meaning for what fits. */
const IGNORED: ReadonlySet<string> = new Set(['abort', 'checks', 'coerce', 'error', 'type', 'when']);

/** Formats that are nothing but a pattern. */
const IS_PATTERN: ReadonlySet<string> = new Set([
  'ends_with',
  'includes',
  'lowercase',
  'regex',
  'starts_with',
  'uppercase',
]);

/** Checks that shapes have a place for. */
const SHAPED: ReadonlySet<string> = new Set([
  'bigint_format',
  'greater_than',
  'length_equals',
  'less_than',
  'max_length',
  'max_size',
  'min_length',
  'min_size',
  'number_format',
  'size_equals',
]);
