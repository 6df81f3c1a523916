import type { Instant } from '@reeve/protocol';

/**
 * Bounds how many refused calls a client sends again, after tower's retry budget.
 *
 * A limit per call does not help in an overload: three tries of everybody are three times the load. A bucket of
 * tokens does: each new call puts a fraction in, time adds a little, each retry takes a whole one.
 */
export class RetryBudget {
  // Thousandths of a token, so that sums are exact.
  readonly #perCall: number;
  readonly #perMs: number;
  readonly #max: number;
  #left: number;
  #filledAt: Instant | undefined;

  constructor(options: { readonly share: number; readonly floorPerSecond: number }) {
    this.#perCall = Math.round(options.share * TOKEN);
    this.#perMs = options.floorPerSecond;
    this.#max = options.floorPerSecond * BURST_SECONDS * TOKEN;
    this.#left = options.floorPerSecond * TOKEN;
  }

  /** Counts a new call. */
  deposit(): void {
    if (this.#left < this.#max) this.#left += this.#perCall;
  }

  /** Takes the price of one retry. Returns false if there is not enough. */
  take(now: Instant): boolean {
    this.#left = Math.min(this.#max, this.#left + (now - (this.#filledAt ?? now)) * this.#perMs);
    this.#filledAt = now;
    if (this.#left < TOKEN) return false;
    this.#left -= TOKEN;
    return true;
  }
}

const TOKEN = 1_000;
/** What a quiet time saves up: enough for a short trouble, not enough for a storm. */
const BURST_SECONDS = 10;
