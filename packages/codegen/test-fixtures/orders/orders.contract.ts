import { method, service } from '@reeve/contract';
import { z } from 'zod';
import { Currency, Line } from './shared.ts';

const Card = z.object({ by: z.literal('card'), number: z.string().max(19) });
const Transfer = z.object({ by: z.literal('transfer'), iban: z.string().max(34) });

/** How an order is paid. */
const Payment = z.discriminatedUnion('by', [Card, Transfer]);

const Category = z.object({
  name: z.string().max(100),
  get children() {
    return z.array(Category).max(50);
  },
});

const Customer = z.object({
  id: z.uuid(),
  name: z.string().max(200),
  email: z.email().optional(),
  tags: z.set(z.string().max(20)).max(10).default(new Set()),
});

export const Orders = service('orders', {
  version: '1.2.0',
  doc: 'Takes orders and tells what they cost.',
  methods: {
    quote: method({
      input: Line,
      output: z.object({ cents: z.int(), currency: Currency }),
      idempotent: true,
      timeoutMs: 2_000,
      doc: 'Price of a line before tax.',
    }),
    /** Places an order. */
    place: method({
      key: 'orderId',
      input: z.object({
        orderId: z.uuid(),
        lines: z.array(Line).max(200),
        customer: Customer,
        payment: Payment,
        /** What the driver should know. */
        note: z.string().trim().max(500).nullable().optional(),
      }),
      output: z.object({ accepted: z.boolean(), etaDate: z.date(), total: z.bigint() }),
      errors: {
        /** Not enough is left of one article. */
        OUT_OF_STOCK: z.object({ sku: z.string(), left: z.int().default(0) }),
        CLOSED: { code: 'unavailable' },
      },
    }),
    find: method({
      input: z.object({
        since: z.string().transform((text) => new Date(text)),
        status: z.union([z.literal('open'), z.literal('done')]).optional(),
      }),
      output: z.array(z.object({ orderId: z.uuid(), customer: Customer })),
      idempotent: true,
    }),
    categories: method({ input: z.void(), output: Category, idempotent: true }),
    forget: method({ input: z.uuid(), output: z.void(), errors: { OUT_OF_STOCK: Line } }),
  },
});
