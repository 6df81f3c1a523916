import type { IntersectionShape, ObjectShape, Shape, Shapes } from './shape.ts';

/** The one object that an intersection of objects amounts to; undefined if it is something else. */
export function mergeObjects(shape: IntersectionShape, shapes: Shapes): ObjectShape | undefined {
  const left = objectOf(shape.left, shapes, 0);
  const right = objectOf(shape.right, shapes, 0);
  return left === undefined || right === undefined ? undefined : merge(left, right);
}

function objectOf(shape: Shape, shapes: Shapes, depth: number): ObjectShape | undefined {
  if (depth > NESTED_MAX) return undefined;
  switch (shape.kind) {
    case 'object':
      return shape;
    case 'ref': {
      const target = shapes[shape.name];
      return target === undefined ? undefined : objectOf(target, shapes, depth + 1);
    }
    case 'intersection': {
      const left = objectOf(shape.left, shapes, depth + 1);
      const right = objectOf(shape.right, shapes, depth + 1);
      return left === undefined || right === undefined ? undefined : merge(left, right);
    }
    default:
      return undefined;
  }
}

/** A field that is optional for one half is still required by the other. A field is known if either half knows it. */
function merge(left: ObjectShape, right: ObjectShape): ObjectShape {
  const fields: Record<string, Shape> = { ...left.fields };
  for (const [name, field] of Object.entries(right.fields)) {
    const other = Object.hasOwn(left.fields, name) ? left.fields[name] : undefined;
    fields[name] = other === undefined ? field : { kind: 'intersection', left: other, right: field };
  }
  const isOptional = (name: string): boolean =>
    [left, right].every((half) => !Object.hasOwn(half.fields, name) || half.optional?.includes(name) === true);
  const catchall = bothOf(left.catchall, right.catchall);
  return {
    kind: 'object',
    fields,
    optional: Object.keys(fields).filter(isOptional),
    unknown: strictest(left, right),
    ...(catchall === undefined ? {} : { catchall }),
  };
}

function bothOf(left: Shape | undefined, right: Shape | undefined): Shape | undefined {
  return left === undefined || right === undefined ? (left ?? right) : { kind: 'intersection', left, right };
}

function strictest(left: ObjectShape, right: ObjectShape): 'strip' | 'strict' | 'loose' {
  if (left.unknown === 'loose' || right.unknown === 'loose') return 'loose';
  return left.unknown === 'strict' && right.unknown === 'strict' ? 'strict' : 'strip';
}

/** Named intersections of intersections; more is a shape that names itself without end. */
const NESTED_MAX = 16;
