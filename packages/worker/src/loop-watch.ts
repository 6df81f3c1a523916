import type { Logger } from '@reeve/protocol';
import { LIMITS } from '@reeve/protocol';
import type { Clock, TimerHandle } from '@reeve/protocol/io';

export interface LoopWatchArgs {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The method whose handler was started last, such as `orders.quote`. */
  readonly lastMethod: () => string | undefined;
}

/**
 * Notices that the event loop was blocked for longer than a heartbeat: handlers that compute for that long make their
 * worker look dead. Says so once for each method, for a busy worker would say it all day.
 */
export class LoopWatch {
  readonly #args: LoopWatchArgs;
  readonly #told = new Set<string>();
  #timer: TimerHandle;
  #dueAt = 0;

  constructor(args: LoopWatchArgs) {
    this.#args = args;
    this.#timer = this.#arm();
  }

  stop(): void {
    this.#args.clock.clearTimer(this.#timer);
  }

  #arm(): TimerHandle {
    this.#dueAt = this.#args.clock.now() + LOOK_EVERY_MS;
    const timer = this.#args.clock.setTimer(LOOK_EVERY_MS, () => this.#look());
    // Looking must not keep a process alive.
    timer.unref();
    return timer;
  }

  #look(): void {
    const blockedMs = Math.round(this.#args.clock.now() - this.#dueAt);
    if (blockedMs > LIMITS.loopBlockedMs) this.#tell(blockedMs);
    this.#timer = this.#arm();
  }

  #tell(blockedMs: number): void {
    const method = this.#args.lastMethod() ?? '';
    if (this.#told.has(method)) return;
    this.#told.add(method);
    const what = method === '' ? 'no handler had run' : `the handler started last was that of ${method}`;
    const text = `the event loop was blocked for ${blockedMs} ms; ${what}; run long computations in a thread`;
    this.#args.logger.warn({ blockedMs, method }, text);
  }
}

/** Short against the time that is worth a word, long enough to cost nothing. */
const LOOK_EVERY_MS = 100;
