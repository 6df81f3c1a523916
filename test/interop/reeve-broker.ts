import { startBroker } from '@reeve/broker';
import type { InteropBroker } from './brokers.ts';

/** Reeve's broker as it comes: Majordomo peers are served on the listener of all others. */
export async function startReeve(): Promise<InteropBroker> {
  const broker = await startBroker({ listen: 'tcp://127.0.0.1:0' });
  return { endpoint: broker.endpoints[0]!, close: () => broker.close() };
}
