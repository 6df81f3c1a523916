import type { Code } from './codes.ts';

/**
 * Theory of operation.
 *
 * Every way in which a call can fail is one row of this table, and nothing else in Reeve decides what a failure
 * is called or what it says about the handler. `executed` answers the question that a caller has after a failure:
 * was the handler of this call started, on any attempt, by any broker? `yes` and `no` are knowledge. `unknown` is
 * used only where nobody can know.
 *
 * `retry` says whether a client may send the call again by itself. That is allowed only where `executed` is `no`
 * and a second try could end differently.
 *
 * The client, the broker and the worker take rows from here by name. The tables in the docs are printed from here.
 */
export const VERDICTS = {
  invalidInput: {
    number: 1,
    code: 'invalid_argument',
    reason: 'invalid_input',
    executed: 'no',
    retry: false,
    when: 'the input does not fit the contract',
  },
  requestTooLarge: {
    number: 2,
    code: 'resource_exhausted',
    reason: 'request_too_large',
    executed: 'no',
    retry: false,
    when: 'the encoded input is larger than the broker accepts',
  },
  noBroker: {
    number: 3,
    code: 'unavailable',
    reason: 'no_broker',
    executed: 'no',
    retry: false,
    when: 'no broker could be reached until the deadline',
  },
  clientLimit: {
    number: 4,
    code: 'resource_exhausted',
    reason: 'client_limit',
    executed: 'no',
    retry: false,
    when: 'the client holds as many waiting calls as it is allowed to',
  },
  canceledUnsent: {
    number: 5,
    code: 'canceled',
    reason: 'canceled',
    executed: 'no',
    retry: false,
    when: 'cancelled before the call left the client',
  },
  canceledSent: {
    number: 5,
    code: 'canceled',
    reason: 'canceled',
    executed: 'unknown',
    retry: false,
    when: 'cancelled after the call left the client',
  },
  closedUnsent: {
    number: 6,
    code: 'canceled',
    reason: 'client_closed',
    executed: 'no',
    retry: false,
    when: 'the client was closed before the call left it',
  },
  closedSent: {
    number: 6,
    code: 'canceled',
    reason: 'client_closed',
    executed: 'unknown',
    retry: false,
    when: 'the client was closed after the call left it',
  },
  unknownService: {
    number: 7,
    code: 'unimplemented',
    reason: 'unknown_service',
    executed: 'no',
    retry: true,
    when: 'no worker ever offered this service to this broker',
  },
  unknownMethod: {
    number: 8,
    code: 'unimplemented',
    reason: 'unknown_method',
    executed: 'no',
    retry: false,
    when: 'workers offer the service, but none of them this method',
  },
  noWorker: {
    number: 9,
    code: 'unavailable',
    reason: 'no_worker',
    executed: 'no',
    retry: true,
    when: 'the service is known, but no worker offered it within the grace',
  },
  incompatibleContract: {
    number: 10,
    code: 'failed_precondition',
    reason: 'incompatible_contract',
    executed: 'no',
    retry: false,
    when: "workers offer the method, but none accepts this caller's contract",
  },
  queueFull: {
    number: 11,
    code: 'resource_exhausted',
    reason: 'queue_full',
    executed: 'no',
    retry: true,
    when: 'a queue limit of the broker was reached',
  },
  expiredInQueue: {
    number: 12,
    code: 'deadline_exceeded',
    reason: 'expired_in_queue',
    executed: 'no',
    retry: false,
    when: 'the deadline passed before a handler was started',
  },
  draining: {
    number: 13,
    code: 'unavailable',
    reason: 'draining',
    executed: 'no',
    retry: true,
    when: 'the broker is shutting down and takes no new calls',
  },
  keyConflict: {
    number: 14,
    code: 'failed_precondition',
    reason: 'key_conflict',
    executed: 'no',
    retry: false,
    when: 'another call used this key with a different body',
  },
  declared: {
    number: 15,
    code: 'failed_precondition',
    reason: 'declared',
    executed: 'yes',
    retry: false,
    when: 'the handler failed with an error that the contract declares',
  },
  handlerError: {
    number: 16,
    code: 'internal',
    reason: 'handler_error',
    executed: 'yes',
    retry: false,
    when: 'the handler threw',
  },
  invalidOutput: {
    number: 17,
    code: 'internal',
    reason: 'invalid_output',
    executed: 'yes',
    retry: false,
    when: 'the handler returned what the contract forbids',
  },
  replyTooLarge: {
    number: 18,
    code: 'resource_exhausted',
    reason: 'reply_too_large',
    executed: 'yes',
    retry: false,
    when: 'the encoded reply is larger than the broker accepts',
  },
  workerLost: {
    number: 19,
    code: 'unavailable',
    reason: 'worker_lost',
    executed: 'unknown',
    retry: false,
    when: 'the worker that held the call was lost before it answered',
  },
  brokerLost: {
    number: 20,
    code: 'unavailable',
    reason: 'broker_lost',
    executed: 'unknown',
    retry: false,
    when: 'the broker that held the call was lost before it answered',
  },
  noReply: {
    number: 21,
    code: 'deadline_exceeded',
    reason: 'no_reply',
    executed: 'unknown',
    retry: false,
    when: 'the deadline passed after the call was handed on',
  },
  poisonSuspected: {
    number: 22,
    code: 'aborted',
    reason: 'poison_suspected',
    executed: 'unknown',
    retry: false,
    when: 'the call was in flight on two workers that died',
  },
  poisonRefused: {
    number: 22,
    code: 'aborted',
    reason: 'poison_suspected',
    executed: 'no',
    retry: false,
    when: 'a call with the same body was in flight on two workers that died, not long ago',
  },
  notDescribed: {
    number: 23,
    code: 'unimplemented',
    reason: 'not_described',
    executed: 'no',
    retry: false,
    when: 'nobody who serves this version of the service can describe it',
  },
} as const;

