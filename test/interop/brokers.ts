import { startBroker } from '@reeve/broker';
import { ReferenceBroker } from '../conformance/reference-broker.test-kit.ts';

/** A broker that speaks Majordomo, for as long as a test needs it. */
export interface InteropBroker {
  readonly endpoint: string;
  readonly close: () => Promise<void> | void;
}

/** The brokers that the Python programs must get on with, by name. */
export const BROKERS: readonly (readonly [name: string, start: () => Promise<InteropBroker>])[] = [
  ['Reeve', startReeve],
  ['the reference broker', () => ReferenceBroker.start(REFERENCE_HEARTBEAT_MS)],
];

async function startReeve(): Promise<InteropBroker> {
  const broker = await startBroker({ listen: 'tcp://127.0.0.1:0' });
  return { endpoint: broker.endpoints[0]!, close: () => broker.close() };
}

/** The programs give a broker up after 4 s of silence. */
const REFERENCE_HEARTBEAT_MS = 500;
