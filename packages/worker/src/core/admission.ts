import { Ring, RingNode } from '@reeve/protocol';
import type { Dispatch } from './dispatch.ts';

/**
 * Decides which call may start: never more than `concurrency` at once, of a method with a limit of its own never more
 * than that, of methods that share a limit never more than that in sum, and otherwise in the order of arrival. A method
 * that has reached its limit holds nobody else up.
 *
 * The number of waiting calls is bounded by the credit that the worker gives.
 */
export class Admission {
  readonly concurrency: number;
  /** Handlers at work. */
  running = 0;
  /** Calls that wait for a handler. */
  waiting = 0;
  /** The first lane is that of all methods without a limit; the others are of one method, or of some that share one. */
  readonly #lanes: readonly Lane[];
  readonly #laneOf: readonly Lane[];

  /** `methodLimits` has one entry for each method: how many of it may run, `undefined` for no limit of its own. */
  constructor(
    concurrency: number,
    methodLimits: readonly (number | undefined)[],
    sharedLimits: readonly SharedLimit[] = [],
  ) {
    this.concurrency = concurrency;
    const laneOf: Lane[] = [];
    const settle = (methods: Iterable<number>, share: Share): Lane => {
      const rest = new Lane(Infinity, share);
      for (const method of methods) {
        const limit = methodLimits[method];
        laneOf[method] = limit === undefined ? rest : new Lane(limit, share);
      }
      return rest;
    };
    const common = settle(methodLimits.keys(), new Share(Infinity));
    for (const { methods, limit } of sharedLimits) settle(methods, new Share(limit));
    this.#laneOf = laneOf;
    this.#lanes = [...new Set([common, ...laneOf])];
  }

  /** Takes in a call. Returns whether it may start now; if not, it waits. */
  offer(dispatch: Dispatch): boolean {
    const lane = this.#laneOf[dispatch.method]!;
    // Nobody is overtaken: a place that becomes free is taken at once by who waits for it.
    if (this.running < this.concurrency && lane.hasRoom) {
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
      if (!lane.hasRoom) continue;
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
    const lane = this.#laneOf[dispatch.method]!;
    this.running -= 1;
    lane.running -= 1;
    lane.share.running -= 1;
  }

  #enter(lane: Lane): void {
    this.running += 1;
    lane.running += 1;
    lane.share.running += 1;
  }
}

/** How many handlers of several methods may be at work in sum. A method stands in one of these at most. */
export interface SharedLimit {
  /** Numbers of the methods. */
  readonly methods: readonly number[];
  readonly limit: number;
}

class Lane {
  readonly limit: number;
  readonly share: Share;
  readonly waiting: Ring<Dispatch> = new Ring<Dispatch>();
  running = 0;

  constructor(limit: number, share: Share) {
    this.limit = limit;
    this.share = share;
  }

  get hasRoom(): boolean {
    return this.running < this.limit && this.share.running < this.share.limit;
  }
}

/** What several lanes may run in sum. */
class Share {
  readonly limit: number;
  running = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
}
