import type { BigintShape, NumberShape, ObjectShape, RecordShape, Shape, Shapes, TupleShape } from '@reeve/protocol';
import { mergeObjects } from '@reeve/protocol';
import { splitRule } from '../diff/rule-text.ts';
import { reachableFrom } from '../model/map-shape.ts';
import { jsonDefaultOf } from './json-default.ts';
import { stringKeywords, templatePattern } from './json-string.ts';

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * Describes a shape as JSON Schema: what the command line prints for its values, and reads.
 *
 * JSON has fewer kinds of values than the wire: a date is its ISO text, bytes are base64, a bigint is its digits, a Set
 * is an array, a Map an array of pairs, and what is `undefined` is null, or absent in an object. `$comment` names such
 * a kind.
 */
export function jsonSchemaOf(shape: Shape, shapes: Shapes = {}): JsonSchema {
  const schema = new SchemaPrinter(shapes);
  const definitions = schema.definitions([shape]);
  return {
    $schema: DRAFT,
    ...schema.print(shape),
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  };
}

/** Prints shapes that refer to each other by name. */
export class SchemaPrinter {
  readonly #shapes: Shapes;

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /** The named shapes that some can reach, for `$defs`. */
  definitions(shapes: readonly Shape[]): Record<string, JsonSchema> {
    const names = reachableFrom(shapes, (name) => this.#find(name));
    return Object.fromEntries(names.map((name) => [name, this.print(this.#find(name) ?? ANY)]));
  }

  print(shape: Shape): JsonSchema {
    const defaults = jsonDefaultOf(shape, this.#shapes);
    return {
      ...this.#plain(shape),
      ...(shape.doc === undefined ? {} : { description: shape.doc }),
      ...(defaults.length === 0 ? {} : { default: defaults[0] }),
    };
  }

  #find(name: string): Shape | undefined {
    return Object.hasOwn(this.#shapes, name) ? this.#shapes[name] : undefined;
  }

  #plain(shape: Shape): JsonSchema {
    switch (shape.kind) {
      case 'never':
        return { not: {} };
      case 'string':
        return defined(stringKeywords(shape));
      case 'template':
        return { type: 'string', pattern: templatePattern(shape) };
      case 'number':
        return numberSchema(shape);
      case 'bigint':
        return bigintSchema(shape);
      case 'boolean':
        return { type: 'boolean' };
      case 'null':
        return { type: 'null' };
      case 'undefined':
        return { type: 'null', $comment: 'undefined' };
      case 'literal':
      case 'enum':
        return shape.values.length === 1 ? { const: shape.values[0] } : { enum: shape.values };
      case 'date':
        return { type: 'string', format: 'date-time', $comment: dateComment(shape) };
      case 'bytes': {
        const bounds = { minLength: base64Length(shape.min), maxLength: base64Length(shape.max) };
        return {
          type: 'string',
          contentEncoding: 'base64',
          pattern: BASE64,
          ...defined(bounds),
          $comment: 'Uint8Array',
        };
      }
      case 'union':
        return { anyOf: shape.options.map((option) => this.print(option)) };
      case 'nullable':
        return { anyOf: [this.print(shape.of), { type: 'null' }] };
      case 'ref':
        return { $ref: `#/$defs/${shape.name}` };
      default:
        return this.#container(shape);
    }
  }

  #container(shape: Shape): JsonSchema {
    switch (shape.kind) {
      case 'array':
        return { type: 'array', items: this.print(shape.items), ...itemBounds(shape) };
      case 'set':
        // Two dates, and two objects, are two items of a Set though they read the same.
        return {
          type: 'array',
          items: this.print(shape.items),
          ...(SCALARS.has(shape.items.kind) ? { uniqueItems: true } : {}),
          ...itemBounds(shape),
          $comment: 'Set',
        };
      case 'map': {
        const pair = tuple([this.print(shape.key), this.print(shape.value)], 2, false);
        return { type: 'array', items: pair, ...itemBounds(shape), $comment: 'Map' };
      }
      case 'tuple':
        return this.#tuple(shape);
      case 'record':
        return this.#record(shape);
      case 'object':
        return this.#object(shape);
      case 'intersection': {
        // As one object: alone, each half of two strict ones would refuse what only the other knows.
        const merged = mergeObjects(shape, this.#shapes);
        return merged === undefined
          ? { allOf: [this.print(shape.left), this.print(shape.right)] }
          : this.#object(merged);
      }
      default:
        return {};
    }
  }

  #tuple({ items, rest, required = items.length }: TupleShape): JsonSchema {
    return tuple(
      items.map((item, index) => this.print(index < required ? item : orUndefined(item))),
      required,
      rest === undefined ? false : this.print(rest),
    );
  }

  /** Of a loose one only the worker knows which keys it is about. */
  #record({ key, value, loose = false }: RecordShape): JsonSchema {
    if (loose) return { type: 'object' };
    const names = this.#keySchema(key, 0);
    return {
      type: 'object',
      ...(names === undefined ? {} : { propertyNames: names }),
      additionalProperties: this.print(value),
    };
  }

  /** Keys are strings, whatever they stand for. Nothing if any string will do. */
  #keySchema(key: Shape, depth: number): JsonSchema | undefined {
    switch (key.kind) {
      case 'string':
      case 'template': {
        const schema = this.print(key);
        return Object.keys(schema).length === 1 ? undefined : schema;
      }
      case 'number':
        return { pattern: key.int === true ? '^-?\\d+$' : '^-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?$' };
      case 'literal':
      case 'enum':
        return { enum: key.values.map(String) };
      case 'union': {
        const options = key.options.map((option) => this.#keySchema(option, depth + 1));
        return options.includes(undefined) ? undefined : { anyOf: options };
      }
      case 'ref':
        return depth > REFS_MAX ? undefined : this.#keySchema(this.#find(key.name) ?? ANY, depth + 1);
      default:
        return undefined;
    }
  }

  #object({ fields, optional, unknown, catchall }: ObjectShape): JsonSchema {
    const entries = Object.entries(fields);
    const required = entries
      .filter(([name, field]) => optional?.includes(name) !== true && !this.#mayBeUndefined(field, 0))
      .map(([name]) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, field]) => [name, this.print(field)])),
      ...(required.length === 0 ? {} : { required }),
      ...(catchall === undefined ? {} : { additionalProperties: this.print(catchall) }),
      ...(unknown === 'strict' ? { additionalProperties: false } : {}),
    };
  }

  /** A field that is `undefined` is absent in JSON. */
  #mayBeUndefined(shape: Shape, depth: number): boolean {
    if (depth > REFS_MAX) return false;
    if (shape.kind === 'undefined') return true;
    if (shape.kind === 'nullable') return this.#mayBeUndefined(shape.of, depth + 1);
    if (shape.kind === 'union') return shape.options.some((option) => this.#mayBeUndefined(option, depth + 1));
    if (shape.kind !== 'ref') return false;
    const target = this.#find(shape.name);
    return target !== undefined && this.#mayBeUndefined(target, depth + 1);
  }
}

