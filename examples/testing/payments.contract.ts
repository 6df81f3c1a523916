import { method, service } from '@reeve/contract';
import { z } from 'zod';

const input = z.object({ orderId: z.string().max(64), cents: z.int().min(1) });
const output = z.object({ receipt: z.int() });

/** One way to take money that is declared wrongly, and two that are declared rightly. */
export const Payments = service('payments', {
  version: '1.0.0',
  methods: {
    chargeCareless: method({
      doc: 'Takes the money. Declared idempotent, which it is not: this is the mistake that the test finds.',
      input,
      output,
      idempotent: true,
    }),
    charge: method({
      doc: 'Takes the money, at most once for each call: when its outcome is unknown, the caller has to find out.',
      input,
      output,
    }),
    chargeOrder: method({
      doc: 'Takes the money for an order unless it was taken before, so it may be started again.',
      input,
      output,
      idempotent: true,
    }),
  },
});
