import type { Caller } from '@reeve/client';
import { BillingClient } from './generated/billing.client.ts';
import { serveBilling } from './generated/billing.worker.ts';
import { LedgerClient } from './generated/ledger.client.ts';
import { serveLedger } from './generated/ledger.worker.ts';
import type { InvoiceOutput } from './generated/billing.types.ts';
import type { MoneyOutput } from './generated/ledger.types.ts';
import type { InvoiceInput, MoneyOutput as SharedMoney } from './generated/shared.ts';

/** What one service gives another one takes: this file has to compile. */
export async function pass(caller: Caller): Promise<void> {
  const invoice: InvoiceOutput = await new BillingClient(caller).find('an id');
  const total: MoneyOutput = invoice.total;
  const same: SharedMoney = total;
  const input: InvoiceInput = invoice;
  await new LedgerClient(caller).book({ invoice: input, paid: same });
}

export const bindings = [
  serveBilling({
    issue: ({ total }) => ({ number: Number(total.amount), due: new Date(0) }),
    find: (id) => ({ id, from: { name: 'a' }, to: { name: 'b' }, total: { amount: 1n }, corrects: null }),
  }),
  serveLedger({ book: () => undefined, balance: ({ of }) => [{ amount: BigInt(of.length), currency: 'EUR' }] }),
];
