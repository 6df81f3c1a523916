import type { NumberShape, ObjectShape, Shape, Shapes, TupleShape } from '@reeve/protocol';
import { reachableFrom } from '../model/map-shape.ts';

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * Describes a shape as JSON Schema, for people and for forms.
 *
 * JSON has fewer kinds of values than the wire: a date is its ISO text, bytes are base64, a large bigint is its digits,
 * a Set is an array and a Map an array of pairs.
 */
export function jsonSchemaOf(shape: Shape, shapes: Shapes = {}): JsonSchema {
  const names = reachableFrom([shape], (name) => shapes[name]);
  const definitions = names.flatMap((name) => {
    const target = shapes[name];
    return target === undefined ? [] : [[name, schemaOf(target)] as const];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...schemaOf(shape),
    ...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) }),
  };
}

function schemaOf(shape: Shape): JsonSchema {
  const schema = plainSchemaOf(shape);
  return shape.doc === undefined ? schema : { ...schema, description: shape.doc };
}

function plainSchemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case 'any':
      return {};
    case 'never':
      return { not: {} };
    case 'string':
      return { type: 'string', ...defined({ minLength: shape.min, maxLength: shape.max, format: shape.format }) };
    case 'template':
      return { type: 'string' };
    case 'number':
      return numberSchema(shape);
    case 'bigint':
      return { type: ['integer', 'string'], pattern: '^-?\\d+$' };
    case 'boolean':
      return { type: 'boolean' };
    case 'null':
    case 'undefined':
      return { type: 'null' };
    case 'literal':
    case 'enum':
      return { enum: shape.values };
    case 'date':
      return { type: 'string', format: 'date-time' };
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'array':
      return { type: 'array', items: schemaOf(shape.items), ...itemBounds(shape) };
    case 'set':
      return { type: 'array', items: schemaOf(shape.items), uniqueItems: true, ...itemBounds(shape) };
    case 'map': {
      const pair = {
        type: 'array',
        prefixItems: [schemaOf(shape.key), schemaOf(shape.value)],
        items: false,
        minItems: 2,
      };
      return { type: 'array', items: pair, ...itemBounds(shape) };
    }
    case 'tuple':
      return tupleSchema(shape);
    case 'record':
      return { type: 'object', propertyNames: schemaOf(shape.key), additionalProperties: schemaOf(shape.value) };
    case 'object':
      return objectSchema(shape);
    case 'union':
      return { anyOf: shape.options.map(schemaOf) };
    case 'intersection':
      return { allOf: [schemaOf(shape.left), schemaOf(shape.right)] };
    case 'nullable':
      return { anyOf: [schemaOf(shape.of), { type: 'null' }] };
    case 'ref':
      return { $ref: `#/$defs/${shape.name}` };
    default:
      return {};
  }
}

function numberSchema({ int, min, max, exclusiveMin, exclusiveMax }: NumberShape): JsonSchema {
  const bounds = { minimum: min, maximum: max, exclusiveMinimum: exclusiveMin, exclusiveMaximum: exclusiveMax };
  return { type: int === true ? 'integer' : 'number', ...defined(bounds) };
}

function tupleSchema({ items, rest, required = items.length }: TupleShape): JsonSchema {
  const others = rest === undefined ? false : schemaOf(rest);
  return { type: 'array', prefixItems: items.map(schemaOf), items: others, minItems: required };
}

function objectSchema({ fields, optional, unknown, catchall }: ObjectShape): JsonSchema {
  const required = Object.keys(fields).filter((name) => optional?.includes(name) !== true);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])),
    ...(required.length === 0 ? {} : { required }),
    ...(catchall === undefined ? {} : { additionalProperties: schemaOf(catchall) }),
    ...(unknown === 'strict' ? { additionalProperties: false } : {}),
  };
}

function itemBounds({ min, max }: { readonly min?: number; readonly max?: number }): JsonSchema {
  return defined({ minItems: min, maxItems: max });
}

function defined(keywords: Record<string, unknown>): JsonSchema {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));
}
