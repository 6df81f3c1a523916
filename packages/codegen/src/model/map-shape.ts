import type { Shape } from '@reeve/protocol';

/** Rebuilds a shape with each of its direct parts replaced. */
export function mapParts(shape: Shape, map: (part: Shape) => Shape): Shape {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return { ...shape, items: map(shape.items) };
    case 'tuple':
      return { ...shape, items: shape.items.map(map), ...(shape.rest === undefined ? {} : { rest: map(shape.rest) }) };
    case 'record':
    case 'map':
      return { ...shape, key: map(shape.key), value: map(shape.value) };
    case 'object':
      return {
        ...shape,
        fields: Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, map(field)])),
        ...(shape.catchall === undefined ? {} : { catchall: map(shape.catchall) }),
      };
    case 'union':
      return { ...shape, options: shape.options.map(map) };
    case 'intersection':
      return { ...shape, left: map(shape.left), right: map(shape.right) };
    case 'nullable':
      return { ...shape, of: map(shape.of) };
    case 'template':
      return { ...shape, parts: shape.parts.map((part) => (typeof part === 'string' ? part : map(part))) };
    default:
      return shape;
  }
}

/** Names of the shapes that a shape refers to, in the order in which they occur. */
export function refsOf(shape: Shape): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Shape): Shape => {
    if (part.kind === 'ref') names.add(part.name);
    return mapParts(part, visit);
  };
  visit(shape);
  return [...names];
}

/** Names of all shapes that can be reached from some: each before those that only it refers to. */
export function reachableFrom(shapes: readonly Shape[], find: (name: string) => Shape | undefined): readonly string[] {
  const names = new Set<string>();
  const visit = (shape: Shape): void => {
    for (const name of refsOf(shape)) {
      const target = names.has(name) ? undefined : find(name);
      names.add(name);
      if (target !== undefined) visit(target);
    }
  };
  for (const shape of shapes) visit(shape);
  return [...names];
}

/** Renames the shapes that a shape refers to. */
export function renameRefs(shape: Shape, rename: (name: string) => string): Shape {
  if (shape.kind === 'ref') return { ...shape, name: rename(shape.name) };
  return mapParts(shape, (part) => renameRefs(part, rename));
}

/** The same shape without what only readers and compilers want to know. */
export function onlyWire(shape: Shape): Shape {
  return mapParts(wirePart(shape), onlyWire);
}

/**
 * A shape without what only readers, compilers and workers want to know about itself; its parts are left alone.
 */
export function wirePart(shape: Shape): Shape {
  const { doc: _, rules: _rules, ...rest } = shape;
  if ('readonly' in rest) delete (rest as { readonly?: boolean }).readonly;
  if (rest.kind === 'object') delete (rest as { exact?: readonly string[] }).exact;
  return rest;
}
