/**
 * How long to wait before a process that has ended is started again: not at all the first time, then twice as long each
 * time, so that one that cannot live does not keep a machine busy. One that has lived for a while starts anew.
 */
export class RestartPause {
  readonly #random: () => number;
  #failures = 0;

  /** `random`: from 0 up to, but not including, 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The pause after a process has ended that lived for so long, in ms. */
  next(livedMs: number): number {
    if (livedMs >= SETTLED_MS) this.#failures = 0;
    this.#failures += 1;
    if (this.#failures === 1) return 0;
    const ceilingMs = Math.min(FIRST_MS * 2 ** (this.#failures - 2), LONGEST_MS);
    // Half of it at random: what broke all processes at once must not start them all at once.
    return Math.round(ceilingMs * (0.5 + this.#random() / 2));
  }
}

/** A process that has lived for so long did not die of how it was started. */
const SETTLED_MS = 30_000;
/** Longer than a start takes. */
const FIRST_MS = 500;
/** A person who mends the cause does not wait longer than this for the effect. */
const LONGEST_MS = 15_000;
