import fc from 'fast-check';

import { findAmbiguousUnion } from './ambiguous-union.ts';
import type { ObjectShape, Shape } from './shape.ts';

/** A shape and an arbitrary of values that fit it. For tests. */
export interface Typed {
  readonly shape: Shape;
  readonly values: fc.Arbitrary<unknown>;
}

/**
 * Any shape without refs, with values of it.
 *
 * Unions of objects that leave out unknown fields are not among them: a value of a later option may fit an earlier
 * one, which then rightly leaves out the rest.
 */
export function typedArbitrary(unions: 'with unions' | 'with stripping'): fc.Arbitrary<Typed> {
  const { typed } = fc.letrec<{ typed: Typed; leaf: Typed; branch: Typed }>((tie) => ({
    typed: fc.oneof({ maxDepth: 4, depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('branch')),
    leaf: leafArbitrary(),
    branch:
      unions === 'with unions'
        ? fc.oneof(branchArbitrary(tie('typed'), ['strict', 'loose']), unionArbitrary(tie('typed')))
        : branchArbitrary(tie('typed'), ['strip']),
  }));
  return typed;
}

/** A shape with one value of it. */
export function shapeAndValue(): fc.Arbitrary<{ readonly shape: Shape; readonly value: unknown }> {
  return fc
    .oneof(typedArbitrary('with unions'), typedArbitrary('with stripping'))
    .filter(({ shape }) => findAmbiguousUnion(shape, {}) === undefined)
    .chain(({ shape, values }) => values.map((value) => ({ shape, value })));
}

function leafArbitrary(): fc.Arbitrary<Typed> {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
  return fc.constantFrom<Typed>(
    { shape: { kind: 'string' }, values: fc.string({ unit: 'grapheme' }) },
    { shape: { kind: 'string', min: 2, max: 5 }, values: fc.string({ unit: 'binary', minLength: 2, maxLength: 5 }) },
    { shape: { kind: 'number' }, values: double },
    { shape: { kind: 'number', int: true }, values: fc.maxSafeInteger() },
    { shape: { kind: 'number', int: true, min: 0, max: 255 }, values: fc.integer({ min: 0, max: 255 }) },
    { shape: { kind: 'bigint' }, values: fc.oneof(fc.bigInt(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n })) },
    { shape: { kind: 'boolean' }, values: fc.boolean() },
    { shape: { kind: 'null' }, values: fc.constant(null) },
    { shape: { kind: 'undefined' }, values: fc.constant(undefined) },
    { shape: { kind: 'literal', values: ['a', 7, true, null] }, values: fc.constantFrom('a', 7, true, null) },
    { shape: { kind: 'enum', values: ['x', 2 ** 40] }, values: fc.constantFrom('x', 2 ** 40) },
    { shape: { kind: 'date' }, values: fc.date({ noInvalidDate: true }) },
    { shape: { kind: 'bytes' }, values: fc.uint8Array() },
    { shape: { kind: 'any' }, values: jsonArbitrary() },
  );
}

/** Untyped data that comes back the same: integers as numbers, nothing undefined. */
function jsonArbitrary(): fc.Arbitrary<unknown> {
  return fc.json().map((text): unknown => JSON.parse(text.replaceAll(/__proto__|toJSON/g, 'x')));
}

function branchArbitrary(typed: fc.Arbitrary<Typed>, unknown: readonly Unknown[]): fc.Arbitrary<Typed> {
  return fc.oneof(
    typed.map(({ shape, values }) => ({ shape: { kind: 'array', items: shape }, values: fc.array(values, SMALL) })),
    typed.map(({ shape, values }) => ({ shape: { kind: 'nullable', of: shape }, values: fc.option(values) })),
    fc.array(typed, { maxLength: 3 }).map(tuple),
    typed.map(({ shape, values }) => ({
      shape: { kind: 'record', key: { kind: 'string' }, value: shape },
      values: fc.dictionary(nameArbitrary(), values, { maxKeys: 4, noNullPrototype: true }),
    })),
    fc.tuple(typed, typed).map(([key, item]) => ({
      shape: { kind: 'map', key: key.shape, value: item.shape },
      values: fc.array(fc.tuple(key.values, item.values), SMALL).map((pairs) => new Map(pairs)),
    })),
    typed.map(({ shape, values }) => ({
      shape: { kind: 'set', items: shape },
      values: fc.array(values, SMALL).map((items) => new Set(items)),
    })),
    fc
      .tuple(fc.dictionary(nameArbitrary(), fc.tuple(typed, fc.boolean()), { maxKeys: 5 }), fc.constantFrom(...unknown))
      .map(object),
  ) as fc.Arbitrary<Typed>;
}

function unionArbitrary(typed: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  return fc.array(typed, { minLength: 1, maxLength: 4 }).map((options) => ({
    shape: { kind: 'union', options: options.map(({ shape }) => shape) },
    values: fc.oneof(...options.map(({ values }) => values)),
  }));
}

type Unknown = NonNullable<ObjectShape['unknown']>;

function tuple(items: readonly Typed[]): Typed {
  return {
    shape: { kind: 'tuple', items: items.map(({ shape }) => shape) },
    values: fc.tuple(...items.map(({ values }) => values)),
  };
}

function object([fields, unknown]: [Record<string, [Typed, boolean]>, Unknown]): Typed {
  const entries = Object.entries(fields);
  const isOptional = ([typed, flag]: [Typed, boolean]): boolean => flag || typed.shape.kind === 'any';
  const shape: ObjectShape = {
    kind: 'object',
    fields: Object.fromEntries(entries.map(([name, [typed]]) => [name, typed.shape])),
    optional: entries.filter(([, field]) => isOptional(field)).map(([name]) => name),
    unknown,
  };
  const values = Object.fromEntries(entries.map(([name, [typed]]) => [name, typed.values]));
  const required = entries.filter(([, field]) => !isOptional(field)).map(([name]) => name);
  return { shape, values: fc.record(values, { requiredKeys: required, noNullPrototype: true }) };
}

/** Names that make trouble among ordinary ones. */
function nameArbitrary(): fc.Arbitrary<string> {
  const tricky = fc.constantFrom(
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    'then',
    '0',
    '-1',
    '',
    'a b',
    'ä',
  );
  return fc.oneof(fc.string({ maxLength: 6 }), tricky).filter((name) => name !== '__proto__');
}

const SMALL = { maxLength: 4 };
