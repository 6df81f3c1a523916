import { method, service } from '@reeve/contract';
import zod from 'zod';
import {
  any,
  page,
  Error,
  Map,
  Promise,
  string,
  object,
  $dollar,
  größe,
  _,
  Client,
  Node,
  Edge,
  DateRange,
  UserId,
} from './schemas.ts';

const io = <S extends zod.ZodType>(schema: S) => method({ input: schema, output: schema, idempotent: true });

const group = {
  /** Deletes it. */
  delete: io(zod.object({ id: UserId })),
  new: io(page(Node)),
  class: io(page(zod.union([Error, Map]))),
};

export default service('odd.names-1', {
  version: '0.0.1',
  doc: 'Ends */ badly, `with` ${code} and \\ backslashes.',
  methods: {
    ...group,
    errors: io(Error),
    maps: io(zod.map(Map, Promise)),
    strings: io(zod.array(string)),
    anys: io(zod.record(any, object)),
    dollars: io(zod.object({ $dollar, größe, _ })),
    clients: io(Client),
    nodes: io(Node),
    edges: io(Edge.extend({ extra: zod.literal(['', "it's", 'a"b', 'c\\d', 'e\nf', '\u2028', '`${x}`', '*/']) })),
    ranges: io(DateRange),
    odd: io(
      zod.object({
        '': zod.int(),
        'a b': zod.int().optional(),
        "it's": zod.string().default("it's"),
        '1e3': zod.int(),
        '01': zod.int(),
        default: zod.int(),
        'new\nline': zod.int().optional(),
        ['computed' + 1]: zod.int().optional(),
      }),
    ),
    keyed: method({
      input: zod.object({ a: zod.object({ b: zod.string().max(5) }), when: zod.iso.datetime({ offset: true }) }),
      output: zod.void(),
      key: 'a.b',
      errors: {
        NOT_THERE: { code: 'not_found' },
        NOT_THERE_2: zod.discriminatedUnion('why', [
          zod.object({ why: zod.literal('gone'), at: zod.date() }),
          zod.object({ why: zod.literal('never') }),
        ]),
      },
    }),
    unions: io(
      zod.intersection(
        zod.union([zod.object({ a: zod.literal(1) }), zod.object({ b: zod.literal('x').optional() })]),
        zod.object({ c: zod.templateLiteral(['v', zod.number(), '.', zod.enum(['a', 'b'])]) }),
      ),
    ),
    chain: io(
      zod
        .string()
        .max(30)
        .transform((s) => s.split(','))
        .pipe(zod.array(zod.string().transform(Number).pipe(zod.number())))
        .pipe(zod.array(zod.number()).max(9)),
    ),
    layers: io(
      zod.object({
        a: zod.int().optional().nullable().default(null).optional().readonly(),
        b: zod.int().nullable().default(3).catch(4),
      }),
    ),
    tuple: io(
      zod.tuple([zod.literal('a'), zod.bigint().optional()], zod.union([zod.date(), zod.instanceof(Uint8Array)])),
    ),
    sets: io(
      zod.object({
        s: zod.set(zod.union([zod.int(), zod.string().max(3)])),
        r: zod.record(zod.string().regex(/^k/), zod.set(zod.date())),
      }),
    ),
    codec: io(
      zod.codec(zod.string().max(10), zod.map(zod.string(), zod.int()), {
        decode: (s) => new globalThis.Map([[s, s.length]]),
        encode: (m) => [...m.keys()][0] ?? '',
      }),
    ),
    pre: io(zod.preprocess((v) => (v === '' ? undefined : v), zod.int().optional())),
  },
});
