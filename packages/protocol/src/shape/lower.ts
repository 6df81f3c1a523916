import { BIGINT_MAX } from './check-scalar.ts';
import { fitsInt64, isPlainObject } from './check-any.ts';
import type { CheckerCompiler } from './check.ts';
import { lowerObject } from './lower-object.ts';
import { changesInts, mapItems, type Mapper, RefMappers, through } from './mapper.ts';
import { mergeLowered } from './merge-lowered.ts';
import { mergeObjects } from './merge-objects.ts';
import type { Run } from './run.ts';
import {
  type BigintShape,
  type IntersectionShape,
  type MapShape,
  type RecordShape,
  recordValue,
  type SetShape,
  type Shape,
  type TupleShape,
  type UnionShape,
} from './shape.ts';
import { UnionChooser } from './union-chooser.ts';

/**
 * Compiles shapes to functions that turn a value into one that MessagePack can carry, by schema.
 *
 * `undefined` instead of a function: values of this shape cross as they are. Values are never changed, only copied,
 * and only where something differs. What does not fit its shape is passed on as it is.
 */
export class LowerCompiler {
  readonly checkers: CheckerCompiler;
  readonly #refs: RefMappers;

  constructor(checkers: CheckerCompiler) {
    this.checkers = checkers;
    this.#refs = new RefMappers(checkers.env, (shape) => this.compile(shape, false));
  }

  /** `keepsUnknown`: leaves fields in place that the shape does not name, for the other half of an intersection. */
  compile(shape: Shape, keepsUnknown: boolean): Mapper | undefined {
    const { run } = this.checkers.env;
    switch (shape.kind) {
      case 'any':
        return (value) => lowerAny(value, run);
      case 'undefined':
        return (value) => (value === undefined ? null : value);
      case 'number':
        return shape.int === true && changesInts(shape) ? lowerInt : undefined;
      case 'literal':
      case 'enum':
        return shape.values.some((value) => lowerInt(value) !== value) ? lowerInt : undefined;
      case 'bigint':
        return lowerBigint(shape);
      case 'array':
        return mapItems(this.compile(shape.items, false), run);
      case 'tuple':
        return this.#tuple(shape);
      case 'record':
        return this.#record(shape);
      case 'map':
        return this.#map(shape);
      case 'set':
        return this.#set(shape);
      case 'object':
        return lowerObject(shape, this, keepsUnknown);
      case 'union':
        return this.#union(shape, keepsUnknown);
      case 'intersection':
        return this.#intersection(shape, keepsUnknown);
      case 'nullable':
        return this.compile(shape.of, keepsUnknown);
      case 'ref':
        return this.#refs.mapper(shape.name);
      default:
        return undefined;
    }
  }

  #intersection(shape: IntersectionShape, keepsUnknown: boolean): Mapper | undefined {
    const merged = mergeObjects(shape, this.checkers.env.shapes);
    if (merged !== undefined) return lowerObject(merged, this, keepsUnknown);
    return through(this.compile(shape.left, true), this.compile(shape.right, true));
  }

  #tuple(shape: TupleShape): Mapper | undefined {
    const items = shape.items.map((item) => this.compile(item, false));
    const rest = shape.rest === undefined ? undefined : this.compile(shape.rest, false);
    const isOpen = shape.required !== undefined && shape.required < items.length;
    if (!isOpen && rest === undefined && items.every((item) => item === undefined)) return undefined;
    return (value) => {
      if (!Array.isArray(value)) return value;
      const lowered = value.map((item: unknown, index) => {
        const mapper = index < items.length ? items[index] : rest;
        return item === undefined ? null : mapper === undefined ? item : mapper(item);
      });
      // Absent at the end is absent; absent in the middle has to be said.
      while (
        isOpen &&
        value.length <= items.length &&
        value[lowered.length - 1] === undefined &&
        lowered.pop() === null
      );
      return lowered;
    };
  }

  #record(shape: RecordShape): Mapper | undefined {
    const item = this.compile(recordValue(shape), false);
    if (item === undefined) return undefined;
    const { run } = this.checkers.env;
    return (value) => {
      if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value;
      return mapFields(value as Record<string, unknown>, item, run);
    };
  }

  #map(shape: MapShape): Mapper {
    const key = this.compile(shape.key, false) ?? same;
    const item = this.compile(shape.value, false) ?? same;
    return (value) => (value instanceof Map ? Array.from(value, ([name, of]) => [key(name), item(of)]) : value);
  }

  #set(shape: SetShape): Mapper {
    const item = this.compile(shape.items, false) ?? same;
    return (value) => (value instanceof Set ? Array.from(value, item) : value);
  }

  #union(shape: UnionShape, keepsUnknown: boolean): Mapper | undefined {
    const options = shape.options.map((option) => this.compile(option, keepsUnknown));
    if (options.every((option) => option === undefined)) return undefined;
    const chooser = new UnionChooser(shape, this.checkers);
    return (value) => {
      const fitting = chooser.fitting(value);
      const [first = -1] = fitting;
      let lowered = lowerAs(options[first], value);
      for (let i = 1; i < fitting.length; i++) {
        lowered = mergeLowered(lowered, lowerAs(options[fitting[i] as number], value));
      }
      return lowered;
    };
  }
}

function lowerAs(option: Mapper | undefined, value: unknown): unknown {
  return option === undefined ? value : option(value);
}

/** Integers beyond 32 bits go as bigint, because msgpackr writes such numbers as floating point. */
function lowerInt(value: unknown): unknown {
  if (typeof value !== 'number' || (value <= UINT32_MAX && value >= INT32_MIN)) return value;
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

function lowerBigint(shape: BigintShape): Mapper | undefined {
  const isBounded = shape.min !== undefined && shape.max !== undefined;
  if (isBounded && fitsInt64(BigInt(shape.min)) && fitsInt64(BigInt(shape.max))) return undefined;
  return (value) => {
    if (typeof value !== 'bigint' || fitsInt64(value)) return value;
    return value <= BIGINT_MAX && value >= -BIGINT_MAX ? String(value) : value;
  };
}

function lowerAny(value: unknown, run: Run): unknown {
  if (value === undefined) return null;
  if (typeof value === 'number') return lowerInt(value);
  if (typeof value !== 'object' || value === null) return value;
  const lowerPart: Mapper = (part) => lowerAny(part, run);
  const deeper = run.enter();
  let lowered: unknown = value;
  if (deeper && Array.isArray(value)) lowered = mapItems(lowerPart, run)?.(value);
  else if (deeper && isPlainObject(value)) lowered = mapFields(value as Record<string, unknown>, lowerPart, run);
  run.leave();
  return lowered;
}

/** Copies an object if a field changes; leaves out what is undefined. */
function mapFields(value: Record<string, unknown>, item: Mapper, run: Run): unknown {
  const entries = Object.entries(value);
  if (!run.spend(entries.length)) return value;
  let changed = false;
  const mapped: [string, unknown][] = [];
  for (const [name, field] of entries) {
    const lowered = field === undefined ? undefined : item(field);
    if (lowered !== field || field === undefined || name === '__proto__') changed = true;
    if (lowered !== undefined && name !== '__proto__') mapped.push([name, lowered]);
  }
  return changed ? Object.fromEntries(mapped) : value;
}

function same(value: unknown): unknown {
  return value;
}

const UINT32_MAX = 0xffff_ffff;
const INT32_MIN = -0x8000_0000;
