import type { CallOptions } from './call-options.ts';

/**
 * Wraps the calls of a client: `(next) => async (call) => { …; return await next(call); }`.
 *
 * It runs before the input is checked, and sees the reply or the `ReeveError`. It may change the call, and it may call
 * `next` more than once. The first one listed is the outermost.
 */
export type Interceptor = (next: NextCall) => NextCall;

/** Makes a call, or hands it on. */
export type NextCall = (call: OutgoingCall) => Promise<unknown>;

/** A call on its way out. */
export interface OutgoingCall {
  readonly service: string;
  readonly method: string;
  /** Whether its handler may be started more than once. */
  readonly idempotent: boolean;
  readonly input: unknown;
  readonly options: CallOptions;
}
