/**
 * The closed list of failure codes: the sixteen names that gRPC and Connect share, with their numbers.
 *
 * The order is the wire format. Never reorder, never remove.
 *
 * @see https://grpc.github.io/grpc/core/md_doc_statuscodes.html
 */
export const CODES = [
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

/** What kind of failure a call met, in the field's common words. */
export type Code = (typeof CODES)[number];

/** Number of a code on the wire, 1 to 16, as in gRPC. */
export function codeNumber(code: Code): number {
  return CODES.indexOf(code) + 1;
}

/** Code for a wire number. A number outside 1 to 16 reads as `unknown`: a newer peer may know more codes. */
export function codeFromNumber(number: number): Code {
  return CODES[number - 1] ?? 'unknown';
}

/** Whether a string is one of the sixteen names. */
export function isCode(name: string): name is Code {
  return (CODES as readonly string[]).includes(name);
}
