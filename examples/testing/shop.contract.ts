import { method, service } from '@reeve/contract';
import { z } from 'zod';

export const Shop = service('shop', {
  version: '1.0.0',
  methods: {
    order: method({
      doc: 'Orders some of an article.',
      input: z.object({ sku: z.string().max(64), quantity: z.int().min(1).max(100) }),
      output: z.object({ left: z.int() }),
      errors: { OUT_OF_STOCK: z.object({ left: z.int() }) },
    }),
  },
});
