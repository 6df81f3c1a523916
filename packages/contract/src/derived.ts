import type { $ZodType, input, output } from 'zod/v4/core';

import type { Service } from './service.ts';

/** Names of the methods of a service. */
export type MethodName<S extends Service> = keyof S['methods'] & string;

/** What a caller gives. */
export type CallInput<S extends Service, M extends MethodName<S>> = input<S['methods'][M]['input']>;

/** What a caller gets. */
export type CallOutput<S extends Service, M extends MethodName<S>> = output<S['methods'][M]['output']>;

/** What a handler gets: the input with defaults filled in and transforms applied. */
export type HandlerInput<S extends Service, M extends MethodName<S>> = output<S['methods'][M]['input']>;

/** What a handler returns: the output before defaults and transforms. */
export type HandlerOutput<S extends Service, M extends MethodName<S>> = input<S['methods'][M]['output']>;

/** Names of the errors that a method declares. */
export type ErrorName<S extends Service, M extends MethodName<S>> = keyof S['methods'][M]['errors'] & string;

/** What a handler says with a declared error. */
export type HandlerErrorData<
  S extends Service,
  M extends MethodName<S>,
  E extends ErrorName<S, M>,
> = S['methods'][M]['errors'][E]['data'] extends infer D extends $ZodType ? input<D> : undefined;

/** What a caller reads from a declared error. */
export type CallErrorData<
  S extends Service,
  M extends MethodName<S>,
  E extends ErrorName<S, M>,
> = S['methods'][M]['errors'][E]['data'] extends infer D extends $ZodType ? output<D> : undefined;
