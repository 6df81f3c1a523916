import type { Timings } from './rule.ts';

/** Short, so that the tests are quick; and apart enough that a busy machine does not mix them up. */
export const TIMINGS: Timings = { timeoutMs: 5_000, heartbeatMs: 450, quietMs: 150, holdMs: 1_000 };
export const BROKER_HEARTBEAT_MS = 250;
