import type { ServiceDescription, Shape } from '@reeve/protocol';
import { CODES } from '@reeve/protocol';
import { z } from 'zod';

/**
 * Reads what a worker said of a service; `undefined` if it is no description.
 *
 * A worker may be newer than this program, or no program of ours: what is not known of a shape reads as "anything", and
 * what is not known besides is left out.
 */
export function readDescription(value: unknown): ServiceDescription | undefined {
  return Description.safeParse(value).data as ServiceDescription | undefined;
}

const ANY: Shape = { kind: 'any' };

const Part: z.ZodType = z.lazy(() => AnyShape);
const Documented = z.object({ doc: z.string().optional(), rules: z.array(z.string()).optional() });
const Lengths = Documented.extend({ min: z.number().optional(), max: z.number().optional() });
const Constants = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]));
const Fields = z.record(z.string(), Part);

const SHAPES = [
  Documented.extend({ kind: z.enum(['any', 'never', 'boolean', 'null', 'undefined']) }),
  Lengths.extend({ kind: z.literal('string'), format: z.string().optional() }),
  Lengths.extend({ kind: z.literal('bytes') }),
  Lengths.extend({ kind: z.literal('date') }),
  Lengths.extend({
    kind: z.literal('number'),
    int: z.boolean().optional(),
    exclusiveMin: z.number().optional(),
    exclusiveMax: z.number().optional(),
  }),
  Documented.extend({ kind: z.literal('bigint'), min: z.string().optional(), max: z.string().optional() }),
  Documented.extend({ kind: z.literal('template'), parts: z.array(z.union([z.string(), Part])) }),
  Documented.extend({ kind: z.enum(['literal', 'enum']), values: Constants }),
  Lengths.extend({ kind: z.enum(['array', 'set']), items: Part }),
  Lengths.extend({ kind: z.literal('map'), key: Part, value: Part }),
  Documented.extend({
    kind: z.literal('tuple'),
    items: z.array(Part),
    required: z.number().optional(),
    rest: Part.optional(),
  }),
  Documented.extend({ kind: z.literal('record'), key: Part, value: Part, loose: z.boolean().optional() }),
  Documented.extend({
    kind: z.literal('object'),
    fields: Fields,
    optional: z.array(z.string()).optional(),
    unknown: z.enum(['strip', 'strict', 'loose']).optional(),
    catchall: Part.optional(),
  }),
  Documented.extend({ kind: z.literal('union'), options: z.array(Part), discriminator: z.string().optional() }),
  Documented.extend({ kind: z.literal('intersection'), left: Part, right: Part }),
  Documented.extend({ kind: z.literal('nullable'), of: Part }),
  Documented.extend({ kind: z.literal('ref'), name: z.string() }),
] as const;

const AnyShape: z.ZodType = z.discriminatedUnion('kind', SHAPES).catch(ANY as never);

const Method = z.object({
  fingerprint: z.string(),
  doc: z.string().optional(),
  idempotent: z.boolean(),
  key: z.array(z.string()),
  timeoutMs: z.number(),
  leaseMs: z.number().optional(),
  finish: z.boolean().optional(),
  input: Part,
  output: Part,
  errors: z.record(
    z.string(),
    z.object({ code: z.enum(CODES).catch('unknown'), doc: z.string().optional(), data: Part.optional() }),
  ),
});

const Description = z.object({
  name: z.string(),
  version: z.string(),
  doc: z.string().optional(),
  methods: z.record(z.string(), Method),
  shapes: Fields,
});
