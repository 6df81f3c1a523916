import { method, service } from '@reeve/contract';
import { z } from 'zod';

const isoDate = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

/** A part of a part. */
const Part = z.object({
  name: z.string(),
  get parts() {
    return z.array(Part);
  },
});

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
const Json: z.ZodType<Json, Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Json), z.record(z.string(), Json)]),
);

const Circle = z.object({ shape: z.literal('circle'), radius: z.number() });
const Square = z.object({ shape: z.literal('square'), side: z.number() });
const Shape = z.discriminatedUnion('shape', [Circle, Square]);

/** Has a default, so it looks different from its two sides. */
const Page = z.object({ size: z.int().max(100).default(20), after: z.string().optional() });

const Everything = service('everything', {
  version: '0.1.0',
  methods: {
    scalars: both(
      z.object({
        string: z.string(),
        number: z.number(),
        bigint: z.bigint(),
        boolean: z.boolean(),
        null: z.null(),
        date: z.date(),
        uuid: z.uuid(),
        literal: z.literal(['a', 1, true, null]),
        bigintLiteral: z.literal(7n),
        enum: z.enum(['x', 'y']),
        template: z.templateLiteral(['v', z.int(), '-', z.enum(['a', 'b'])]),
        'a key with spaces': z.string(),
        constructor: z.string(),
      }),
    ),
    absence: both(
      z.object({
        optional: z.string().optional(),
        nullable: z.string().nullable(),
        nullish: z.string().nullish(),
        undefinedOr: z.union([z.string(), z.undefined()]),
        never: z.never().optional(),
      }),
    ),
    containers: both(
      z.object({
        array: z.array(z.array(z.int())),
        union: z.array(z.union([z.string(), z.int().nullable()])),
        tuple: z.tuple([z.string(), z.int()]),
        rest: z.tuple([z.string()], z.int()),
        open: z.tuple([z.string(), z.int().optional()]),
        record: z.record(z.string(), z.object({ n: z.int() })),
        partial: z.partialRecord(z.enum(['a', 'b']), z.int()),
        full: z.record(z.enum(['a', 'b']), z.int()),
        byTemplate: z.record(z.templateLiteral(['id-', z.string()]), z.int()),
        map: z.map(z.string(), z.set(z.int())),
        loose: z.looseObject({ a: z.string() }),
        strict: z.strictObject({ a: z.string() }),
        catchall: z.object({}).catchall(z.int()),
        intersection: z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() })),
      }),
    ),
    unions: both(
      z.object({
        shape: Shape,
        shapes: z.array(Shape.nullable()),
        inferred: z.union([Circle, Square]),
        mixed: z.union([z.string(), z.object({ a: z.int() }), z.array(z.string())]),
      }),
    ),
    recursive: method({ input: Part, output: z.array(Part) }),
    json: method({ input: Json, output: Json }),
    sides: both(
      z.object({
        codec: isoDate,
        defaulted: z.string().default('x'),
        prefault: z.string().prefault('x'),
        caught: z.int().catch(0),
        stringbool: z.stringbool(),
        piped: z.string().transform(Number).pipe(z.number()),
        page: Page,
        pages: z.array(Page),
      }),
    ),
    /** Only the contract knows what the handler gets. */
    transformed: method({
      input: z.object({ at: z.string().transform((text) => new URL(text)) }),
      output: z.object({ size: z.string().pipe(z.coerce.number()) }),
      errors: { BROKEN: z.object({ page: Page }), GONE: { code: 'not_found' } },
    }),
    optionalInput: method({ input: z.string().optional(), output: z.string().optional() }),
    /** Zod's own type of bytes depends on the version of TypeScript. */
    bytes: both(z.instanceof(Uint8Array)),
    nothing: method({ input: z.void(), output: z.void(), leaseMs: 5_000, finish: true }),
    scalar: method({ input: z.int(), output: z.set(z.string()) }),
  },
});

export default Everything;

function both<S extends z.ZodType>(schema: S) {
  return method({ input: schema, output: schema, errors: {} });
}
