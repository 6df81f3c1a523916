import { bigintFromWire } from './check-scalar.ts';
import { type Fields, fieldsOf, isObject, readField } from './check-object.ts';
import type { CheckerCompiler } from './check.ts';
import { changesInts, mapItems, type Mapper, RefMappers, through } from './mapper.ts';
import {
  type MapShape,
  type ObjectShape,
  type RecordShape,
  recordValue,
  type SetShape,
  type Shape,
  type TupleShape,
  type UnionShape,
} from './shape.ts';
import { UnionChooser } from './union-chooser.ts';
import { classesOf, NULL } from './value-class.ts';

/**
 * Compiles shapes to functions that undo what lowering did, after MessagePack was decoded.
 *
 * `undefined` instead of a function: values of this shape arrive as they are. A value that does not fit its shape
 * stays as it is, for the worker's validation to refuse.
 */
export class LiftCompiler {
  /** Checks values as they are on the wire. */
  readonly #checkers: CheckerCompiler;
  readonly #refs: RefMappers;

  constructor(checkers: CheckerCompiler) {
    this.#checkers = checkers;
    this.#refs = new RefMappers(checkers.env, (shape) => this.compile(shape));
  }

  compile(shape: Shape): Mapper | undefined {
    switch (shape.kind) {
      case 'any':
        return this.#any();
      case 'undefined':
        return (value) => (value === null ? undefined : value);
      case 'number':
        return shape.int === true && changesInts(shape) ? liftInt : undefined;
      case 'literal':
      case 'enum':
        return shape.values.some((value) => typeof value === 'number') ? liftInt : undefined;
      case 'bigint':
        return bigintFromWire;
      case 'bytes':
        return liftBytes;
      case 'array':
        return mapItems(this.compile(shape.items), this.#checkers.env.run);
      case 'tuple':
        return this.#tuple(shape);
      case 'record':
        return this.#record(shape);
      case 'map':
        return this.#map(shape);
      case 'set':
        return this.#set(shape);
      case 'object':
        return this.#object(shape);
      case 'union':
        return this.#union(shape);
      case 'intersection':
        return through(this.compile(shape.left), this.compile(shape.right));
      case 'nullable': {
        const of = this.compile(shape.of);
        return of === undefined ? undefined : (value) => (value === null ? value : of(value));
      }
      case 'ref':
        return this.#refs.mapper(shape.name);
      default:
        return undefined;
    }
  }

  /** Byte strings may be anywhere in untyped data. */
  #any(): Mapper {
    const { run } = this.#checkers.env;
    const liftItems = mapItems((item) => liftPart(item), run) ?? same;
    const liftPart: Mapper = (value) => {
      if (typeof value !== 'object' || value === null) return value;
      if (value instanceof Uint8Array) return liftBytes(value);
      const deeper = run.enter();
      let lifted: unknown = value;
      if (deeper) lifted = isObject(value) ? liftOthers(value, liftPart, NO_FIELDS) : liftItems(value);
      run.leave();
      return lifted;
    };
    return liftPart;
  }

  #tuple(shape: TupleShape): Mapper | undefined {
    const { shapes } = this.#checkers.env;
    const required = shape.required ?? shape.items.length;
    const items = shape.items.map((item, index) => {
      const mapper = this.compile(item);
      const canBeNull = (classesOf(item, shapes, 'wire') & (1 << NULL)) !== 0;
      return index < required || canBeNull ? mapper : through(nullToAbsent, mapper);
    });
    const rest = shape.rest === undefined ? undefined : this.compile(shape.rest);
    if (rest === undefined && items.every((item) => item === undefined)) return undefined;
    return (value) => {
      if (!Array.isArray(value)) return value;
      return value.map((item: unknown, index) => {
        const mapper = index < items.length ? items[index] : rest;
        return mapper === undefined ? item : mapper(item);
      });
    };
  }

  #record(shape: RecordShape): Mapper | undefined {
    const item = this.compile(recordValue(shape));
    return item === undefined ? undefined : (value) => (isObject(value) ? liftOthers(value, item, NO_FIELDS) : value);
  }

  #map(shape: MapShape): Mapper {
    const key = this.compile(shape.key) ?? same;
    const item = this.compile(shape.value) ?? same;
    return (value) => {
      if (!Array.isArray(value) || !value.every(isPair)) return value;
      return new Map(value.map(([name, of]) => [key(name), item(of)]));
    };
  }

  #set(shape: SetShape): Mapper {
    const item = this.compile(shape.items) ?? same;
    return (value) => (Array.isArray(value) ? new Set(value.map(item)) : value);
  }

  #object(shape: ObjectShape): Mapper | undefined {
    const fields = fieldsOf(shape);
    const mappers = fields.names.map((name) => this.compile(shape.fields[name] as Shape));
    const other = shape.catchall ?? (shape.unknown === 'loose' ? ({ kind: 'any' } as const) : undefined);
    const others = other === undefined ? undefined : this.compile(other);
    const declared = mappers.every((mapper) => mapper === undefined) ? undefined : liftFields(fields, mappers);
    const names: ReadonlySet<string> = new Set(fields.names);
    return through(
      declared,
      others === undefined ? undefined : (value) => (isObject(value) ? liftOthers(value, others, names) : value),
    );
  }

  #union(shape: UnionShape): Mapper | undefined {
    const options = shape.options.map((option) => this.compile(option));
    if (options.every((option) => option === undefined)) return undefined;
    const chooser = new UnionChooser(shape, this.#checkers);
    return (value) => {
      // What several options could lift, they lift alike (see `findAmbiguousUnion`); each knows fields of its own.
      let lifted = value;
      for (const index of chooser.fitting(value)) {
        const option = options[index];
        if (option !== undefined) lifted = option(lifted);
      }
      return lifted;
    };
  }
}

/** Copies the object at the first field that changes. */
function liftFields(fields: Fields, mappers: readonly (Mapper | undefined)[]): Mapper {
  return (value) => {
    if (!isObject(value)) return value;
    let copy: Record<string, unknown> | undefined;
    for (let i = 0; i < mappers.length; i++) {
      const mapper = mappers[i];
      if (mapper === undefined) continue;
      const field = readField(value, fields, i);
      if (field === undefined) continue;
      const lifted = mapper(field);
      if (lifted === field) continue;
      copy ??= { ...value };
      copy[fields.names[i] as string] = lifted;
    }
    return copy ?? value;
  };
}

function liftOthers(value: Record<string, unknown>, item: Mapper, except: ReadonlySet<string>): unknown {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    if (name === '__proto__' || except.has(name)) continue;
    const lifted = item(value[name]);
    if (lifted === value[name]) continue;
    copy ??= { ...value };
    copy[name] = lifted;
  }
  return copy ?? value;
}

function liftInt(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A Buffer has other methods and another JSON form than the Uint8Array that the contract promises. */
function liftBytes(value: unknown): unknown {
  if (!(value instanceof Uint8Array) || value.constructor === Uint8Array) return value;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function nullToAbsent(value: unknown): unknown {
  return value === null ? undefined : value;
}

function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function same(value: unknown): unknown {
  return value;
}

const NO_FIELDS: ReadonlySet<string> = new Set();
