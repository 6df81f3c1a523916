import type { Shape } from '@reeve/protocol';
import { withRules } from './rules.ts';

/** Something or nothing. */
export function orUndefined(shape: Shape): Shape {
  if (shape.kind === 'undefined' || shape.kind === 'any') return shape;
  const options = shape.kind === 'union' ? shape.options : [shape];
  if (options.some((option) => option.kind === 'undefined')) return shape;
  return { kind: 'union', options: [shape, { kind: 'undefined' }] };
}

/** The same with a read-only type. What is no container is one already. */
export function asReadonly(shape: Shape): Shape {
  switch (shape.kind) {
    case 'array':
    case 'map':
    case 'object':
    case 'record':
    case 'ref':
    case 'set':
    case 'tuple':
      return { ...shape, readonly: true };
    case 'nullable':
      return { ...shape, of: asReadonly(shape.of) };
    case 'union':
      return { ...shape, options: shape.options.map(asReadonly) };
    default:
      return shape;
  }
}

/** The same without the possibility of nothing, where that can be seen from outside. */
export function withoutUndefined(shape: Shape): Shape {
  if (shape.kind === 'nullable') return { ...shape, of: withoutUndefined(shape.of) };
  if (shape.kind !== 'union') return shape;
  const options = shape.options.filter((option) => option.kind !== 'undefined').map(withoutUndefined);
  const [only] = options;
  return only !== undefined && options.length === 1
    ? withRules({ ...only, ...(shape.doc === undefined ? {} : { doc: shape.doc }) }, shape.rules)
    : { ...shape, options };
}
