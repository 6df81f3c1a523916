import { type $ZodCustom, type $ZodType, util } from 'zod/v4/core';
import type { BigintShape, DateShape, NumberShape, Shape, StringShape } from '@reeve/protocol';
import { checksOf, lengthBounds } from './bounds.ts';
import { type Place, Refusal } from './refusal.ts';
import type { Side } from './shape-reader.ts';

export function readString(schema: $ZodType, side: Side): StringShape {
  const formats = checksOf(schema, side).flatMap((def) => (def.check === 'string_format' ? [def.format] : []));
  const format = formats.find((name) => !PATTERNS.has(name));
  return { kind: 'string', ...lengthBounds(schema, side), ...(format === undefined ? {} : { format }) };
}

export function readNumber(schema: $ZodType, side: Side): NumberShape {
  const range = new Range();
  let isInt = false;
  for (const def of checksOf(schema, side)) {
    if (def.check === 'number_format') {
      const [min, max] = util.NUMBER_FORMAT_RANGES[def.format];
      isInt ||= def.format.includes('int');
      // The two widest formats say no more than "an integer" and "a number".
      if (def.format !== 'safeint' && def.format !== 'float64') range.within(min, max);
    } else range.add(def);
  }
  return { kind: 'number', ...(isInt ? { int: true } : {}), ...range.bounds() };
}

export function readBigint(schema: $ZodType, side: Side): BigintShape {
  let min: bigint | undefined;
  let max: bigint | undefined;
  for (const def of checksOf(schema, side)) {
    let [low, high]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
    if (def.check === 'bigint_format') [low, high] = util.BIGINT_FORMAT_RANGES[def.format];
    else if (def.check === 'greater_than') low = (def.value as bigint) + (def.inclusive ? 0n : 1n);
    else if (def.check === 'less_than') high = (def.value as bigint) - (def.inclusive ? 0n : 1n);
    if (low !== undefined && (min === undefined || low > min)) min = low;
    if (high !== undefined && (max === undefined || high < max)) max = high;
  }
  return {
    kind: 'bigint',
    ...(min === undefined ? {} : { min: String(min) }),
    ...(max === undefined ? {} : { max: String(max) }),
  };
}

export function readDate(schema: $ZodType, side: Side): DateShape {
  const range = new Range();
  for (const def of checksOf(schema, side)) range.add(def);
  const { min, max, exclusiveMin, exclusiveMax } = range.bounds();
  const least = min ?? (exclusiveMin === undefined ? undefined : exclusiveMin + 1);
  const most = max ?? (exclusiveMax === undefined ? undefined : exclusiveMax - 1);
  return { kind: 'date', ...(least === undefined ? {} : { min: least }), ...(most === undefined ? {} : { max: most }) };
}

/** Constants; `undefined` and bigints have kinds of their own. */
export function readLiteral(values: readonly util.Literal[], place: Place): Shape {
  const plain: (string | number | boolean | null)[] = [];
  const others: Shape[] = [];
  for (const value of values) {
    if (value === undefined) others.push({ kind: 'undefined' });
    else if (typeof value === 'bigint') others.push({ kind: 'bigint', min: String(value), max: String(value) });
    else if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new Refusal(place, `the literal ${value} is no number that can be sent.`, 'Use null for "no number".');
    } else plain.push(value);
  }
  const options: Shape[] = plain.length === 0 ? others : [{ kind: 'literal', values: plain }, ...others];
  const [only] = options;
  return only !== undefined && options.length === 1 ? only : { kind: 'union', options };
}

/** A class stands for bytes or for a date; of others nobody knows what they look like on the wire. */
export function readCustom(schema: $ZodCustom, side: Side, place: Place): Shape {
  const { Class } = schema._zod.bag;
  if (Class === Uint8Array || acceptsOnly(schema, BYTES)) return { kind: 'bytes', ...lengthBounds(schema, side) };
  if (Class === Date || acceptsOnly(schema, DATE)) return { kind: 'date' };
  if (Class === undefined) {
    throw new Refusal(
      place,
      'nobody can tell what z.custom() looks like on the wire.',
      'Use another schema, or say how it travels: z.codec(wireSchema, z.custom(…), { decode, encode }).',
    );
  }
  const name = (Class as { readonly name?: unknown }).name;
  throw new Refusal(
    place,
    `an instance of ${typeof name === 'string' && name !== '' ? name : 'a class'} cannot be sent.`,
    'Send its data as z.object({ … }); for bytes use z.instanceof(Uint8Array).',
  );
}

/**
 * Whether a custom schema takes one sample and none of the others.
 *
 * `z.instanceof(Uint8Array)` forgets its class as soon as `.check()` or `.describe()` copies it; what it does is left.
 */
function acceptsOnly(schema: $ZodCustom, wanted: unknown): boolean {
  return SAMPLES.every((sample) => {
    try {
      return (schema._zod.def.fn(sample) === true) === (sample === wanted);
    } catch {
      return sample !== wanted;
    }
  });
}

/** Collects what several checks say about a range. */
class Range {
  #min: number | undefined;
  #max: number | undefined;
  #exclusiveMin: number | undefined;
  #exclusiveMax: number | undefined;

  add(def: ReturnType<typeof checksOf>[number]): void {
    if (def.check === 'greater_than') {
      if (def.inclusive) this.within(Number(def.value), Infinity);
      else this.#exclusiveMin = Math.max(this.#exclusiveMin ?? -Infinity, Number(def.value));
    } else if (def.check === 'less_than') {
      if (def.inclusive) this.within(-Infinity, Number(def.value));
      else this.#exclusiveMax = Math.min(this.#exclusiveMax ?? Infinity, Number(def.value));
    }
  }

  within(min: number, max: number): void {
    if (min !== -Infinity) this.#min = Math.max(this.#min ?? -Infinity, min);
    if (max !== Infinity) this.#max = Math.min(this.#max ?? Infinity, max);
  }

  bounds(): { min?: number; max?: number; exclusiveMin?: number; exclusiveMax?: number } {
    return {
      ...(this.#min === undefined ? {} : { min: this.#min }),
      ...(this.#max === undefined ? {} : { max: this.#max }),
      ...(this.#exclusiveMin === undefined ? {} : { exclusiveMin: this.#exclusiveMin }),
      ...(this.#exclusiveMax === undefined ? {} : { exclusiveMax: this.#exclusiveMax }),
    };
  }
}

const BYTES = new Uint8Array(1);
const DATE = new Date(0);
const SAMPLES: readonly unknown[] = [BYTES, DATE, {}, [], '', 0, null, undefined, new Uint16Array(1), new Map()];

/** Formats that only say how a string is written are no name for what it is. */
const PATTERNS: ReadonlySet<string> = new Set([
  'ends_with',
  'includes',
  'json_string',
  'lowercase',
  'regex',
  'starts_with',
  'template_literal',
  'uppercase',
]);
