import { ReeveError } from '@reeve/protocol';
import type { ServiceDescriptor } from '@reeve/protocol';
import type { CallOptions } from './call-options.ts';
import { NO_OPTIONS } from './call-options.ts';
import type { ClientMethod } from './client-method.ts';
import type { Interceptor, NextCall } from './interceptor.ts';
import type { CallPort } from './pending-call.ts';
import { makeCall } from './pending-call.ts';

/** What generated clients are made on. */
export interface Caller {
  /** Gives the function that calls a method. Throws a `TypeError` if the service has no method of this name. */
  method<I, O, E extends ReeveError = ReeveError>(service: ServiceDescriptor, name: string): MethodCall<I, O, E>;
}

/** Calls one method. `E`: how it may fail. */
export interface MethodCall<I, O, E extends ReeveError = ReeveError> {
  /** Resolves to the reply, or rejects with a `ReeveError`. */
  (input: I, options?: CallOptions): Promise<O>;
  /** Like a call, but a `ReeveError` is returned. What an interceptor of yours throws besides is still thrown. */
  safe(input: I, options?: CallOptions): Promise<Result<O, E>>;
}

/** A reply, or why there is none. */
export type Result<O, E extends ReeveError = ReeveError> =
  | { readonly ok: true; readonly value: O }
  | { readonly ok: false; readonly error: E };

/** Makes the function that calls a method through the interceptors. */
export function methodCall(
  port: CallPort,
  method: ClientMethod,
  interceptors: readonly Interceptor[],
): MethodCall<unknown, unknown> {
  const call = interceptors.length === 0 ? directCall(port, method) : interceptedCall(port, method, interceptors);
  const safe = (input: unknown, options?: CallOptions): Promise<Result<unknown>> =>
    call(input, options).then(succeeded, failed);
  return Object.assign(call, { safe });
}

type PlainCall = (input: unknown, options?: CallOptions) => Promise<unknown>;

function directCall(port: CallPort, method: ClientMethod): PlainCall {
  return (input, options = NO_OPTIONS) => makeCall(port, method, input, options);
}

function interceptedCall(port: CallPort, method: ClientMethod, interceptors: readonly Interceptor[]): PlainCall {
  const last: NextCall = ({ input, options }) => makeCall(port, method, input, options);
  const first = interceptors.reduceRight((next, interceptor) => interceptor(next), last);
  const { service, descriptor } = method;
  const { name, idempotent } = descriptor;
  return async (input, options = NO_OPTIONS) => first({ service, method: name, idempotent, input, options });
}

function succeeded(value: unknown): Result<unknown> {
  return { ok: true, value };
}

function failed(error: unknown): Result<unknown> {
  if (error instanceof ReeveError) return { ok: false, error };
  throw error;
}
