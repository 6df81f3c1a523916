import { ReeveError } from '@reeve/protocol';

/** A failure that the contract declares. */
export type DeclaredError<Name extends string = string, Data = unknown> = ReeveError & {
  readonly declared: Name;
  readonly data: Data;
};

/** Any other failure. Together with declared ones it makes a union that `declared` tells apart. */
export type UndeclaredError = ReeveError & { readonly declared: undefined };

/** Whether something that was thrown is the declared error of this name. */
export function isDeclared<Name extends string, Data = unknown>(
  error: unknown,
  name: Name,
): error is DeclaredError<Name, Data> {
  return error instanceof ReeveError && error.declared === name;
}
