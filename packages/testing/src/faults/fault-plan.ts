import type { Random } from '@reeve/protocol';
import type { Fault } from './fault.ts';

/**
 * Decides when something goes wrong, and what.
 *
 * Theory of operation. A run has moments: a message is about to be read, a handler is about to begin, a handler has
 * ended. Faults strike at moments, not at times: between two moments nothing happens that a fault could change, and a
 * call takes a few of them however long it takes. A run draws how many faults there will be and how dense they lie,
 * then for each how many moments pass before it. One that cannot strike at its moment gives way to one that can.
 */
export class FaultPlan {
  readonly #random: Random;
  readonly #faults: readonly Fault[];
  readonly #spread: number;
  #left: number;
  #momentsToGo: number;

  constructor(random: Random, faults: readonly Fault[]) {
    this.#random = random;
    this.#faults = faults;
    this.#left = 1 + below(random, FAULTS_MAX);
    this.#spread = 2 ** (1 + below(random, SPREAD_BITS_MAX));
    this.#momentsToGo = below(random, this.#spread);
  }

  /** Lets a moment pass. Says which fault strikes at it, if any, out of those that can. */
  pass(possible: readonly Fault[]): Fault | undefined {
    if (this.#left === 0) return undefined;
    if (this.#momentsToGo > 0) {
      this.#momentsToGo -= 1;
      return undefined;
    }
    const wanted = this.#faults.filter((fault) => possible.includes(fault));
    // It waits for a moment that has something for it.
    if (wanted.length === 0) return undefined;
    this.#left -= 1;
    this.#momentsToGo = below(this.#random, this.#spread);
    return wanted[below(this.#random, wanted.length)];
  }

  /** Lets nothing go wrong any more. */
  stop(): void {
    this.#left = 0;
  }
}

/** Draws an integer from 0 up to, but not including, the bound. */
export function below(random: Random, bound: number): number {
  return Math.floor(random.unit() * bound);
}

/** One is enough for most mistakes; a few together find those that need a recovery to be disturbed. */
const FAULTS_MAX = 4;
/** A lone call has about eight moments, a hundred have hundreds: from two to 256 between two faults. */
const SPREAD_BITS_MAX = 8;