/** One row of the table of failures. */
export interface Verdict {
  /** Number of the reason on the wire. Rows that differ only in `executed` share it. */
  readonly number: number;
  readonly code: Code;
  readonly reason: string;
  readonly executed: Executed;
  /** Whether a client may send the call again by itself. */
  readonly retry: boolean;
  /** The situation in words, for people. */
  readonly when: string;
}

/** Whether the handler of a call was started, on any attempt, by any broker. */
export type Executed = 'no' | 'yes' | 'unknown';

/** Finer than a code: why exactly a call failed. A closed list. */
export type Reason = (typeof VERDICTS)[keyof typeof VERDICTS]['reason'];

/** Values of `executed` in the order of their wire numbers. */
export const EXECUTED: readonly Executed[] = ['no', 'yes', 'unknown'];

/** Reason for a wire number, or `undefined` for one that a newer peer made. */
export function reasonFromNumber(number: number): Reason | undefined {
  return REASON_BY_NUMBER.get(number);
}

/** Whether a client may send a call again that failed for this reason without being started. */
export function isRetryReason(reason: string): boolean {
  return RETRY_REASONS.has(reason);
}

/** A reason in words, for a failure that brings none of its own. A doubt may have been added to `executed`. */
export function wordsFor(reason: Reason, executed: Executed): string {
  const rows = ROWS.filter((row) => row.reason === reason);
  return (rows.find((row) => row.executed === executed) ?? rows[0]!).when;
}

const ROWS: readonly (Verdict & { readonly reason: Reason })[] = Object.values(VERDICTS);
const REASON_BY_NUMBER: ReadonlyMap<number, Reason> = new Map(ROWS.map((v) => [v.number, v.reason]));
const RETRY_REASONS: ReadonlySet<string> = new Set(ROWS.filter((v) => v.retry).map((v) => v.reason));
