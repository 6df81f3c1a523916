import type { ArrayShape, MapShape, SetShape, TupleShape } from '@reeve/protocol';
import type { $ZodArrayDef, $ZodMapDef, $ZodSetDef, $ZodTupleDef, $ZodType } from 'zod/v4/core';
import { withoutUndefined } from './absence.ts';
import { lengthBounds } from './bounds.ts';
import { inside, type Place } from './refusal.ts';
import type { ShapeReader, Side } from './shape-reader.ts';

export function readArray(
  reader: ShapeReader,
  schema: $ZodType,
  def: $ZodArrayDef,
  side: Side,
  place: Place,
): ArrayShape {
  return { kind: 'array', items: reader.read(def.element, side, inside(place, '[]')), ...lengthBounds(schema, side) };
}

export function readTuple(reader: ShapeReader, def: $ZodTupleDef, side: Side, place: Place): TupleShape {
  const isOptional = def.items.map((item) =>
    side === 'input' ? item._zod.optin !== undefined : item._zod.optout === 'optional',
  );
  const required = isOptional.lastIndexOf(false) + 1;
  const items = def.items.map((item, index) => {
    const shape = reader.read(item, side, inside(place, `[${index}]`));
    return index < required ? shape : withoutUndefined(shape);
  });
  return {
    kind: 'tuple',
    items,
    ...(required < items.length ? { required } : {}),
    ...(def.rest === null || def.rest === undefined ? {} : { rest: reader.read(def.rest, side, inside(place, '[]')) }),
  };
}

export function readMap(reader: ShapeReader, schema: $ZodType, def: $ZodMapDef, side: Side, place: Place): MapShape {
  const key = reader.read(def.keyType, side, inside(place, '[key]'));
  return {
    kind: 'map',
    key,
    value: reader.read(def.valueType, side, inside(place, '[]')),
    ...lengthBounds(schema, side),
  };
}

export function readSet(reader: ShapeReader, schema: $ZodType, def: $ZodSetDef, side: Side, place: Place): SetShape {
  return { kind: 'set', items: reader.read(def.valueType, side, inside(place, '[]')), ...lengthBounds(schema, side) };
}
