import { connect, ReeveError } from '@reeve/client';
import { answerParent } from '../child-process.ts';
import type { HoldAnswer, HoldOrder } from '../memory.ts';
import { CalcClient } from './generated/calc.client.ts';

/** Makes calls and waits for none of them: `holding-client.ts ENDPOINT`. */
const clients: CalcClient[] = [];
let failed = 0;

async function hold({ calls, bodyBytes, connections }: HoldOrder): Promise<HoldAnswer> {
  while (clients.length < connections) {
    clients.push(new CalcClient(await connect({ brokers: [process.argv[2] ?? ''] })));
  }
  for (let i = 0; i < calls; i++) {
    const client = clients[i % connections]!;
    // Each with a body of its own, as calls have.
    void client.echo({ body: new Uint8Array(bodyBytes).fill(i) }, { timeoutMs: HELD_MS }).catch((error: unknown) => {
      if (!(error instanceof ReeveError)) throw error;
      failed += 1;
    });
  }
  // What is due in the queues on the way has passed by then.
  await new Promise((next) => setTimeout(next, SETTLE_MS));
  return { failed };
}

const HELD_MS = 600_000;
const SETTLE_MS = 2_000;

answerParent((order) => (order.kind === 'hold' ? hold(order as HoldOrder) : undefined));
