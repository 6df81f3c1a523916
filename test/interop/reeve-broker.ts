import { startBroker } from '@reeve/broker';
import { DIALECTS } from '../conformance/dialect.ts';
import type { InteropBroker } from './brokers.ts';

/** Reeve's broker, on the listener of all its peers, with services that may be re-dispatched: `safe.` and a dialect. */
export async function startReeve(): Promise<InteropBroker> {
  const names = DIALECTS.map(({ name }) => `${RETRY_SAFE}.${name}`);
  const services = Object.fromEntries(names.map((name) => [name, { retrySafe: true }]));
  const broker = await startBroker({ listen: 'tcp://127.0.0.1:0', majordomo: { services, holdMs: HOLD_MS } });
  return { endpoint: broker.endpoints[0]!, close: () => broker.close() };
}

export const RETRY_SAFE = 'safe';
/** Short, so that what is held for it need not be waited for long. */
export const HOLD_MS = 2_000;
