import type { PaymentsHandlers } from './generated/payments.worker.ts';

/** Money that was taken. It stands for the database: it outlives the processes of the workers. */
export interface Charge {
  readonly orderId: string;
  readonly cents: number;
}

export function paymentsHandlers(charges: Charge[]): PaymentsHandlers {
  const take = (charge: Charge): { receipt: number } => ({ receipt: charges.push(charge) });
  return {
    chargeCareless: take,
    charge: take,
    chargeOrder(charge) {
      const earlier = charges.findIndex(({ orderId }) => orderId === charge.orderId);
      return earlier === -1 ? take(charge) : { receipt: earlier + 1 };
    },
  };
}
