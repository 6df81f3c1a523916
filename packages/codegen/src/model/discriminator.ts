import type { ObjectShape, Shape, UnionShape } from '@reeve/protocol';
import { mapParts } from './map-shape.ts';

type FindShape = (name: string) => Shape | undefined;

/**
 * Names the field that tells the options of each union apart, where its author did not.
 *
 * Only a field counts that every option requires and whose constant values never coincide: then the first option that
 * fits is the one with the right value, and nothing else need be tried.
 */
export function withDiscriminators(shape: Shape, find: FindShape): Shape {
  const mapped = mapParts(shape, (part) => withDiscriminators(part, find));
  if (mapped.kind !== 'union' || mapped.discriminator !== undefined) return mapped;
  const discriminator = discriminatorOf(mapped, find);
  return discriminator === undefined ? mapped : { ...mapped, discriminator };
}

function discriminatorOf(union: UnionShape, find: FindShape): string | undefined {
  const objects: ObjectShape[] = [];
  for (const option of union.options) {
    const object = option.kind === 'ref' ? find(option.name) : option;
    if (object?.kind !== 'object') return undefined;
    objects.push(object);
  }
  const [first] = objects;
  if (first === undefined || objects.length < 2) return undefined;
  return Object.keys(first.fields).find((name) => {
    const values = objects.map((object) => constantsOf(object, name));
    const all = values.flatMap((some) => some ?? []);
    return !values.includes(undefined) && new Set(all).size === all.length;
  });
}

function constantsOf(object: ObjectShape, name: string): readonly unknown[] | undefined {
  const field = Object.hasOwn(object.fields, name) ? object.fields[name] : undefined;
  if (field === undefined || object.optional?.includes(name) === true) return undefined;
  return field.kind === 'literal' || field.kind === 'enum' ? field.values : undefined;
}
