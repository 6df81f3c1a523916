import type { Shape } from '@reeve/protocol';
import { type $ZodCustom, type $ZodLazy, type $ZodType, type $ZodTypes, type $ZodUnionDef, util } from 'zod/v4/core';
import { pascalCase } from '../model/type-names.ts';
import { asReadonly, orUndefined, withoutUndefined } from './absence.ts';
import { readArray, readMap, readSet, readTuple } from './read-list.ts';
import { readObject, readRecord } from './read-object.ts';
import { readBigint, readCustom, readDate, readLiteral, readNumber, readString } from './read-scalar.ts';
import { type Place, Refusal } from './refusal.ts';
import { rulesOf, withRules } from './rules.ts';
import { describe, type SchemaNames } from './schema-names.ts';
import type { SchemaSyntax } from './schema-syntax.ts';
import type { TypeEntry, TypeTable } from './type-table.ts';

/** A schema turns one type into another: what it takes, and what it gives. */
export type Side = 'input' | 'output';

/** Reads live schemas, one side at a time, into shapes and named types. */
export class ShapeReader {
  readonly types: TypeTable;
  readonly names: SchemaNames;
  readonly syntax: SchemaSyntax;
  #depth = 0;

  constructor(types: TypeTable, names: SchemaNames, syntax: SchemaSyntax) {
    this.types = types;
    this.names = names;
    this.syntax = syntax;
  }

  /** Throws a `Refusal` for what cannot be known or cannot be sent. */
  read(schema: $ZodType, side: Side, place: Place): Shape {
    if (this.#depth === DEPTH_MAX) throw tooDeep(place);
    this.#depth++;
    try {
      return this.#readAtDepth(schema, side, place);
    } finally {
      this.#depth--;
    }
  }

  #readAtDepth(schema: $ZodType, side: Side, place: Place): Shape {
    const shape = CONTAINERS.has(schema._zod.def.type)
      ? this.#readContainer(schema, side, place)
      : withRules(this.#readPlain(schema as $ZodTypes, side, place), rulesOf(schema as $ZodTypes, side));
    const doc = shape.kind === 'ref' ? undefined : describe(schema);
    return doc === undefined ? shape : { ...shape, doc };
  }

  /** Reads what is made of parts, and gives it a name if it has or needs one. */
  #readContainer(schema: $ZodType, side: Side, place: Place): Shape {
    const known = this.types.find(schema, side);
    if (known !== undefined) {
      known.isReferred = true;
      return { kind: 'ref', name: known.id };
    }
    const named = this.names.find(schema);
    const name = named === undefined ? nameOfPlace(place) : pascalCase(named.name);
    const nameAtReading = this.names.ofDef(schema._zod.def);
    const entry = this.types.begin(schema, side, { name, isNamed: named !== undefined, nameAtReading });
    try {
      const parts = this.#readParts(schema as $ZodTypes, side, place);
      const shape = withRules(parts, rulesOf(schema as $ZodTypes, side));
      return this.#finish(entry, shape, named?.doc);
    } catch (error) {
      this.types.rollback(entry);
      throw error;
    }
  }

