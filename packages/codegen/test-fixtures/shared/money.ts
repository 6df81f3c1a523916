import { z } from 'zod';

/** An amount in the smallest unit of its currency. */
export const Money = z.object({ amount: z.bigint(), currency: z.enum(['CHF', 'EUR']).default('CHF') });

const Party = z.object({ name: z.string().max(100), vatId: z.string().max(20).optional() });

/** What somebody owes. */
export const Invoice = z.object({
  id: z.uuid(),
  from: Party,
  to: Party,
  total: Money,
  get corrects() {
    return Invoice.nullable();
  },
});
