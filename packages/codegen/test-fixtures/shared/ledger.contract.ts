import { method, service } from '@reeve/contract';
import { z } from 'zod';
import { Invoice, Money } from './money.ts';

export const Ledger = service('ledger', {
  version: '1.0.0',
  methods: {
    book: method({ input: z.object({ invoice: Invoice, paid: Money.optional() }), output: z.void() }),
    balance: method({ input: z.object({ of: z.string().max(100) }), output: z.array(Money), idempotent: true }),
  },
});
