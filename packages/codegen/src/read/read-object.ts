import type { ObjectShape, RecordShape, Shape } from '@reeve/protocol';
import type { $ZodObjectDef, $ZodRecordDef, $ZodType, $ZodTypes } from 'zod/v4/core';
import { withoutUndefined } from './absence.ts';
import { inside, type Place, Refusal } from './refusal.ts';
import { describe } from './schema-names.ts';
import type { ShapeReader, Side } from './shape-reader.ts';

export function readObject(
  reader: ShapeReader,
  schema: $ZodType,
  def: $ZodObjectDef,
  side: Side,
  place: Place,
): ObjectShape {
  const fields: Record<string, Shape> = {};
  const optional: string[] = [];
  const exact: string[] = [];
  if (Object.getOwnPropertySymbols(def.shape).length > 0) {
    throw new Refusal(place, 'a field named by a symbol cannot be sent.', 'Name it by a string.');
  }
  for (const [name, field] of Object.entries(def.shape)) {
    const syntax = reader.syntax.field(schema, name);
    const at = inside(place, name, syntax?.position);
    if (name === '__proto__') throw new Refusal(at, 'a field of this name is never sent.', 'Choose another name.');
    const isOptional = mayBeAbsent(field, side);
    const shape = reader.read(field, side, at);
    const doc = shape.doc ?? describe(field) ?? syntax?.doc;
    if (isOptional) optional.push(name);
    if (isOptional && field._zod.traits.has('$ZodExactOptional')) exact.push(name);
    fields[name] = { ...(isOptional ? withoutUndefined(shape) : shape), ...(doc === undefined ? {} : { doc }) };
  }
  return {
    kind: 'object',
    fields,
    ...(optional.length === 0 ? {} : { optional }),
    ...(exact.length === 0 ? {} : { exact }),
    ...others(reader, def, side, place),
  };
}

/** A record with a fixed set of keys, all of them required, is an object. */
export function readRecord(
  reader: ShapeReader,
  def: $ZodRecordDef,
  side: Side,
  place: Place,
): ObjectShape | RecordShape {
  const names = def.keyType._zod.values;
  if (names !== undefined && def.partial !== true) return readFixedRecord(reader, def, [...names], side, place);
  const key = reader.read(def.keyType, side, inside(place, '[key]'));
  const value = reader.read(def.valueType, side, inside(place, '[]'));
  return { kind: 'record', key, value, ...(def.mode === 'loose' ? { loose: true } : {}) };
}

function readFixedRecord(
  reader: ShapeReader,
  def: $ZodRecordDef,
  names: readonly unknown[],
  side: Side,
  place: Place,
): ObjectShape {
  const isOptional = mayBeAbsent(def.valueType, side);
  const value = reader.read(def.valueType, side, inside(place, '[]'));
  const fields = Object.fromEntries(names.map((name) => [String(name), isOptional ? withoutUndefined(value) : value]));
  return {
    kind: 'object',
    fields,
    ...(isOptional ? { optional: Object.keys(fields) } : {}),
    unknown: def.mode === 'loose' ? 'loose' : 'strict',
  };
}

/** As Zod's types have it: a caught field is required, although parsing would forgive its absence. */
function mayBeAbsent(schema: $ZodType, side: Side): boolean {
  let inner = schema as $ZodTypes;
  while (inner._zod.def.type === 'catch') inner = inner._zod.def.innerType as $ZodTypes;
  return side === 'input' ? inner._zod.optin !== undefined : inner._zod.optout === 'optional';
}

/** What becomes of other fields: a catchall of "never" means strict, of "anything" loose. */
function others(reader: ShapeReader, def: $ZodObjectDef, side: Side, place: Place): Partial<ObjectShape> {
  if (def.catchall === undefined) return {};
  const { type } = def.catchall._zod.def;
  if (type === 'never') return { unknown: 'strict' };
  if (type === 'unknown' || type === 'any') return { unknown: 'loose' };
  return { catchall: reader.read(def.catchall, side, inside(place, '[]')) };
}
