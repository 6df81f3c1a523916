import { LIMITS } from '@reeve/protocol';
import type { Policy } from './broker-choice.ts';

/** What a client core can be told. The defaults and their reasons are in the table of limits. */
export interface ClientCoreOptions {
  /** Endpoints in order of preference, at the start. None if all are yet to be found. */
  readonly brokers: readonly string[];
  readonly policy: Policy;
  /** Calls outstanding, sent or not. */
  readonly pendingCallsMax: number;
  /** Bytes of calls that were not sent yet. */
  readonly unsentBytesMax: number;
  /** How often a call that may have been started is sent. */
  readonly attempts: number;
  readonly recoverMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** Retries that each call pays for. */
  readonly retryBudgetShare: number;
  /** Retries a second that are always paid for. */
  readonly retryBudgetFloor: number;
  readonly failbackMs: number;
}

/** The defaults for everything but the list of brokers. */
export const CLIENT_DEFAULTS: Omit<ClientCoreOptions, 'brokers'> = {
  policy: 'failover',
  pendingCallsMax: LIMITS.pendingCallsMax,
  unsentBytesMax: LIMITS.unsentBytesMax,
  attempts: LIMITS.attempts,
  recoverMs: LIMITS.recoverMs,
  retryBaseMs: LIMITS.retryBaseMs,
  retryMaxMs: LIMITS.retryMaxMs,
  retryBudgetShare: LIMITS.retryBudgetShare,
  retryBudgetFloor: LIMITS.retryBudgetFloor,
  failbackMs: LIMITS.failbackMs,
};
