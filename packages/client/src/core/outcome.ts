import type { AnswerView, Code, Executed, Reason, Verdict } from '@reeve/protocol';
import { VERDICTS, copyOut, reasonFromNumber } from '@reeve/protocol';

/** How a call ended. */
export type Outcome = Reply | { readonly ok: false; readonly failure: Failure };

/** An encoded reply where it lies: in an envelope among others, or alone in a frame. A view of it would cost more. */
export interface Reply {
  readonly ok: true;
  /** Good while the message that brought it is handled; `start` to `end` of it. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Why a call failed, or was refused for now. */
export interface Failure {
  readonly code: Code;
  readonly reason: Reason;
  readonly executed: Executed;
  /** The peer's advice on how long to wait; `undefined` = none. */
  readonly retryAfterMs: number | undefined;
  /** The situation in words, where this side knows it. */
  readonly message: string | undefined;
  /** The encoded detail of a FAILURE: message, name and data of a declared error. */
  readonly detail: Uint8Array | undefined;
}

/** The failure of a row of the table of verdicts. */
export function failureOf(verdict: Verdict, message: string = verdict.when): Failure {
  const { code, executed } = verdict;
  return { code, reason: verdict.reason as Reason, executed, retryAfterMs: undefined, message, detail: undefined };
}

/** The failure that a broker reports. Nothing of the view is kept. */
export function failureFrom(view: AnswerView): Failure {
  return {
    code: view.codeName,
    reason: reasonFromNumber(view.reason) ?? nearestReason(view.codeName),
    executed: view.executed,
    retryAfterMs: view.retryAfterMs === 0 ? undefined : view.retryAfterMs,
    message: undefined,
    detail: view.bodyEnd === view.bodyStart ? undefined : copyOut(view.bytes, view.bodyStart, view.bodyEnd),
  };
}

/**
 * What is true of the call over all its attempts.
 *
 * A known start stays known. A doubt about an earlier attempt turns a later `no` into `unknown`.
 */
export function withDoubts(failure: Failure, hasDoubts: boolean): Failure {
  return hasDoubts && failure.executed === 'no' ? { ...failure, executed: 'unknown' } : failure;
}

/** A newer broker may have reasons that this version has no name for. */
function nearestReason(code: Code): Reason {
  const row = Object.values(VERDICTS).find((verdict) => verdict.code === code);
  return row?.reason ?? VERDICTS.handlerError.reason;
}
