import { assertType, describe, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import {
  type CallErrorData,
  type CallInput,
  type CallOutput,
  type ErrorName,
  type HandlerErrorData,
  type HandlerInput,
  type HandlerOutput,
  type KeyPath,
  method,
  type MethodName,
  type Service,
  service,
  validator,
} from './index.ts';

const Orders = service('orders', {
  version: '1.0.0',
  methods: {
    place: method({
      key: ['orderId', 'customer.id'],
      input: z.object({
        orderId: z.string(),
        customer: z.object({ id: z.int() }),
        note: z.string().default(''),
        at: z.string().transform((text) => new Date(text)),
      }),
      output: z.object({ count: z.int().default(0) }),
      errors: { OUT_OF_STOCK: z.object({ left: z.int().default(0) }), CLOSED: { code: 'unavailable' } },
    }),
    ping: method({ input: z.void(), output: z.void(), idempotent: true }),
  },
});

type Orders = typeof Orders;

describe('types derived from a contract', () => {
  test('are those of the wire for callers', () => {
    expectTypeOf<CallInput<Orders, 'place'>>().toEqualTypeOf<{
      orderId: string;
      customer: { id: number };
      note?: string | undefined;
      at: string;
    }>();
    expectTypeOf<CallOutput<Orders, 'place'>>().toEqualTypeOf<{ count: number }>();
    expectTypeOf<CallOutput<Orders, 'ping'>>().toEqualTypeOf<void>();
  });

  test('are parsed input and unparsed output for handlers', () => {
    expectTypeOf<HandlerInput<Orders, 'place'>>().toEqualTypeOf<{
      orderId: string;
      customer: { id: number };
      note: string;
      at: Date;
    }>();
    expectTypeOf<HandlerOutput<Orders, 'place'>>().toEqualTypeOf<{ count?: number | undefined }>();
  });

  test('know methods and errors by name', () => {
    expectTypeOf<MethodName<Orders>>().toEqualTypeOf<'place' | 'ping'>();
    expectTypeOf<ErrorName<Orders, 'place'>>().toEqualTypeOf<'OUT_OF_STOCK' | 'CLOSED'>();
    expectTypeOf<ErrorName<Orders, 'ping'>>().toEqualTypeOf<never>();
    expectTypeOf<CallErrorData<Orders, 'place', 'OUT_OF_STOCK'>>().toEqualTypeOf<{ left: number }>();
    expectTypeOf<HandlerErrorData<Orders, 'place', 'OUT_OF_STOCK'>>().toEqualTypeOf<{ left?: number | undefined }>();
    expectTypeOf<CallErrorData<Orders, 'place', 'CLOSED'>>().toEqualTypeOf<undefined>();
  });

  test('fit the general type of a service', () => {
    expectTypeOf<Orders>().toExtend<Service>();
  });
});

describe('a key', () => {
  interface Input {
    id: string;
    count: number;
    flag: boolean;
    maybe?: string;
    none: string | null;
    list: string[];
    at: Date;
    customer: { id: bigint; home?: { zip: string } };
  }

  test('is a path to something that is always there', () => {
    expectTypeOf<KeyPath<Input>>().toEqualTypeOf<'id' | 'count' | 'customer.id'>();
    expectTypeOf<KeyPath<unknown>>().toEqualTypeOf<string>();
    expectTypeOf<KeyPath<undefined>>().toEqualTypeOf<never>();
  });

  test('that does not exist is a compile error', () => {
    const input = z.object({ id: z.string() });
    // @ts-expect-error: no such field
    assertType(method({ input, output: z.void(), key: 'ID' }));
    // @ts-expect-error: an input without fields has no key
    assertType(method({ input: z.void(), output: z.void(), key: 'id' }));
  });
});

test('a validator knows what it gives', () => {
  const schema = z.object({ n: z.int().default(1) });
  const answer = validator(schema)({});
  expectTypeOf<Extract<Awaited<typeof answer>, { ok: true }>['value']>().toEqualTypeOf<{ n: number }>();
});
