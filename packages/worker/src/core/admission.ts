import { Ring, RingNode } from '@reeve/protocol';
import type { Dispatch } from './dispatch.ts';

/**
 * Decides which call may start: never more than `concurrency` at once, of a method with a limit of its own never more
 * than that, and otherwise in the order of arrival. A method that has reached its limit holds nobody else up.
 *
 * The number of waiting calls is bounded by the credit that the worker gives.
 */
export class Admission {
  readonly concurrency: number;
  /** Handlers at work. */
  running = 0;
  /** Calls that wait for a handler. */
  waiting = 0;
  /** The first lane is that of all methods without a limit; each of the others is of one method. */
  readonly #lanes: readonly Lane[];
  readonly #laneOf: readonly Lane[];

  /** `methodLimits` has one entry for each method: how many of it may run, `undefined` for no limit of its own. */
  constructor(concurrency: number, methodLimits: readonly (number | undefined)[]) {
    this.concurrency = concurrency;
    const common = new Lane(Infinity);
    this.#laneOf = methodLimits.map((limit) => (limit === undefined ? common : new Lane(limit)));
    this.#lanes = [common, ...this.#laneOf.filter((lane) => lane !== common)];
  }

  /** Takes in a call. Returns whether it may start now; if not, it waits. */
  offer(dispatch: Dispatch): boolean {
    const lane = this.#laneOf[dispatch.method]!;
    // Nobody is overtaken: a place that becomes free is taken at once by who waits for it.
    if (this.running < this.concurrency && lane.running < lane.limit) {
      this.#enter(lane);
      return true;
    }
    dispatch.place ??= new RingNode(dispatch);
    lane.waiting.push(dispatch.place);
    this.waiting += 1;
    return false;
  }

  /** Takes out the next call that may start, if there is one. */
  next(): Dispatch | undefined {
    if (this.waiting === 0 || this.running >= this.concurrency) return undefined;
    let first: Dispatch | undefined;
    for (const lane of this.#lanes) {
      if (lane.running >= lane.limit) continue;
      const candidate = lane.waiting.first;
      if (candidate !== undefined && (first === undefined || candidate.arrival < first.arrival)) first = candidate;
    }
    if (first === undefined) return undefined;
    this.withdraw(first);
    this.#enter(this.#laneOf[first.method]!);
    return first;
  }

  /** Takes a waiting call out. */
  withdraw(dispatch: Dispatch): void {
    this.#laneOf[dispatch.method]!.waiting.remove(dispatch.place!);
    this.waiting -= 1;
  }

  /** The handler of a call ended, or never began after all. */
  leave(dispatch: Dispatch): void {
    this.running -= 1;
    this.#laneOf[dispatch.method]!.running -= 1;
  }

  #enter(lane: Lane): void {
    this.running += 1;
    lane.running += 1;
  }
}

class Lane {
  readonly limit: number;
  readonly waiting: Ring<Dispatch> = new Ring<Dispatch>();
  running = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
}
