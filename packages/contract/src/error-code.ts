/** The sixteen kinds of failure, in the names that gRPC and Connect share. */
export const ERROR_CODES = [
  'canceled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
] as const;

/** Kind of a declared failure. Default of a declaration: `failed_precondition`. */
export type ErrorCode = (typeof ERROR_CODES)[number];
