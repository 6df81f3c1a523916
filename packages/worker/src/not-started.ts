import type { Verdict } from '@reeve/protocol';

/**
 * A handler could not be started. Whoever runs handlers throws it, so that the caller is not told that its call was
 * executed.
 */
export class NotStarted extends Error {
  override readonly name: string = 'NotStarted';
  readonly verdict: Verdict;

  constructor(verdict: Verdict, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.verdict = verdict;
  }
}
