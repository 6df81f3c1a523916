import { method, service } from '@reeve/contract';
import type { MethodDescriptor, ServiceDescriptor } from '@reeve/protocol';
import { z } from 'zod';

const Line = z.object({ sku: z.string().max(8), quantity: z.int().min(1) });

/** A small contract, as an author writes it. */
export const Orders = service('orders', {
  version: '1.2.0',
  methods: {
    quote: method({
      input: Line,
      output: z.object({ cents: z.int(), at: z.date().optional() }),
      idempotent: true,
      leaseMs: 5_000,
    }),
    place: method({
      input: Line.refine(async ({ sku }) => Promise.resolve(sku !== 'unknown'), 'no such article'),
      output: z.object({ accepted: z.boolean() }).refine(async () => Promise.resolve(true)),
      errors: {
        OUT_OF_STOCK: { code: 'not_found', data: z.object({ sku: z.string(), again: z.date() }) },
        CLOSED: { code: 'unavailable' },
      },
    }),
  },
});

const REST = { fingerprint: 'f'.repeat(32), accepts: [], key: [], timeoutMs: 10_000 };
const LINE: MethodDescriptor['input'] = {
  kind: 'object',
  fields: { sku: { kind: 'string', max: 8 }, quantity: { kind: 'number', int: true, min: 1 } },
};

/** What `reeve gen` makes of it. */
export const ordersDescriptor: ServiceDescriptor = {
  name: 'orders',
  version: '1.2.0',
  shapes: {},
  methods: {
    quote: {
      ...REST,
      name: 'quote',
      idempotent: true,
      leaseMs: 5_000,
      input: LINE,
      output: {
        kind: 'object',
        fields: { cents: { kind: 'number', int: true }, at: { kind: 'date' } },
        optional: ['at'],
      },
      errors: {},
    },
    place: {
      ...REST,
      name: 'place',
      idempotent: false,
      input: LINE,
      output: { kind: 'object', fields: { accepted: { kind: 'boolean' } } },
      errors: {
        OUT_OF_STOCK: {
          code: 'not_found',
          data: { kind: 'object', fields: { sku: { kind: 'string' }, again: { kind: 'date' } } },
        },
        CLOSED: { code: 'unavailable' },
      },
    },
  },
};
