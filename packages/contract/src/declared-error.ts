import type { $ZodType } from 'zod/v4/core';

import type { ErrorCode } from './error-code.ts';

/** A failure that a method declares, with what it tells the caller. */
export interface DeclaredError<D extends $ZodType | undefined = $ZodType | undefined> {
  readonly code: ErrorCode;
  /** Schema of `error.data`; undefined if the name says it all. */
  readonly data: D;
}

/** How an author writes one: a schema, or a code with or without a schema. */
export type ErrorDeclaration = $ZodType | { readonly code?: ErrorCode; readonly data?: $ZodType };

export type ErrorDeclarations = Readonly<Record<string, ErrorDeclaration>>;

/** What `method` makes of the declarations. */
export type DeclaredErrors<E extends ErrorDeclarations = ErrorDeclarations> = {
  readonly [K in keyof E]: DeclaredError<DataSchema<E[K]>>;
};

type DataSchema<D extends ErrorDeclaration> = D extends $ZodType
  ? D
  : D extends { readonly data: infer S extends $ZodType }
    ? S
    : undefined;

/** Brings every way of declaring an error into one form. */
export function declaredErrors<E extends ErrorDeclarations>(declarations: E): DeclaredErrors<E> {
  const entries = Object.entries(declarations).map(([name, declaration]) => [name, declaredError(declaration)]);
  return Object.freeze(Object.fromEntries(entries)) as DeclaredErrors<E>;
}

/** Whether a value is a Zod schema, made by `zod` or `zod/mini`. */
export function isSchema(value: unknown): value is $ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

function declaredError(declaration: ErrorDeclaration): DeclaredError {
  const { code, data } = isSchema(declaration) ? { code: undefined, data: declaration } : declaration;
  return Object.freeze({ code: code ?? CODE_DEFAULT, data });
}

/** The caller asked for something that cannot be done as things are: what a declared failure mostly is. */
const CODE_DEFAULT: ErrorCode = 'failed_precondition';
