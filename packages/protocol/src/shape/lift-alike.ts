import type { ObjectShape, Shape, Shapes } from './shape.ts';

/**
 * Whether a value of the wire comes out the same, whichever of two shapes it is taken for.
 *
 * Then it does not matter that they cannot be told apart: two ranges of bigints, or two objects that share their
 * bigints. In doubt, no.
 */
export function liftAlike(left: Shape, right: Shape, shapes: Shapes): boolean {
  return alike(left, right, shapes, 0);
}

function alike(left: Shape, right: Shape, shapes: Shapes, depth: number): boolean {
  if (depth > DEPTH_MAX) return false;
  if (left.kind === 'ref' && right.kind === 'ref' && left.name === right.name) return true;
  if (left.kind === 'ref') return alike(shapes[left.name] ?? UNKNOWN, right, shapes, depth + 1);
  if (right.kind === 'ref') return alike(left, shapes[right.name] ?? UNKNOWN, shapes, depth + 1);
  if (UNCHANGED.has(left.kind) && UNCHANGED.has(right.kind)) return true;
  const both = (one: Shape, other: Shape): boolean => alike(one, other, shapes, depth + 1);
  if (left.kind === 'object' && right.kind === 'object') return objectsAlike(left, right, both);
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case 'bigint':
    case 'undefined':
      return true;
    case 'array':
    case 'set':
      return both(left.items, (right as typeof left).items);
    case 'map':
    case 'record':
      return both(left.key, (right as typeof left).key) && both(left.value, (right as typeof left).value);
    case 'nullable':
      return both(left.of, (right as typeof left).of);
    default:
      return JSON.stringify(left) === JSON.stringify(right);
  }
}

/** A field that only one of them declares is not sent by the other, unless that one carries others along. */
function objectsAlike(left: ObjectShape, right: ObjectShape, both: (one: Shape, other: Shape) => boolean): boolean {
  if ([left, right].some(({ catchall, unknown }) => catchall !== undefined || unknown === 'loose')) {
    return JSON.stringify(left) === JSON.stringify(right);
  }
  return Object.entries(left.fields).every(([name, field]) => {
    const other = Object.hasOwn(right.fields, name) ? right.fields[name] : undefined;
    return other === undefined || both(field, other);
  });
}

const UNKNOWN: Shape = { kind: 'any' };

/** Values of these arrive as they are, or become what they are whatever the shape. */
const UNCHANGED: ReadonlySet<string> = new Set([
  'boolean',
  'bytes',
  'date',
  'enum',
  'literal',
  'null',
  'number',
  'string',
  'template',
]);

/** Shapes nested deeper than this are taken to differ. */
const DEPTH_MAX = 12;