  #finish(entry: TypeEntry, shape: Shape, doc: string | undefined): Shape {
    if (!entry.isReferred && !(entry.isNamed && NAMEABLE.has(shape.kind))) {
      this.types.drop(entry);
      return shape;
    }
    entry.shape = doc === undefined ? shape : { ...shape, doc };
    return { kind: 'ref', name: entry.id };
  }

  #readParts(schema: $ZodTypes, side: Side, place: Place): Shape {
    const { def } = schema._zod;
    switch (def.type) {
      case 'object':
        return readObject(this, schema, def, side, place);
      case 'array':
        return readArray(this, schema, def, side, place);
      case 'tuple':
        return readTuple(this, def, side, place);
      case 'record':
        return readRecord(this, def, side, place);
      case 'map':
        return readMap(this, schema, def, side, place);
      case 'set':
        return readSet(this, schema, def, side, place);
      case 'union':
        return this.#readUnion(def, side, place);
      case 'intersection':
        return {
          kind: 'intersection',
          left: this.read(def.left, side, place),
          right: this.read(def.right, side, place),
        };
      case 'enum':
        return { kind: 'enum', values: util.getEnumValues(def.entries) };
      default:
        return this.#readPlain(schema, side, place);
    }
  }

  /** Constants among the options become one option. */
  #readUnion(def: $ZodUnionDef, side: Side, place: Place): Shape {
    const options = def.options.map((option) => this.read(option, side, place));
    const values = options.flatMap((option) => (option.kind === 'literal' && isBare(option) ? option.values : []));
    const rest = options.filter((option) => option.kind !== 'literal' || !isBare(option));
    if (rest.length === 0) return { kind: 'literal', values };
    const { discriminator } = def as { readonly discriminator?: string };
    if (discriminator !== undefined) return { kind: 'union', options, discriminator };
    return { kind: 'union', options: values.length < 2 ? options : [{ kind: 'literal', values }, ...rest] };
  }

  #readPlain(schema: $ZodTypes, side: Side, place: Place): Shape {
    const { def } = schema._zod;
    if ('coerce' in def && def.coerce && side === 'input') return { kind: 'any' };
    switch (def.type) {
      case 'string':
        return readString(schema, side);
      case 'number':
        return readNumber(schema, side);
      case 'bigint':
        return readBigint(schema, side);
      case 'date':
        return readDate(schema, side);
      case 'boolean':
      case 'null':
      case 'never':
        return { kind: def.type };
      case 'any':
      case 'unknown':
        return { kind: 'any' };
      case 'undefined':
      case 'void':
        return { kind: 'undefined' };
      case 'literal':
        return readLiteral(def.values, place);
      case 'template_literal':
        return { kind: 'template', parts: def.parts.map((part) => this.#templatePart(part, side, place)) };
      case 'custom':
        return readCustom(schema as $ZodCustom, side, place);
      default:
        return this.#readWrapper(schema, side, place);
    }
  }

  #templatePart(part: unknown, side: Side, place: Place): string | Shape {
    if (typeof part === 'object' && part !== null) return this.read(part as $ZodType, side, place);
    return String(part);
  }

  #readWrapper(schema: $ZodTypes, side: Side, place: Place): Shape {
    const { def } = schema._zod;
    switch (def.type) {
      case 'optional':
        return orUndefined(this.read(def.innerType, side, place));
      case 'default':
      case 'prefault': {
        const inner = this.read(def.innerType, side, place);
        return side === 'input' ? orUndefined(inner) : def.type === 'default' ? withoutUndefined(inner) : inner;
      }
      case 'nonoptional':
        return withoutUndefined(this.read(def.innerType, side, place));
      case 'nullable':
        return { kind: 'nullable', of: this.read(def.innerType, side, place) };
      case 'readonly':
        return asReadonly(this.read(def.innerType, side, place));
      case 'catch':
        return this.read(def.innerType, side, place);
      case 'lazy':
        return this.read((schema as $ZodLazy)._zod.innerType, side, place);
      case 'pipe':
        return this.read(side === 'input' ? def.in : def.out, side, place);
      case 'success':
        return side === 'input' ? this.read(def.innerType, side, place) : { kind: 'boolean' };
      case 'transform':
        if (side === 'input') return { kind: 'any' };
        throw new Refusal(
          place,
          'nobody can tell what a transform returns.',
          'Say it with a schema after it: .transform(…).pipe(z.string()).',
        );
      default:
        return refuse(def.type, place);
    }
  }
}

function isBare({ doc, rules }: Shape): boolean {
  return doc === undefined && rules === undefined;
}

/** For a type that contains itself and whose author gave it no name: `PlaceInputLines`. */
function nameOfPlace({ path }: Place): string {
  const words = path.split('.').slice(1).map(pascalCase);
  return [...words, ...(words.length > 2 ? [] : ['Node'])].join('');
}

/** A schema that makes itself anew at each step never ends. */
function tooDeep({ path, position }: Place): Refusal {
  return new Refusal(
    { path: `${path.slice(0, PATH_LENGTH_MAX)}…`, position },
    `schemas are nested deeper than ${DEPTH_MAX} levels.`,
    'Keep a schema that contains itself in a constant, so that it is the same one at each level.',
  );
}

function refuse(type: string, place: Place): never {
  const [problem, hint] = REFUSED[type] ?? [`a schema of the kind "${type}" is not supported.`, 'Use another one.'];
  throw new Refusal(place, problem, hint);
}

/** What cannot leave the process it is in, and what to do instead. */
const REFUSED: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  function: ['a function cannot be sent.', 'Make it a method of its own, or send the data it needs.'],
  promise: ['a promise cannot be sent.', 'Use the schema inside it: handlers may be asynchronous anyway.'],
  symbol: ['a symbol means something in one process only.', 'Use z.enum([ … ]) or z.literal( … ).'],
  file: ['a file cannot be sent.', 'Send its content as z.instanceof(Uint8Array), and its name beside it.'],
  nan: ['NaN is not sent.', 'Use z.number().nullable(), with null for "no number".'],
};

/** Far more than anyone writes by hand; the stack of Node ends at some thousands. */
const DEPTH_MAX = 256;

/** The path to something that never ends is not worth reading to its end. */
const PATH_LENGTH_MAX = 80;

/** Kinds of schemas that may contain themselves, or are worth a name. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'array',
  'enum',
  'intersection',
  'map',
  'object',
  'record',
  'set',
  'tuple',
  'union',
]);

/** Kinds of shapes that read better by name. A named list of strings is still a list of strings. */
const NAMEABLE: ReadonlySet<string> = new Set(['enum', 'intersection', 'literal', 'object', 'tuple', 'union']);
