import type { Executed } from '@reeve/protocol';

/** How a command failed, for people and for programs. */
export interface Failure {
  /** One of the sixteen names of Reeve's errors. */
  readonly code: string;
  /** Finer than the code. */
  readonly reason: string;
  /** One line. */
  readonly message: string;
  /** What to do now, in one line. */
  readonly next?: string | undefined;
  /** For a call: whether the handler was started. */
  readonly executed?: Executed | undefined;
  /** For a call: name and data of the error that the contract declares. */
  readonly declared?: string | undefined;
  readonly data?: unknown;
}

/** 1: it failed. 2: what was typed is wrong. */
export type FailureExitCode = 1 | 2;

/** A failure that a command reports. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly failure: Failure;
  readonly exitCode: FailureExitCode;

  constructor(failure: Failure, { exitCode = 1, cause }: { exitCode?: FailureExitCode; cause?: unknown } = {}) {
    super(failure.message, cause === undefined ? undefined : { cause });
    this.failure = failure;
    this.exitCode = exitCode;
  }
}

/** What was typed cannot be understood. */
export function usageError(message: string, next: string, cause?: unknown): CommandError {
  return new CommandError({ code: 'invalid_argument', reason: 'bad_usage', message, next }, { exitCode: 2, cause });
}
