import { testWithFaults } from '@reeve/testing';
import type { FaultRun } from '@reeve/testing';
import { expect, test } from 'vitest';
import { PaymentsClient } from './generated/payments.client.ts';
import { servePayments } from './generated/payments.worker.ts';
import type { Charge } from './payments-handlers.ts';
import { paymentsHandlers } from './payments-handlers.ts';

const ORDER = { orderId: 'A-1', cents: 500 };

/** Charges one order while things go wrong, and looks whether the money was taken as the caller was told. */
function charging(name: 'charge' | 'chargeCareless' | 'chargeOrder'): (run: FaultRun) => Promise<void> {
  return async (run) => {
    const charges: Charge[] = [];
    await run.serve(() => [servePayments(paymentsHandlers(charges))]);
    const payments = new PaymentsClient(run.client);

    const result = await payments.safe[name](ORDER);
    await run.calm();

    expect(charges.length, 'an order was charged twice').toBeLessThanOrEqual(1);
    if (result.ok) expect(charges).toEqual([ORDER]);
    else if (result.error.executed === 'no') expect(charges).toEqual([]);
  };
}

test('a charge that is wrongly declared idempotent is caught taking the money twice', async () => {
  await expect(testWithFaults(charging('chargeCareless'))).rejects.toThrow('an order was charged twice');
});

test('declared at most once, it never does', async () => {
  const { faults } = await testWithFaults(charging('charge'));
  expect(faults.killWorker).toBeGreaterThan(0);
});

test('nor does one that remembers which orders it has charged', async () => {
  await testWithFaults(charging('chargeOrder'));
});
