import type { Shape, Shapes } from './shape.ts';

/** Whether values of a shape may have parts without a schema. */
export function holdsAny(shape: Shape, shapes: Shapes, seen: Set<string> = new Set()): boolean {
  const holds = (part: Shape | undefined): boolean => part !== undefined && holdsAny(part, shapes, seen);
  switch (shape.kind) {
    case 'any':
      return true;
    case 'object':
      return shape.unknown === 'loose' || holds(shape.catchall) || Object.values(shape.fields).some(holds);
    case 'record':
      return shape.loose === true || holds(shape.value);
    case 'map':
      return holds(shape.key) || holds(shape.value);
    case 'array':
    case 'set':
      return holds(shape.items);
    case 'tuple':
      return shape.items.some(holds) || holds(shape.rest);
    case 'union':
      return shape.options.some(holds);
    case 'intersection':
      return holds(shape.left) || holds(shape.right);
    case 'nullable':
      return holds(shape.of);
    case 'ref':
      if (seen.has(shape.name)) return false;
      seen.add(shape.name);
      return holds(shapes[shape.name]);
    default:
      return false;
  }
}
