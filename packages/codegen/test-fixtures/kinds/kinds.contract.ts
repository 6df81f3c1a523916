import { method, service } from '@reeve/contract';
import { z } from 'zod';
import { Address, Person } from './people.ts';

/** A numeric enum, as the compiler makes it of `enum Level { Low, High = 5 }`. */
const Level: { readonly Low: 0; readonly High: 5 } = Object.assign({ Low: 0, High: 5 } as const, {
  0: 'Low',
  5: 'High',
});
const Colour = { Red: 'red', Green: 'green' } as const;

const User = z.object({ id: z.uuid(), name: z.string().min(1).max(20), mail: z.email().optional() });

const isoDate = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

const Ok = z.object({ status: z.literal('ok'), data: z.string() });
const BadId = z.object({ status: z.literal('bad'), code: z.literal(404), id: z.int() });
const BadAny = z.object({ status: z.literal('bad'), code: z.enum({ Teapot: 418, Gone: 410 }), why: z.string() });

/** A discriminated union in another. */
const Answer = z.discriminatedUnion('status', [Ok, z.discriminatedUnion('code', [BadId, BadAny])]);

const Move = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['walk', 'run']), metres: z.int() }),
  z.object({ kind: z.literal(['swim', 'dive']), depth: z.number() }),
  z.object({ kind: z.literal(null), none: z.boolean() }),
]);

const Priced = z.object({ sku: z.string().brand<'Sku'>(), amount: z.int().brand<'Amount'>() });

/** Two levels of getters. */
const Tree = z.object({
  value: z.int(),
  get left() {
    return Tree.optional();
  },
  get right() {
    return Tree.nullable().optional();
  },
});

type List = { head: number; tail: List | null };
const List: z.ZodType<List, List> = z.lazy(() => z.object({ head: z.int(), tail: List.nullable() }));

const Expression = z.discriminatedUnion('op', [
  z.object({ op: z.literal('value'), of: z.number() }),
  z.object({
    op: z.enum(['add', 'multiply']),
    get parts() {
      return z.array(Expression).max(4);
    },
  }),
]);

