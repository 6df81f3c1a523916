import type { Instant } from '@reeve/protocol';

/**
 * Bounds how many refused calls a client sends again, after tower's retry budget.
 *
 * A limit per call does not help in an overload: three tries of everybody are three times the load. A bucket of
 * tokens does: each new call puts a fraction in, time adds a little, each retry takes a whole one.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #perMs: number;
  readonly #max: number;
  #tokens: number;
  #filledAt: Instant | undefined;

  constructor(options: { readonly share: number; readonly floorPerSecond: number }) {
    this.#share = options.share;
    this.#perMs = options.floorPerSecond / 1_000;
    this.#max = options.floorPerSecond * BURST_SECONDS;
    this.#tokens = options.floorPerSecond;
  }

  /** Counts a new call. */
  deposit(): void {
    if (this.#tokens < this.#max) this.#tokens += this.#share;
  }

  /** Takes the price of one retry. Returns false if there is not enough. */
  take(now: Instant): boolean {
    this.#tokens = Math.min(this.#max, this.#tokens + (now - (this.#filledAt ?? now)) * this.#perMs);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** What a quiet time saves up: enough for a short trouble, not enough for a storm. */
const BURST_SECONDS = 10;
