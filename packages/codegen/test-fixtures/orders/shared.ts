import { z } from 'zod';

/** A quantity of one article. */
export const Line = z.object({
  /** Stock keeping unit. */
  sku: z.string().max(64),
  quantity: z.int().min(1),
});

export const Currency = z.enum(['EUR', 'USD', 'CHF']);
