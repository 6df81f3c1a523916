import fc from 'fast-check';
import { z } from 'zod';

/** A schema, live and as its author would write it, with values that it takes. */
export interface Typed {
  readonly schema: z.ZodType;
  readonly code: string;
  readonly values: fc.Arbitrary<unknown>;
}

/** Schemas of all kinds, in each other. */
export function typedSchema(): fc.Arbitrary<Typed> {
  return fc.letrec<{ typed: Typed; leaf: Typed; branch: Typed }>((tie) => ({
    typed: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      { weight: 2, arbitrary: tie('leaf') },
      { weight: 3, arbitrary: tie('branch') },
    ),
    leaf: fc.constantFrom(...LEAVES),
    branch: fc.oneof(
      wrapper(tie('typed')),
      list(tie('typed')),
      keyed(tie('typed')),
      object(tie('typed')),
      union(tie('typed')),
    ),
  })).typed;
}

function wrapper(part: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  return fc.oneof(
    part.map(({ schema, code, values }) => ({
      schema: schema.nullable(),
      code: `${code}.nullable()`,
      values: fc.option(values),
    })),
    part.map(({ schema, code, values }) => ({ schema: schema.readonly(), code: `${code}.readonly()`, values })),
    part.map(({ schema, code, values }) => ({
      schema: z.lazy(() => schema),
      code: `z.lazy(() => ${code})`,
      values,
    })),
    part.map(({ schema, code, values }) => ({
      schema: schema.refine(() => true).describe('Refined.'),
      code: `${code}.refine(() => true).describe('Refined.')`,
      values,
    })),
  );
}

function list(part: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  return fc.oneof(
    part.map(({ schema, code, values }) => ({
      schema: z.array(schema).max(3),
      code: `z.array(${code}).max(3)`,
      values: fc.array(values, FEW),
    })),
    part.map(({ schema, code, values }) => ({
      schema: z.set(schema),
      code: `z.set(${code})`,
      values: fc.array(values, FEW).map((items) => new Set(items)),
    })),
    fc.tuple(fc.array(part, FEW), part, part).map(([items, last, rest]) => ({
      schema: z.tuple(
        [...items.map(({ schema }) => schema), last.schema.optional()] as z.ZodType[] as Some<z.ZodType>,
        rest.schema,
      ),
      code: `z.tuple([${[...items.map(({ code }) => code), `${last.code}.optional()`].join(', ')}], ${rest.code})`,
      values: fc.oneof(
        fc.tuple(...items.map(({ values }) => values)),
        fc
          .tuple(fc.tuple(...items.map(({ values }) => values), last.values), fc.array(rest.values, FEW))
          .map(([head, tail]) => [...head, ...tail]),
      ),
    })),
    fc.array(part, FEW).map((items) => ({
      schema: z.tuple(items.map(({ schema }) => schema) as Some<z.ZodType>),
      code: `z.tuple([${items.map(({ code }) => code).join(', ')}])`,
      values: fc.tuple(...items.map(({ values }) => values)),
    })),
  );
}

function keyed(part: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  const fields = (values: fc.Arbitrary<unknown>): Record<'a' | 'b', fc.Arbitrary<unknown>> => ({
    a: values,
    b: values,
  });
  return fc.oneof(
    fc.tuple(part, part).map(([key, item]) => ({
      schema: z.map(key.schema, item.schema),
      code: `z.map(${key.code}, ${item.code})`,
      values: fc.array(fc.tuple(key.values, item.values), FEW).map((pairs) => new Map(pairs)),
    })),
    part.map(({ schema, code, values }) => ({
      schema: z.record(z.string(), schema),
      code: `z.record(z.string(), ${code})`,
      values: fc.dictionary(fc.constantFrom('a', 'then', '0', 'ä b', '-1'), values, {
        maxKeys: 3,
        noNullPrototype: true,
      }),
    })),
    part.map(({ schema, code, values }) => ({
      schema: z.record(z.enum(['a', 'b']), schema),
      code: `z.record(z.enum(['a', 'b']), ${code})`,
      values: fc.record(fields(values), { noNullPrototype: true }),
    })),
    part.map(({ schema, code, values }) => ({
      schema: z.partialRecord(z.enum(['a', 'b']), schema),
      code: `z.partialRecord(z.enum(['a', 'b']), ${code})`,
      values: fc.record(fields(values), { requiredKeys: [], noNullPrototype: true }),
    })),
    part.map(({ schema, code, values }) => ({
      schema: z.object({}).catchall(schema),
      code: `z.object({}).catchall(${code})`,
      values: fc.record(fields(values), { requiredKeys: [], noNullPrototype: true }),
    })),
  );
}

type Presence = 'required' | 'optional' | 'nullish' | 'exactOptional';

function object(part: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  const presence = fc.constantFrom<Presence>('required', 'optional', 'nullish', 'exactOptional');
  const fields = fc.dictionary(fc.constantFrom(...NAMES), fc.tuple(part, presence), {
    maxKeys: 4,
    noNullPrototype: true,
  });
  return fc
    .tuple(fields, fc.constantFrom('object', 'strictObject', 'looseObject'))
    .map(([parts, maker]) => objectOf(parts, maker));
}

