import type { ShopHandlers } from './generated/shop.worker.ts';

/** Handlers as a service would have them: plain functions over some state. */
export function shopHandlers(stock: Map<string, number>): ShopHandlers {
  return {
    order({ sku, quantity }, ctx) {
      const left = stock.get(sku) ?? 0;
      if (left < quantity) throw ctx.error('OUT_OF_STOCK', { left });
      stock.set(sku, left - quantity);
      return { left: left - quantity };
    },
  };
}
