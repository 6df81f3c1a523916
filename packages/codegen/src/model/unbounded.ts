import type { Shape } from '@reeve/protocol';
import { mapParts } from './map-shape.ts';
import type { ServiceModel } from './model.ts';

/** Paths of inputs where a caller may send as much as a message holds. */
export function unboundedInputs(service: ServiceModel): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const types = new Map(service.types.map(({ name, shape }) => [name, shape]));
  const visit = (shape: Shape, path: string): void => {
    if (isUnbounded(shape)) found.push(path);
    if (shape.kind === 'ref') {
      const target = seen.has(shape.name) ? undefined : types.get(shape.name);
      seen.add(shape.name);
      if (target !== undefined) visit(target, shape.name);
    } else if (shape.kind === 'object') {
      for (const [name, field] of Object.entries(shape.fields)) visit(field, `${path}.${name}`);
    } else {
      mapParts(shape, (part) => {
        visit(part, shape.kind === 'array' || shape.kind === 'set' ? `${path}[]` : path);
        return part;
      });
    }
  };
  for (const method of service.methods) visit(method.input.wire, `${service.name}.${method.name}.input`);
  return found;
}

/** What has a format is as long as that format, or is soon refused. */
function isUnbounded(shape: Shape): boolean {
  switch (shape.kind) {
    case 'string':
      return shape.max === undefined && shape.format === undefined;
    case 'array':
    case 'set':
    case 'map':
    case 'bytes':
      return shape.max === undefined;
    case 'record':
      return shape.key.kind !== 'enum' && shape.key.kind !== 'literal';
    default:
      return false;
  }
}
