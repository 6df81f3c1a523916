import { compileShape, decodeValue, encodeValue, findAmbiguousUnion } from '@reeve/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SchemaNames } from './read/schema-names.ts';
import { SchemaSyntax } from './read/schema-syntax.ts';
import { ShapeReader } from './read/shape-reader.ts';
import { TypeTable } from './read/type-table.ts';

/** A schema whose shape says all there is to say, with values that it accepts. */
interface Typed {
  readonly schema: z.ZodType;
  readonly values: fc.Arbitrary<unknown>;
}

describe('the structure that is checked by callers', () => {
  test('accepts whatever Zod accepts, and Zod accepts what arrives', () => {
    fc.assert(
      fc.property(typedAndValue(), ({ schema, value }) => {
        expect(schema.safeParse(value).success).toBe(true);
        const { check, lower, lift } = compiled(schema);
        expect(check(value)).toEqual([]);
        expect(schema.safeParse(lift(throughWire(lower(value)))).error?.issues).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('refuses what Zod refuses, for values that were meant for something else', () => {
    fc.assert(
      fc.property(typedAndValue(), typedAndValue(), ({ schema }, { value }) => {
        // The other way round does not hold: to Zod a Set is an object, if one without fields.
        const isRefused = compiled(schema).check(value).length > 0;
        expect(isRefused || schema.safeParse(value).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function compiled(schema: z.ZodType): ReturnType<typeof compileShape> {
  const reader = new ShapeReader(new TypeTable(), new SchemaNames(), new SchemaSyntax());
  return compileShape(reader.read(schema, 'input', { path: 'test.input', position: undefined }));
}

function throughWire(value: unknown): unknown {
  const decoded = decodeValue(encodeValue(value));
  if (!decoded.ok) throw new Error(decoded.why);
  return decoded.value;
}

function typedAndValue(): fc.Arbitrary<{ readonly schema: z.ZodType; readonly value: unknown }> {
  return typed()
    .filter(({ schema }) => {
      const reader = new ShapeReader(new TypeTable(), new SchemaNames(), new SchemaSyntax());
      const shape = reader.read(schema, 'input', { path: 'test.input', position: undefined });
      return findAmbiguousUnion(shape, {}) === undefined;
    })
    .chain(({ schema, values }) => values.map((value) => ({ schema, value })));
}

function typed(): fc.Arbitrary<Typed> {
  return fc.letrec<{ typed: Typed; leaf: Typed; branch: Typed }>((tie) => ({
    typed: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie('leaf'), tie('branch')),
    leaf: fc.constantFrom(...LEAVES),
    branch: branch(tie('typed')),
  })).typed;
}

function branch(part: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  const few = { maxLength: 3 };
  return fc.oneof(
    part.map(({ schema, values }) => ({ schema: z.array(schema).max(3), values: fc.array(values, few) })),
    part.map(({ schema, values }) => ({ schema: schema.nullable(), values: fc.option(values) })),
    part.map(({ schema, values }) => ({
      schema: z.set(schema),
      values: fc.array(values, few).map((all) => new Set(all)),
    })),
    fc.tuple(part, part).map(([key, value]) => ({
      schema: z.map(key.schema, value.schema),
      values: fc.array(fc.tuple(key.values, value.values), few).map((pairs) => new Map(pairs)),
    })),
    part.map(({ schema, values }) => ({
      schema: z.record(z.string(), schema),
      values: fc.dictionary(names(), values, { maxKeys: 3, noNullPrototype: true }),
    })),
    fc.array(part, few).map((parts) => ({
      schema: z.tuple(parts.map(({ schema }) => schema) as [z.ZodType]),
      values: fc.tuple(...parts.map(({ values }) => values)),
    })),
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
      schema: z.union(parts.map(({ schema }) => schema)),
      values: fc.oneof(...parts.map(({ values }) => values)),
    })),
    fc
      .dictionary(names(), fc.tuple(part, fc.constantFrom('required', 'optional', 'nullish')), { maxKeys: 4 })
      .map(object),
  );
}

function object(fields: Record<string, [Typed, 'required' | 'optional' | 'nullish']>): Typed {
  const schemas: Record<string, z.ZodType> = {};
  const values: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, [field, presence]] of Object.entries(fields)) {
    const { schema } = field;
    schemas[name] = presence === 'required' ? schema : presence === 'optional' ? schema.optional() : schema.nullish();
    values[name] = presence === 'nullish' ? fc.option(field.values) : field.values;
  }
  const requiredKeys = Object.keys(fields).filter((name) => fields[name]?.[1] === 'required');
  return { schema: z.strictObject(schemas), values: fc.record(values, { requiredKeys, noNullPrototype: true }) };
}

function names(): fc.Arbitrary<string> {
  return fc.oneof(fc.string({ minLength: 1, maxLength: 3 }), fc.constantFrom('a', 'b', 'then', '0', 'ä b'));
}

const LEAVES: readonly Typed[] = [
  { schema: z.string(), values: fc.string({ unit: 'grapheme' }) },
  { schema: z.string().min(2).max(4), values: fc.string({ unit: 'binary', minLength: 2, maxLength: 4 }) },
  { schema: z.number(), values: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { schema: z.number().gt(0).lte(10), values: fc.double({ min: 1, max: 10, noNaN: true }) },
  { schema: z.int(), values: fc.maxSafeInteger() },
  { schema: z.int32().min(-5), values: fc.integer({ min: -5 }) },
  { schema: z.bigint(), values: fc.bigInt() },
  {
    schema: z
      .bigint()
      .min(-5n)
      .lt(2n ** 70n),
    values: fc.bigInt({ min: -5n, max: 2n ** 70n - 1n }),
  },
  { schema: z.boolean(), values: fc.boolean() },
  { schema: z.null(), values: fc.constant(null) },
  { schema: z.date(), values: fc.date({ noInvalidDate: true }) },
  { schema: z.instanceof(Uint8Array), values: fc.uint8Array() },
  { schema: z.literal(['a', 1, null]), values: fc.constantFrom('a', 1, null) },
  { schema: z.enum(['x', 'y']), values: fc.constantFrom('x', 'y') },
];