/** What is left out before something that is there is null in JSON. */
function orUndefined(item: Shape): Shape {
  return { kind: 'union', options: [item, { kind: 'undefined' }] };
}

function numberSchema({ int, min, max, exclusiveMin, exclusiveMax, rules = [] }: NumberShape): JsonSchema {
  const [step] = rules.map(splitRule).flatMap(([word, value]) => (word === 'multiple-of' ? [Number(value)] : []));
  const isBoundedBelow = min !== undefined || exclusiveMin !== undefined;
  const isBoundedAbove = max !== undefined || exclusiveMax !== undefined;
  return {
    type: int === true ? 'integer' : 'number',
    ...defined({
      minimum: min ?? (int === true && !isBoundedBelow ? Number.MIN_SAFE_INTEGER : undefined),
      maximum: max ?? (int === true && !isBoundedAbove ? Number.MAX_SAFE_INTEGER : undefined),
      exclusiveMinimum: exclusiveMin,
      exclusiveMaximum: exclusiveMax,
      multipleOf: step !== undefined && step > 0 ? step : undefined,
    }),
  };
}

/** Bounds of digits cannot be said, but for the sign. */
function bigintSchema({ min, max }: BigintShape): JsonSchema {
  if (min !== undefined && min === max) return { const: min, $comment: 'bigint' };
  const bounds = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  const pattern = min === undefined || min.startsWith('-') ? '^-?\\d+$' : '^\\d+$';
  return { type: 'string', pattern, $comment: ['bigint', ...bounds].join(', ') };
}

function dateComment({ min, max }: { readonly min?: number; readonly max?: number }): string {
  const bounds = [
    ...(min === undefined ? [] : [`not before ${new Date(min).toISOString()}`]),
    ...(max === undefined ? [] : [`not after ${new Date(max).toISOString()}`]),
  ];
  return ['Date', ...bounds].join(', ');
}

function tuple(items: readonly JsonSchema[], required: number, rest: JsonSchema | false): JsonSchema {
  return {
    type: 'array',
    // A list of no items is not allowed there.
    ...(items.length === 0 ? {} : { prefixItems: items }),
    items: rest,
    ...(required === 0 ? {} : { minItems: required }),
  };
}

/** Four characters for each three bytes, the last three filled up. */
function base64Length(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.ceil(bytes / 3) * 4;
}

function itemBounds({ min, max }: { readonly min?: number; readonly max?: number }): JsonSchema {
  return defined({ minItems: min, maxItems: max });
}

function defined(keywords: Record<string, unknown>): JsonSchema {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));
}

export const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** Whole groups of four characters. */
const BASE64 = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';

const ANY: Shape = { kind: 'any' };

/** Values of which two are the same if they read the same. */
const SCALARS: ReadonlySet<string> = new Set(['bigint', 'boolean', 'enum', 'literal', 'number', 'string', 'template']);

/** Names that lead to names; more is a shape that names itself without end. */
const REFS_MAX = 16;
