import { service } from '@reeve/contract';
import { expect, test } from 'vitest';
import { bindService } from './bind-service.ts';
import { Orders, ordersDescriptor } from './orders.test-kit.ts';

const handlers = { quote: () => ({ cents: 1 }), place: () => ({ accepted: true }) };
const fitting = { descriptor: ordersDescriptor, contract: Orders, handlers };

test('makes what the broker is told of each method', () => {
  const { methods } = bindService({ ...fitting, concurrency: { place: 2 } });
  expect(methods.map((method) => method.offer)).toMatchObject([
    { service: 'orders', version: '1.2.0', method: 'quote', idempotent: true, refuses: [] },
    { service: 'orders', version: '1.2.0', method: 'place', idempotent: false, refuses: [] },
  ]);
  expect(methods.map((method) => method.limit)).toEqual([undefined, 2]);
});

test('names everything that does not fit in one line', () => {
  const wrong = { quote: handlers.quote, qoute: handlers.quote };
  expect(() => bindService({ ...fitting, handlers: wrong, concurrency: { quote: 0, nope: 1 } })).toThrow(
    new TypeError(
      'service "orders" cannot be served: the handler of "place" is missing; there is no method "qoute" to handle; ' +
        'the concurrency of "quote" must be an integer from 1; there is no method "nope" to limit',
    ),
  );
});

test('takes an object of a class, whatever else it has', () => {
  class Shop {
    open = true;
    quote(): object {
      return {};
    }
    place(): object {
      return {};
    }
  }
  const shop = new Shop() as unknown as typeof handlers;
  expect(bindService({ ...fitting, handlers: shop }).methods).toHaveLength(2);
});

test('refuses a contract that is not the generated one', () => {
  const { place, quote } = Orders.methods;
  const other = service('order', { version: '1.0.0', methods: { quote, place, more: quote } });
  expect(() => bindService({ ...fitting, contract: other })).toThrow(
    'the contract is of "order"; method "more" is not generated: run reeve gen again',
  );
  const less = service('orders', { version: '1.0.0', methods: { quote } });
  expect(() => bindService({ ...fitting, contract: less })).toThrow('the contract has no method "place"');
});
