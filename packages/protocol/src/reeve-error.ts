import type { Code } from './codes.ts';
import type { Executed, Reason, Verdict } from './verdicts.ts';
import { VERDICTS } from './verdicts.ts';

/** What a `ReeveError` carries besides its message. */
export interface ReeveErrorDetails {
  readonly code: Code;
  readonly reason: Reason;
  readonly executed: Executed;
  /** How often the client sent the call. 0 if it never left. */
  readonly attempts?: number;
  /** The peer's advice on how long to wait before another try, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Name of the declared error, if the contract declares it. */
  readonly declared?: string | undefined;
  /** Data of the declared error. */
  readonly data?: unknown;
  /** What led to this. Kept for logs, never sent over the wire. */
  readonly cause?: unknown;
}

/**
 * Every failure that Reeve reports.
 *
 * `code` is one of the sixteen common names, `reason` is finer, and `executed` says whether the handler was started.
 */
export class ReeveError extends Error {
  override readonly name: string = 'ReeveError';
  readonly code: Code;
  readonly reason: Reason;
  readonly executed: Executed;
  readonly attempts: number;
  readonly retryAfterMs: number | undefined;
  readonly declared: string | undefined;
  readonly data: unknown;

  constructor(message: string, details: ReeveErrorDetails) {
    // The code comes first so that a bare log line is already useful.
    super(`[${details.code}] ${message}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.reason = details.reason;
    this.executed = details.executed;
    this.attempts = details.attempts ?? 0;
    this.retryAfterMs = details.retryAfterMs;
    this.declared = details.declared;
    this.data = details.data;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Makes the error for a row of the table of verdicts. The message defaults to the row's own words. */
  static of(verdict: Verdict, message: string = verdict.when, more: Partial<ReeveErrorDetails> = {}): ReeveError {
    return new ReeveError(message, {
      code: verdict.code,
      reason: verdict.reason as Reason,
      executed: verdict.executed,
      ...more,
    });
  }

  /** Wraps anything that was thrown. A `ReeveError` is returned as it is; the rest becomes `internal`. */
  static from(thrown: unknown): ReeveError {
    if (thrown instanceof ReeveError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return ReeveError.of(VERDICTS.handlerError, message, { cause: thrown });
  }

  // Two copies of the package in one process must still recognise each other's errors.
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that extends this one inherits the method, but not every error is one of its own.
    if (this !== ReeveError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

const BRAND: unique symbol = Symbol.for('reeve.ReeveError') as never;
