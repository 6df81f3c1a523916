import type { Instant } from '../session.ts';

/** Where a driver has its time from. Tests hand in one that they wind themselves. */
export interface Clock {
  /** Milliseconds since some fixed moment. Never goes back. */
  now(): Instant;
  /** Calls back once, not before `delayMs` have passed. */
  setTimer(delayMs: number, callback: () => void): TimerHandle;
  clearTimer(timer: TimerHandle): void;
  /** Calls back once, when everything that this turn of the event loop has brought is done. */
  atTurnEnd(callback: () => void): void;
}

/** A timer that was set. */
export interface TimerHandle {
  /** Lets the process end although the timer is still to come. */
  unref(): void;
}

/** The clock of this process: monotonic, of no use across processes. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (delayMs, callback) => setTimeout(callback, Math.min(Math.ceil(delayMs), TIMER_MS_MAX)),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  atTurnEnd: (callback) => {
    setImmediate(callback);
  },
};

/** Node's timers hold a signed 32-bit number and fire at once beyond it. Too early does no harm to a driver. */
const TIMER_MS_MAX = 2_147_483_647;
