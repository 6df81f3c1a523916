import type { Context } from './command.ts';
import { CommandError } from './failure.ts';

/** What runs until somebody stops it. */
export interface Running {
  /** Stops without losing anything. */
  drain(): Promise<void>;
  /** Stops now. */
  close(): Promise<void>;
  /** Resolves when it is over, for whatever reason. */
  readonly ended: Promise<void>;
}

/**
 * Waits until it is over. The first Ctrl-C or SIGTERM drains it. The second one closes it at once, and that is a
 * failure: calls may have been lost.
 */
export async function untilStopped(running: Running, { terminal, output }: Context): Promise<void> {
  let stops = 0;
  let fail: (thrown: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const stopListening = terminal.onStop((from) => {
    stops += 1;
    if (stops === 1 && from === 'signal') output.note('stopping when the work at hand is done; once more to stop now');
    (stops === 1 ? running.drain() : running.close()).catch(fail);
  });
  try {
    await Promise.race([running.ended, failed]);
  } finally {
    stopListening();
  }
  if (stops > 1) throw stoppedEarly();
}

function stoppedEarly(): Error {
  const message = 'stopped before the work at hand was done';
  return new CommandError({
    code: 'aborted',
    reason: 'stopped_early',
    message,
    next: 'callers see which calls failed',
  });
}