/** One method for each kind of schema; each takes and returns it. */
export const Kinds = service('kinds', {
  version: '1.0.0',
  methods: {
    plainObject: both(User),
    strictObject: both(z.strictObject({ a: z.int() })),
    looseObject: both(z.looseObject({ a: z.int() })),
    catchall: both(z.object({}).catchall(z.bigint())),
    catchallAndFields: both(z.object({ at: z.int() }).catchall(z.number())),
    optional: both(z.object({ a: z.int().optional(), b: z.set(z.int()).optional() })),
    exactOptional: both(z.object({ a: z.int().exactOptional(), b: z.string().nullable().exactOptional() })),
    defaults: both(z.object({ a: z.int().default(7), b: z.string().max(5).prefault('x'), c: z.date().optional() })),
    nullable: both(z.object({ a: z.int().nullable(), b: z.array(z.int()).nullish() })),
    nonoptional: both(z.object({ a: z.nonoptional(z.int().optional()) })),
    partial: both(User.partial()),
    required: both(User.required()),
    pick: both(User.pick({ id: true })),
    omit: both(User.omit({ mail: true })),
    extend: both(User.extend({ age: z.int32() })),
    keyOf: both(User.keyof()),
    readonlyObject: both(z.object({ tags: z.array(z.string()).readonly() }).readonly()),
    readonlyList: both(z.array(z.int()).readonly()),
    readonlyTuple: both(z.tuple([z.int(), z.string()]).readonly()),
    readonlySet: both(z.set(z.int()).readonly()),
    readonlyMap: both(z.map(z.string(), z.int()).readonly()),
    named: both(z.object({ from: Address, to: Address.nullable() })),
    oddNames: both(
      z.object({ constructor: z.int(), toString: z.string().optional(), 'a-b': z.int(), '0': z.int(), $: z.int() }),
    ),

    array: both(z.array(z.int()).min(1).max(3)),
    nested: both(z.array(z.array(z.nullable(z.bigint())))),
    arrayOfUndefined: both(z.array(z.int().optional())),
    tuple: both(z.tuple([z.string(), z.int()])),
    tupleRest: both(z.tuple([z.string()], z.date())),
    tupleOptional: both(z.tuple([z.string(), z.int().optional(), z.boolean().optional()])),
    tupleOptionalRest: both(z.tuple([z.string(), z.int().optional()], z.boolean())),
    record: both(z.record(z.string().max(4), z.int())),
    recordOfEnum: both(z.record(z.enum(['a', 'b']), z.int())),
    recordOfLiterals: both(z.record(z.union([z.literal('a'), z.literal(1)]), z.int())),
    recordOfNumericEnum: both(z.record(z.enum(Level), z.int())),
    recordOfNumbers: both(z.record(z.int(), z.string())),
    recordOfTemplate: both(z.record(z.templateLiteral(['id-', z.int()]), z.set(z.int()))),
    recordOfSomeEnum: both(z.record(z.enum(['a', 'b']), z.int().optional())),
    partialRecord: both(z.partialRecord(z.enum(['a', 'b']), z.bigint())),
    looseRecord: both(z.looseRecord(z.templateLiteral(['n_', z.string()]), z.int())),
    map: both(z.map(z.string(), z.object({ at: z.date() })).max(2)),
    mapOfObjects: both(z.map(z.tuple([z.int(), z.int()]), z.bigint())),
    set: both(z.set(z.date()).min(1)),

    enum: both(z.enum(['a', 'b'])),
    nativeEnum: both(z.enum(Colour)),
    numericEnum: both(z.enum(Level)),
    excluded: both(z.enum(['a', 'b', 'c']).exclude(['c'])),
    literals: both(z.literal(['a', 1, true, null, -2.5])),
    bigLiterals: both(z.literal([1n, 1_180_591_620_717_411_303_424n])),
    mixedLiterals: both(z.object({ a: z.literal(['x', undefined]), b: z.literal(['y', 9n]) })),
    undefinedLiteral: both(z.object({ a: z.literal(undefined), b: z.undefined() })),

    union: both(z.union([z.string(), z.int(), z.array(z.date())])),
    unionOfObjects: both(z.union([z.object({ a: z.int() }), z.object({ b: z.bigint() })])),
    unionWithUndefined: both(z.object({ a: z.union([z.string(), z.undefined()]) })),
    /** Formats are for the worker to check, so both options may fit. */
    unionByFormat: both(
      z.union([
        z.object({ id: z.uuid() }),
        z.object({ id: z.string(), tags: z.set(z.int()), n: z.bigint().optional() }),
      ]),
    ),
    unionByRefinement: both(
      z.union([
        z.object({ of: z.object({ a: z.int() }).refine(({ a }) => a > 5) }),
        z.object({ of: z.looseObject({}) }),
      ]),
    ),
    exclusive: both(z.xor([z.object({ a: z.int() }), z.object({ b: z.int() })])),
    discriminated: both(Answer),
    discriminatedByLists: both(Move),
    discriminatedByDefault: both(
      z.discriminatedUnion('v', [
        z.object({ v: z.literal(1).default(1), a: z.set(z.int()) }),
        z.object({ v: z.literal(2), a: z.array(z.int()) }),
      ]),
    ),
    intersection: both(z.intersection(z.object({ a: z.int() }), z.object({ b: z.set(z.int()) }))),
    and: both(User.and(z.object({ age: z.int() }))),
    strictIntersection: both(z.intersection(z.strictObject({ a: z.int() }), z.strictObject({ b: z.int() }))),
    unionAndObject: both(
      z.intersection(
        z.union([z.object({ a: z.int() }), z.object({ b: z.set(z.int()) })]),
        z.object({ c: z.map(z.string(), z.int()) }),
      ),
    ),
    objectAndRecord: both(
      z.intersection(
        z.object({ name: z.string(), age: z.int() }),
        z.looseRecord(z.templateLiteral(['tel_', z.string()]), z.string()),
      ),
    ),

    tree: both(Tree),
    list: both(List),
    expression: both(Expression),
    person: both(Person),
    json: both(z.json()),

    string: both(z.string().min(2).max(4)),
    trimmed: both(z.string().min(2).trim().max(4)),
    lowered: both(z.string().toLowerCase()),
    template: both(z.templateLiteral(['v', z.int().min(0), z.enum(['a', 'b']).optional()])),
    formats: both(
      z.object({
        mail: z.email(),
        url: z.url(),
        ip: z.ipv4(),
        date: z.iso.date(),
        time: z.iso.time(),
        span: z.iso.duration(),
        base64: z.base64(),
        hash: z.hash('md5'),
        own: z.stringFormat('even', (text) => text.length % 2 === 0),
      }),
    ),
    number: both(z.number().gt(0).lte(10)),
    anyNumber: both(z.number()),
    int: both(z.int()),
    oldInt: both(z.number().int().nonnegative().multipleOf(5)),
    int32: both(z.int32()),
    uint32: both(z.uint32()),
    float32: both(z.float32()),
    bigint: both(z.bigint()),
    int64: both(z.int64()),
    uint64: both(z.uint64()),
    bigintRange: both(z.bigint().gt(0n).lt(10n)),
    boolean: both(z.boolean()),
    null: both(z.null()),
    date: both(z.date().min(new Date(0)).max(new Date(1_000))),
    bytes: both(z.instanceof(Uint8Array)),
    described: both(z.int().describe('How many. */ not the end')),
    unknown: both(z.unknown()),
    any: both(z.any()),
    never: both(z.object({ a: z.never().optional() })),
    optionalValue: both(z.int().optional()),
    nothing: both(z.void()),

    codec: both(z.object({ at: isoDate, all: z.array(isoDate) })),
    stringbool: both(z.stringbool()),
    piped: both(z.string().transform(Number).pipe(z.int())),
    asyncTransform: both(
      z
        .string()
        .transform(async (text) => text.length)
        .pipe(z.int()),
    ),
    coerced: both(z.object({ a: z.coerce.number(), b: z.coerce.bigint(), c: z.coerce.date() })),
    preprocessed: both(z.preprocess((value) => (typeof value === 'string' ? value.length : value), z.int())),
    preprocessedField: both(z.object({ a: z.preprocess((value) => value ?? 'x', z.string()) })),
    refined: both(z.object({ a: z.int(), b: z.int() }).refine(({ a, b }) => a < b, { path: ['b'] })),
    superRefined: both(
      z.string().superRefine((text, ctx) => {
        if (text.includes('!')) ctx.addIssue({ code: 'custom', message: 'not so loud' });
      }),
    ),
    caught: both(z.object({ a: z.int().catch(3) })),
    success: both(z.object({ a: z.success(z.int()) })),
    overwritten: both(z.int().overwrite((n) => n * 2)),
    branded: both(Priced),
    registered: both(z.object({ a: z.int() }).register(z.globalRegistry, { id: 'Registered', description: 'By id.' })),
    metaData: both(z.int().meta({ title: 'Count', description: 'How many.', deprecated: true })),
    inverted: both(z.invertCodec(isoDate)),
    properties: both(z.string().check(z.property('length', z.number().max(3)))),
    credit: both(z.object({ iban: z.iban(), e164: z.e164(), currency: z.currencyCode() })),
  },
});

function both<S extends z.ZodType>(schema: S) {
  return method({ input: schema, output: schema, errors: {} });
}
