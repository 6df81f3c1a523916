import { ReferenceBroker } from '../conformance/reference-broker.test-kit.ts';
import { startReeve } from './reeve-broker.ts';

/** A broker that speaks Majordomo, for as long as a test needs it. */
export interface InteropBroker {
  readonly endpoint: string;
  readonly close: () => Promise<void> | void;
}

/** The brokers that the Python programs must get on with, by name. */
export const BROKERS: readonly (readonly [name: string, start: () => Promise<InteropBroker>])[] = [
  ['the reference broker', () => ReferenceBroker.start(REFERENCE_HEARTBEAT_MS)],
  ['Reeve', startReeve],
];

/** The programs give a broker up after 4 s of silence. */
const REFERENCE_HEARTBEAT_MS = 500;
