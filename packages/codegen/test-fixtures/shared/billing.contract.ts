import { method, service } from '@reeve/contract';
import { z } from 'zod';
import { Invoice, Money } from './money.ts';

export const Billing = service('billing', {
  version: '1.0.0',
  methods: {
    issue: method({ input: Invoice, output: z.object({ number: z.int(), due: z.date() }) }),
    find: method({ input: z.uuid(), output: Invoice, idempotent: true, errors: { UNPAID: Money } }),
  },
});
