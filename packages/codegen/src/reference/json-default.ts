import type { Shape, Shapes } from '@reeve/protocol';
import { splitRule } from '../diff/rule-text.ts';

/** A default as JSON spells values of its shape, in a list of its own; an empty list if there is none to tell. */
export function jsonDefaultOf(shape: Shape, shapes: Shapes): readonly unknown[] {
  const rule = shape.rules?.findLast((one) => one.startsWith('default '));
  if (rule === undefined) return [];
  try {
    return [spelled(JSON.parse(splitRule(rule)[1]), shape, shapes, 0)];
  } catch {
    // A value that cannot be told: `undefined`, or one in a place where several kinds of values may stand.
    return [];
  }
}

/** The text of a default marks a value that JSON has no form for by an object with one name: `{"date":5}`. */
function spelled(value: unknown, shape: Shape, shapes: Shapes, depth: number): unknown {
  const next = (part: unknown, of: Shape | undefined): unknown =>
    of === undefined ? part : spelled(part, of, shapes, depth + 1);
  if (depth > DEPTH_MAX) throw new Error('nested too deeply');
  const marked = (name: string): never => (value as Record<string, never>)[name]!;
  switch (shape.kind) {
    case 'date':
      return new Date(marked('date')).toISOString();
    case 'bigint':
      return String(marked('bigint'));
    case 'bytes':
      return Buffer.from(marked('bytes')).toString('base64');
    case 'set':
      return (marked('set') as unknown[]).map((item) => next(item, shape.items));
    case 'map':
      return (marked('map') as [unknown, unknown][]).map(([k, v]) => [next(k, shape.key), next(v, shape.value)]);
    case 'array':
      return (value as unknown[]).map((item) => next(item, shape.items));
    case 'object':
      return mapFields(value, (field, name) => next(field, shape.fields[name] ?? shape.catchall));
    case 'record':
      return mapFields(value, (field) => next(field, shape.value));
    case 'nullable':
      return value === null ? null : next(value, shape.of);
    case 'ref':
      return next(value, shapes[shape.name]);
    default:
      if (typeof value === 'object' && value !== null) throw new Error('which kind of value this is, is not known');
      return value;
  }
}

function mapFields(value: unknown, map: (field: unknown, name: string) => unknown): object {
  const fields = Object.entries(value as object).map(([name, field]) => [name, map(field, name)] as const);
  return Object.fromEntries(fields);
}

/** Deeper defaults are made by code, not written. */
const DEPTH_MAX = 64;
