import { type IntersectionShape, mergeObjects, type ObjectShape, type Shape } from '@reeve/protocol';
import { type FindShape, resolve } from './view.ts';

/** The one object that an intersection amounts to. Undefined if it is none, or if rules hold for a part of it only. */
export function mergedObject(shape: IntersectionShape, find: FindShape): ObjectShape | undefined {
  if (hasRules(shape.left, find, 0) || hasRules(shape.right, find, 0)) return undefined;
  const shapes = new Proxy<Record<string, Shape>>({}, { get: (_, name) => find(String(name)) });
  return mergeObjects(shape, shapes);
}

function hasRules(shape: Shape, find: FindShape, depth: number): boolean {
  const part = resolve(shape, find);
  if (part.rules !== undefined || depth === NESTED_MAX) return true;
  return part.kind === 'intersection' && [part.left, part.right].some((half) => hasRules(half, find, depth + 1));
}

/** Intersections in intersections; more is a shape that names itself without end. */
const NESTED_MAX = 16;
