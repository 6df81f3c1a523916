import type { Context } from './context.ts';

/**
 * Wraps the handlers of a worker: `(next) => async (call) => { …; return await next(call); }`.
 *
 * It runs after the input was checked and before the output is, so it sees what the handler sees and may change it.
 * The first one listed is the outermost.
 */
export type Interceptor = (next: InterceptedHandler) => InterceptedHandler;

/** Runs a call, or hands it on. May return the output or a promise of it. */
export type InterceptedHandler = (call: InterceptedCall) => unknown;

export interface InterceptedCall {
  readonly service: string;
  readonly method: string;
  readonly input: unknown;
  readonly context: Context;
}
