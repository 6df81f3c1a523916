/**
 * Checks an invariant of our own, also in production.
 *
 * For mistakes in Reeve only. A peer's fault is a protocol error and a user's fault is a `ReeveError`.
 */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new AssertionError(sentence);
}

/** A broken invariant: a bug in Reeve, never the fault of a peer or a user. */
export class AssertionError extends Error {
  override readonly name: string = 'AssertionError';

  constructor(sentence: string) {
    super(`Reeve's own invariant is broken: ${sentence}`);
  }
}
