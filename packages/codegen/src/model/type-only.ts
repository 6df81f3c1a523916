import type { Shape } from '@reeve/protocol';
import { mapParts } from './map-shape.ts';

/** What TypeScript sees of a shape: no ranges, no formats, no comments. */
export function typeOnly(shape: Shape): Shape {
  const { doc: _, ...bare } = shape;
  const rest = mapParts(bare, typeOnly);
  const isReadonly = 'readonly' in rest ? { readonly: rest.readonly } : {};
  switch (rest.kind) {
    case 'string':
    case 'number':
    case 'date':
    case 'bytes':
      return { kind: rest.kind };
    case 'bigint':
      return rest.min !== undefined && rest.min === rest.max ? rest : { kind: 'bigint' };
    case 'array':
    case 'set':
      return { kind: rest.kind, items: rest.items, ...isReadonly };
    case 'map':
    case 'record':
      return { kind: rest.kind, key: rest.key, value: rest.value, ...isReadonly };
    case 'object': {
      const { unknown, ...object } = rest;
      return unknown === 'loose' ? { ...object, unknown } : object;
    }
    case 'union':
      return { kind: 'union', options: rest.options };
    default:
      return rest;
  }
}
