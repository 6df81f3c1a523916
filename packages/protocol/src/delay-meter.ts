import type { Instant } from './session.ts';

/**
 * Measures how long a message lay in buffers on its way, without a common clock.
 *
 * The difference between the receiver's and the sender's clock is unknown but steady, so the smallest difference of
 * the last minute stands for an undelayed message, and what is above it is delay. Two half-windows make the minimum
 * forget: clocks drift, and a minimum for ever would turn drift into delay.
 */
export class DelayMeter {
  #current = NONE;
  #previous = NONE;
  #halfEndsAt: Instant = -Infinity;

  /** Takes `sentAt` of a message that arrives now; returns its delay in ms beyond the quickest. */
  measure(now: Instant, sentAt: number): number {
    const offset = (Math.floor(now) - sentAt) >>> 0;
    if (now >= this.#halfEndsAt) {
      this.#previous = now >= this.#halfEndsAt + HALF_WINDOW_MS ? NONE : this.#current;
      this.#current = NONE;
      this.#halfEndsAt = now + HALF_WINDOW_MS;
    }
    if (this.#current === NONE || isBefore(offset, this.#current)) this.#current = offset;
    const least = this.#previous !== NONE && isBefore(this.#previous, this.#current) ? this.#previous : this.#current;
    return (offset - least) >>> 0;
  }
}

/** Compares on the circle of 32-bit numbers, for the clocks wrap after 49 days. */
function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

const NONE = -1;
const HALF_WINDOW_MS = 30_000;
