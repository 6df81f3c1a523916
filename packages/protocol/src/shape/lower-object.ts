import { isPlainObject } from './check-any.ts';
import { type Fields, fieldsOf, isObject, readField } from './check-object.ts';
import type { LowerCompiler } from './lower.ts';
import type { Mapper } from './mapper.ts';
import type { ObjectShape, Shape } from './shape.ts';

/**
 * Sends the declared fields and nothing else: what a caller's object happens to carry besides stays at home.
 *
 * An object that has exactly these fields, and none of them changes, is passed on without a copy.
 */
export function lowerObject(shape: ObjectShape, compiler: LowerCompiler, keepsUnknown: boolean): Mapper {
  const fields = fieldsOf(shape);
  const { names, optional } = fields;
  const mappers = names.map((name) => compiler.compile(shape.fields[name] as Shape, false));
  const others = lowerOthers(shape, compiler, keepsUnknown);
  return (value) => {
    if (!isObject(value)) return value;
    let copy: Record<string, unknown> | undefined;
    let fieldCount = 0;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const mapper = mappers[i];
      const field = readField(value, fields, i);
      if (field === undefined && (optional[i] === true || mapper === undefined)) continue;
      const lowered = mapper === undefined ? field : mapper(field);
      if (lowered !== field && copy === undefined) copy = copyFields(value, fields, i);
      if (copy !== undefined) copy[name] = lowered;
      fieldCount++;
    }
    if (copy === undefined && hasOnly(value, fieldCount)) return value;
    copy ??= copyFields(value, fields, names.length);
    if (others !== undefined) addOthers(copy, value, others, shape);
    return copy;
  };
}

/** How other fields are sent; undefined if they are not. */
function lowerOthers(shape: ObjectShape, compiler: LowerCompiler, keepsUnknown: boolean): Mapper | undefined {
  if (shape.catchall !== undefined) return compiler.compile(shape.catchall, false) ?? ((value) => value);
  if (shape.unknown === 'loose') return compiler.compile({ kind: 'any' }, false);
  return keepsUnknown ? (value) => value : undefined;
}

function addOthers(
  copy: Record<string, unknown>,
  value: Record<string, unknown>,
  lower: Mapper,
  shape: ObjectShape,
): void {
  for (const name of Object.keys(value)) {
    const other = value[name];
    if (other === undefined || name === '__proto__' || Object.hasOwn(shape.fields, name)) continue;
    copy[name] = lower(other);
  }
}

function copyFields(value: Record<string, unknown>, fields: Fields, end: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < end; i++) {
    const field = readField(value, fields, i);
    if (field !== undefined) copy[fields.names[i] as string] = field;
  }
  return copy;
}

/** Whether a plain object has as many fields as were found in it, and so no others. */
function hasOnly(value: Record<string, unknown>, fieldCount: number): boolean {
  if (!isPlainObject(value)) return false;
  let count = 0;
  for (const _ in value) count++;
  return count === fieldCount;
}
