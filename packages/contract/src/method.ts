import type { $ZodType, input } from 'zod/v4/core';

import {
  type DeclaredError,
  type DeclaredErrors,
  type ErrorDeclaration,
  declaredErrors,
  type ErrorDeclarations,
} from './declared-error.ts';
import type { KeyPath } from './key-path.ts';

/** What an author says about a method. */
export interface MethodOptions<I extends $ZodType, O extends $ZodType, E extends ErrorDeclarations> {
  /** What the caller gives. The caller's side of the schema (`z.input`) crosses the wire. */
  readonly input: I;
  /** What the handler returns. The far side of the schema (`z.output`) crosses the wire. */
  readonly output: O;
  /** Whether the handler may be started more than once for one call. Default: false, at most once. */
  readonly idempotent?: boolean;
  /**
   * Path, or paths, to strings or integers of the input, such as `orderId`. Calls with the same key share one result.
   * Default: none.
   */
  readonly key?: KeyPath<input<I>> | readonly KeyPath<input<I>>[];
  /** How long a call may take, in ms: 1 to 86,400,000 (one day). Default: 10,000. */
  readonly timeoutMs?: number;
  /**
   * How long a handler may be at work without a sign of life, `ctx.heartbeat()`, in ms: 100 to 86,400,000. After that
   * the call is taken from its worker: an idempotent one goes to another, any other fails. Default: until the deadline.
   */
  readonly leaseMs?: number;
  /** Whether a handler goes on when its caller has gone or given up. Default: false, its signal is raised. */
  readonly finish?: boolean;
  /** Failures that the caller is meant to handle, by name: a schema of their data, or `{ code, data }`. */
  readonly errors?: E;
  /** One or two sentences for callers. */
  readonly doc?: string;
}

/** A method of a contract: frozen, plain, holding the live schemas. */
export interface Method<
  I extends $ZodType = $ZodType,
  O extends $ZodType = $ZodType,
  E extends Readonly<Record<string, DeclaredError>> = Readonly<Record<string, DeclaredError>>,
> {
  readonly kind: 'reeve.method';
  readonly input: I;
  readonly output: O;
  readonly idempotent: boolean;
  readonly key: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly leaseMs: number | undefined;
  readonly finish: boolean;
  readonly errors: E;
  readonly doc: string | undefined;
}

/** Declarations of a method that declares none. */
type NoErrors = { readonly [K in never]: ErrorDeclaration };

/** Describes one method. `service` checks what is written here, because there it has a name. */
export function method<I extends $ZodType, O extends $ZodType, E extends ErrorDeclarations = NoErrors>(
  options: MethodOptions<I, O, E>,
): Method<I, O, DeclaredErrors<NoInfer<E>>> {
  const { input, output, idempotent = false, key = [], timeoutMs, leaseMs, finish = false, errors, doc } = options;
  return Object.freeze({
    kind: 'reeve.method',
    input,
    output,
    idempotent,
    key: Object.freeze(typeof key === 'string' ? [key] : [...key]),
    timeoutMs,
    leaseMs,
    finish,
    errors: declaredErrors(errors ?? ({} as E)),
    doc,
  });
}
