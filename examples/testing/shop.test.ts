import { type TestReeve, testReeve } from '@reeve/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ShopClient } from './generated/shop.client.ts';
import { serveShop } from './generated/shop.worker.ts';
import { shopHandlers } from './shop-handlers.ts';

/** A user's test: the real broker, worker and client around the handlers, in this process and with no socket. */
let reeve: TestReeve;
let shop: ShopClient;

beforeEach(async () => {
  reeve = await testReeve({ services: [serveShop(shopHandlers(new Map([['A1', 5]])))] });
  shop = new ShopClient(reeve.client);
});

afterEach(() => reeve.close());

test('an order takes from the stock', async () => {
  await expect(shop.order({ sku: 'A1', quantity: 3 })).resolves.toEqual({ left: 2 });
});

test('an order that is too large fails as the contract declares', async () => {
  const result = await shop.safe.order({ sku: 'A1', quantity: 6 });
  expect(result).toMatchObject({ ok: false, error: { declared: 'OUT_OF_STOCK', data: { left: 5 }, executed: 'yes' } });
});

test('an order that the contract forbids never reaches the handler', async () => {
  const result = await shop.safe.order({ sku: 'A1', quantity: 0 });
  expect(result).toMatchObject({ ok: false, error: { reason: 'invalid_input', executed: 'no' } });
  await expect(shop.order({ sku: 'A1', quantity: 5 })).resolves.toEqual({ left: 0 });
});
