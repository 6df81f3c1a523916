import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';

import { ContractError, ERROR_CODES, isService, method, service } from './index.ts';

const Line = z.object({ sku: z.string(), quantity: z.int() });
const Cents = z.int();
const place = {
  input: z.object({ orderId: z.string(), lines: z.array(Line) }),
  output: z.object({ accepted: z.boolean() }),
};

describe('a contract', () => {
  const Orders = service('orders', {
    version: '1.2.0',
    doc: 'Takes orders.',
    methods: {
      quote: method({ input: Line, output: Cents, idempotent: true, timeoutMs: 2_000, doc: 'Price before tax.' }),
      place: method({
        ...place,
        key: 'orderId',
        errors: { OUT_OF_STOCK: Line, CLOSED: { code: 'unavailable' }, GONE: { code: 'not_found', data: Line } },
      }),
    },
  });

  test('is plain, frozen data with live schemas', () => {
    expect(Orders.methods.quote).toEqual({
      kind: 'reeve.method',
      input: Line,
      output: Cents,
      idempotent: true,
      key: [],
      timeoutMs: 2_000,
      leaseMs: undefined,
      finish: false,
      errors: {},
      doc: 'Price before tax.',
    });
    expect(Orders.methods.place.errors).toEqual({
      OUT_OF_STOCK: { code: 'failed_precondition', data: Line },
      CLOSED: { code: 'unavailable', data: undefined },
      GONE: { code: 'not_found', data: Line },
    });
    expect(Orders.methods.place.key).toEqual(['orderId']);
    for (const part of [Orders, Orders.methods, Orders.methods.place, Orders.methods.place.errors]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('is told from other exports of a module', () => {
    expect(isService(Orders)).toBe(true);
    for (const value of [null, undefined, {}, 'orders', Line, Orders.methods.quote])
      expect(isService(value)).toBe(false);
  });

  test('may use zod/mini', () => {
    const input = mini.object({ id: mini.string() });
    expect(() =>
      service('a', { version: '1.0.0', methods: { b: method({ input, output: mini.void(), key: 'id' }) } }),
    ).not.toThrow();
  });
});

describe('a mistake', () => {
  test.each<[string, () => unknown, string]>([
    [
      'in the name of a service',
      () => service('my orders', { version: '1.0.0', methods: { place: method(place) } }),
      'Service "my orders": the name must be words of letters and digits, joined by ".", "-" or "_", ' +
        'starting with a letter. Take one like "orders".',
    ],
    [
      'is a name of the broker',
      () => service('mmi.service', { version: '1.0.0', methods: { place: method(place) } }),
      'Service "mmi.service": the name starts with "mmi.", which belongs to the broker. Take one like "orders".',
    ],
    [
      'in the version',
      () => service('orders', { version: '1', methods: { place: method(place) } }),
      'Service "orders": version "1" is none. Write it like "1.0.0".',
    ],
    [
      'is an empty service',
      () => service('orders', { version: '1.0.0', methods: {} }),
      'Service "orders": has no methods. Add one: methods: { add: method({…}) }.',
    ],
    [
      'is a missing description',
      () => service('orders', undefined as never),
      'Service "orders": has no description. Write service(name, { version, methods }).',
    ],
    [
      'is a bare object',
      () => service('orders', { version: '1.0.0', methods: { place: place as never } }),
      'orders.place: is not a method. Wrap it: method({ input, output }).',
    ],
    [
      'is a missing schema',
      () => of({ input: place.input, output: undefined as never }),
      'orders.place: the output is no Zod schema. Use z.void() where there is nothing to say.',
    ],
    [
      'is a deadline of nothing',
      () => of({ ...place, timeoutMs: 0 }),
      'orders.place: timeoutMs is 0. Give whole milliseconds from 1 to 86400000 (one day).',
    ],
    [
      'is a lease that is shorter than the pause between two signs of life',
      () => of({ ...place, leaseMs: 99 }),
      'orders.place: leaseMs is 99. Give whole milliseconds from 100 to 86400000 (one day).',
    ],
    [
      'is a "finish" that is no boolean',
      () => of({ ...place, finish: 'yes' as never }),
      'orders.place: "finish" is neither true nor false. Leave it out to stop with the caller.',
    ],
    [
      'in the name of an error',
      () => of({ ...place, errors: { 'out of stock': Line } }),
      'orders.place: the error name "out of stock" must be letters, digits and "_", starting with a letter. ' +
        'Take one like "OUT_OF_STOCK".',
    ],
    [
      'in the code of an error',
      () => of({ ...place, errors: { GONE: { code: 'missing' as never } } }),
      `orders.place: error GONE has the unknown code "missing". Use one of ${ERROR_CODES.join(', ')}.`,
    ],
    [
      'in the data of an error',
      () => of({ ...place, errors: { GONE: { data: 'text' as never } } }),
      'orders.place: the data of error GONE is no Zod schema. Leave it out if there is none.',
    ],
    [
      'is delivery in words',
      () => of({ ...place, idempotent: 'yes' as never }),
      'orders.place: "idempotent" is neither true nor false. Leave it out for at most once.',
    ],
    [
      'is a path given twice',
      () => of({ ...place, key: ['orderId', 'orderId'] }),
      'orders.place: the same path is given twice as key. Name each path once.',
    ],
  ])('%s is one line with a next step', (_, make, message) => {
    expect(make).toThrow(ContractError);
    expect(make).toThrow(message);
    expect(message).not.toContain('\n');
  });

  test.each([
    ['then', 'is taken for a promise'],
    ['constructor', 'every object has something of that name'],
    ['toString', 'every object has something of that name'],
    ['toJSON', 'generated code uses it'],
    ['safe', 'generated code uses it'],
    ['isError', 'generated code uses it'],
    ['get-price', 'must be letters, digits'],
    ['1st', 'must be letters, digits'],
    ['_x', 'must be letters, digits'],
    ['x'.repeat(256), 'longer than 255'],
  ])('is the method name %s', (name, why) => {
    expect(() => service('orders', { version: '1.0.0', methods: { [name]: method(place) } })).toThrow(why);
  });

  test('tells programs where it is', () => {
    const error = new ContractError('orders.place', 'timeoutMs is 0.', 'Give more.');
    expect(error).toMatchObject({ name: 'ContractError', where: 'orders.place', hint: 'Give more.' });
    expect(error.message).toBe('orders.place: timeoutMs is 0. Give more.');
  });
});

function of(options: Parameters<typeof method>[0]): unknown {
  return service('orders', { version: '1.0.0', methods: { place: method(options) } });
}