function objectOf(
  fields: Readonly<Record<string, readonly [Typed, Presence]>>,
  maker: 'object' | 'strictObject' | 'looseObject',
): Typed {
  const schemas: Record<string, z.ZodType> = {};
  const values: Record<string, fc.Arbitrary<unknown>> = {};
  const codes: string[] = [];
  for (const [name, [field, presence]] of Object.entries(fields)) {
    const { schema } = field;
    schemas[name] = presence === 'required' ? schema : schema[presence]();
    values[name] = presence === 'nullish' ? fc.option(field.values) : field.values;
    codes.push(`${JSON.stringify(name)}: ${field.code}${presence === 'required' ? '' : `.${presence}()`}`);
  }
  const requiredKeys = Object.keys(fields).filter((name) => fields[name]?.[1] === 'required');
  return {
    schema: MAKERS[maker](schemas),
    code: `z.${maker}({ ${codes.join(', ')} })`,
    values: fc.record(values, { requiredKeys, noNullPrototype: true }),
  };
}

function union(part: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  const parts = fc.array(part, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    parts.map((options) => ({
      schema: z.union(options.map(({ schema }) => schema)),
      code: `z.union([${options.map(({ code }) => code).join(', ')}])`,
      values: fc.oneof(...options.map(({ values }) => values)),
    })),
    parts.map(taggedUnion),
    fc.tuple(part, part).map(([left, right]) => ({
      schema: z.intersection(z.object({ left: left.schema }), z.object({ right: right.schema })),
      code: `z.intersection(z.object({ left: ${left.code} }), z.object({ right: ${right.code} }))`,
      values: fc.record({ left: left.values, right: right.values }, { noNullPrototype: true }),
    })),
  );
}

function taggedUnion(options: readonly Typed[]): Typed {
  const values = options.map((one, index) =>
    objectOf({ of: [one, 'optional'] }, 'object').values.map((value) => ({ ...(value as object), kind: `k${index}` })),
  );
  const schemas = options.map(({ schema }, index) =>
    z.object({ kind: z.literal(`k${index}`), of: schema.optional() }),
  ) as z.ZodObject[] as Some<z.ZodObject>;
  const codes = options.map(({ code }, index) => `z.object({ kind: z.literal('k${index}'), of: ${code}.optional() })`);
  return {
    schema: z.discriminatedUnion('kind', schemas),
    code: `z.discriminatedUnion('kind', [${codes.join(', ')}])`,
    values: fc.oneof(...values),
  };
}

/** What Zod's types want of a list. */
type Some<T> = [T, ...T[]];

const MAKERS = { object: z.object, strictObject: z.strictObject, looseObject: z.looseObject };

const FEW = { maxLength: 3 } as const;

const NAMES = ['a', 'b', 'then', 'length', 'a b', '0', 'class'];

const DOUBLES = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));

const LEAVES: readonly Typed[] = [
  { schema: z.string(), code: 'z.string()', values: fc.string({ unit: 'grapheme' }) },
  {
    schema: z.string().min(2).max(4),
    code: 'z.string().min(2).max(4)',
    values: fc.string({ unit: 'binary', minLength: 2, maxLength: 4 }),
  },
  { schema: z.uuid(), code: 'z.uuid()', values: fc.uuid() },
  { schema: z.number(), code: 'z.number()', values: DOUBLES },
  {
    schema: z.number().gt(0).lte(10),
    code: 'z.number().gt(0).lte(10)',
    values: fc.double({ min: 1, max: 10, noNaN: true }),
  },
  { schema: z.int(), code: 'z.int()', values: fc.maxSafeInteger() },
  { schema: z.uint32(), code: 'z.uint32()', values: fc.nat() },
  { schema: z.bigint(), code: 'z.bigint()', values: fc.bigInt() },
  { schema: z.int64(), code: 'z.int64()', values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { schema: z.boolean(), code: 'z.boolean()', values: fc.boolean() },
  { schema: z.null(), code: 'z.null()', values: fc.constant(null) },
  { schema: z.date(), code: 'z.date()', values: fc.date({ noInvalidDate: true }) },
  { schema: z.literal(['a', 1, null]), code: "z.literal(['a', 1, null])", values: fc.constantFrom('a', 1, null) },
  { schema: z.literal([1n, 9n]), code: 'z.literal([1n, 9n])', values: fc.constantFrom(1n, 9n) },
  { schema: z.enum(['x', 'y']), code: "z.enum(['x', 'y'])", values: fc.constantFrom('x', 'y') },
  { schema: z.enum({ No: 0, Yes: 7 }), code: 'z.enum({ No: 0, Yes: 7 })', values: fc.constantFrom(0, 7) },
  {
    schema: z.templateLiteral(['v', z.int()]),
    code: "z.templateLiteral(['v', z.int()])",
    values: fc.nat().map((n) => `v${n}`),
  },
  { schema: z.stringbool(), code: 'z.stringbool()', values: fc.constantFrom('true', 'no') },
  {
    schema: z.string().transform(Number).pipe(z.int()),
    code: 'z.string().transform(Number).pipe(z.int())',
    values: fc.nat().map(String),
  },
  { schema: z.string().trim().toLowerCase(), code: 'z.string().trim().toLowerCase()', values: fc.string() },
];
