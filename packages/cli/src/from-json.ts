import type { Shape, Shapes } from '@reeve/protocol';
import { compileShape } from '@reeve/protocol';

/**
 * Turns JSON into a value of a shape: ISO strings into dates, base64 into bytes, decimal digits into bigints, arrays
 * into Sets, arrays of pairs into Maps. What does not fit is left as it is, for the check that comes after to name.
 */
export function fromJson(json: unknown, shape: Shape, shapes: Shapes): unknown {
  switch (shape.kind) {
    case 'date':
      return typeof json === 'string' ? dateOf(json) : json;
    case 'bytes':
      return typeof json === 'string' && BASE64.test(json) ? new Uint8Array(Buffer.from(json, 'base64')) : json;
    case 'bigint':
      return isInteger(json) ? BigInt(json) : json;
    case 'undefined':
      return json === null ? undefined : json;
    case 'nullable':
      return json === null ? null : fromJson(json, shape.of, shapes);
    case 'union':
      return optionOf(json, shape.options, shapes);
    case 'intersection':
      return fromJson(fromJson(json, shape.left, shapes), shape.right, shapes);
    case 'ref': {
      const target = shapes[shape.name];
      return target === undefined ? json : fromJson(json, target, shapes);
    }
    case 'object':
      return isObject(json) ? mapFields(json, (name) => ownField(shape.fields, name) ?? shape.catchall, shapes) : json;
    case 'record':
      return isObject(json) ? mapFields(json, () => shape.value, shapes) : json;
    default:
      return Array.isArray(json) ? listOf(json, shape, shapes) : json;
  }
}

function listOf(json: readonly unknown[], shape: Shape, shapes: Shapes): unknown {
  switch (shape.kind) {
    case 'array':
      return json.map((item) => fromJson(item, shape.items, shapes));
    case 'tuple':
      return json.map((item, index) => {
        const place = shape.items[index] ?? shape.rest;
        if (place === undefined) return item;
        const value = fromJson(item, place, shapes);
        const mayBeAbsent = index >= (shape.required ?? shape.items.length) && index < shape.items.length;
        // What is left out before something that is there is null in JSON, unless null means something there.
        return value === null && mayBeAbsent && !fits(null, place, shapes) ? undefined : value;
      });
    case 'set':
      return new Set(json.map((item) => fromJson(item, shape.items, shapes)));
    case 'map':
      if (!json.every((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length === 2)) return json;
      return new Map(json.map(([k, v]) => [fromJson(k, shape.key, shapes), fromJson(v, shape.value, shapes)]));
    default:
      return json;
  }
}

/** The first option that fits once it is converted. */
function optionOf(json: unknown, options: readonly Shape[], shapes: Shapes): unknown {
  for (const option of options) {
    const value = fromJson(json, option, shapes);
    if (fits(value, option, shapes)) return value;
  }
  return json;
}

function fits(value: unknown, shape: Shape, shapes: Shapes): boolean {
  return compileShape(shape, shapes).check(value).length === 0;
}

function mapFields(json: object, shapeOf: (name: string) => Shape | undefined, shapes: Shapes): object {
  const fields = Object.entries<unknown>(json as Record<string, unknown>).map(([name, value]) => {
    const shape = shapeOf(name);
    return [name, shape === undefined ? value : fromJson(value, shape, shapes)];
  });
  return Object.fromEntries(fields) as object;
}

/** A field may be called `constructor`. */
function ownField(fields: Readonly<Record<string, Shape>>, name: string): Shape | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function dateOf(text: string): unknown {
  const date = new Date(text);
  return ISO_DATE.test(text) && !Number.isNaN(date.getTime()) ? date : text;
}

function isInteger(json: unknown): json is string | number {
  return typeof json === 'string' ? /^-?\d+$/.test(json) : Number.isSafeInteger(json);
}

function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && Object.getPrototypeOf(json) === Object.prototype;
}

/** `new Date('3')` is a date too, but nobody means it. */
const ISO_DATE = /^\d{4}-\d\d-\d\d/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
