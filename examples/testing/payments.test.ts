import { testWithFaults } from '@reeve/testing';
import type { FaultRun } from '@reeve/testing';
import { expect, test } from 'vitest';
import { PaymentsClient } from './generated/payments.client.ts';
import { servePayments } from './generated/payments.worker.ts';
import type { Charge } from './payments-handlers.ts';
import { paymentsHandlers } from './payments-handlers.ts';

const ORDER = { orderId: 'A-1', cents: 500 };
/** How often an order may have been charged, by what its caller was told. */
const TIMES = { yes: [1], no: [0], unknown: [0, 1] };

/** Charges one order while things go wrong, and looks whether the money was taken as the caller was told. */
function charging(name: 'charge' | 'chargeCareless' | 'chargeOrder'): (run: FaultRun) => Promise<void> {
  return async (run) => {
    const charges: Charge[] = [];
    await run.serve(() => [servePayments(paymentsHandlers(charges))]);
    const payments = new PaymentsClient(run.client);

    const result = await payments.safe[name](ORDER);
    await run.calm();

    expect(charges.length, 'times that an order was charged').toBeLessThanOrEqual(1);
    expect(TIMES[result.ok ? 'yes' : result.error.executed]).toContain(charges.length);
  };
}

test('a charge that is wrongly declared idempotent is caught taking the money twice', async () => {
  const caught = /^with seed \d+: times that an order was charged: expected [2-9] to be less than or equal to 1\n/;
  await expect(testWithFaults(charging('chargeCareless'))).rejects.toThrow(caught);
});

test('declared at most once, it never does', async () => {
  await expect(testWithFaults(charging('charge'))).resolves.toBeDefined();
});

test('nor does one that remembers which orders it has charged', async () => {
  await expect(testWithFaults(charging('chargeOrder'))).resolves.toBeDefined();
});
