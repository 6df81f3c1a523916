import type { Instant, Random } from '@reeve/protocol';
import { seededRandom } from '@reeve/protocol';
import { Agenda } from './agenda.ts';
import type { WorldObserver } from './connection.ts';
import type { SimulatedNode } from './node.ts';

/**
 * A world in which the real cores run in one process, on a simulated clock and network. One seed decides everything:
 * the same seed gives the same run.
 */
export class World {
  now: Instant = 1_000;
  readonly random: Random;
  readonly agenda: Agenda = new Agenda();
  observer: WorldObserver | undefined;
  /** Least and greatest time that a message is under way. */
  latency: readonly [leastMs: number, greatestMs: number];
  /** How long a broken connection rests before it is made again. */
  reconnectMs: number;
  /** How long after an input a node carries out what its core wants. 0 = at once. */
  readonly turnMs: number;
  /** How long it takes at most until a node learns that a connection was cut. */
  readonly noticeMaxMs: number;
  /** How many things have been done. */
  steps = 0;
  /** Shares of messages that are lost, come twice, take a hundred times as long, or are of a later version. */
  trouble: Trouble = NO_TROUBLE;
  readonly #skewMs: number;
  #stepsAtOnce = 0;
  readonly #nodes: SimulatedNode[] = [];
  readonly #listeners = new Map<string, SimulatedNode>();
  readonly #separated = new Set<string>();

  constructor(options: WorldOptions = {}) {
    this.random = seededRandom(options.seed ?? 1);
    this.latency = options.latency ?? [0.1, 0.3];
    this.reconnectMs = options.reconnectMs ?? 100;
    this.turnMs = options.turnMs ?? 0;
    this.noticeMaxMs = options.noticeMaxMs ?? 0;
    this.#skewMs = options.skewMs ?? 0;
  }

  /** Enters a node. Done by the nodes' own constructors. */
  enter(node: SimulatedNode, endpoint?: string): void {
    this.#nodes.push(node);
    if (endpoint !== undefined) this.#listeners.set(endpoint, node);
  }

  listenerAt(endpoint: string): SimulatedNode | undefined {
    const node = this.#listeners.get(endpoint);
    return node?.isAlive === true ? node : undefined;
  }

  /** Makes two nodes unable to connect. Connections that exist are cut by the caller. */
  separate(a: SimulatedNode, b: SimulatedNode): void {
    this.#separated.add(pairOf(a, b));
  }

  rejoin(a: SimulatedNode, b: SimulatedNode): void {
    this.#separated.delete(pairOf(a, b));
  }

  isReachable(a: SimulatedNode, b: SimulatedNode): boolean {
    return !this.#separated.has(pairOf(a, b));
  }

  latencyMs(): number {
    const [least, greatest] = this.latency;
    const usual = least + this.random.unit() * (greatest - least);
    return this.#happens(this.trouble.late) ? usual * LATE_FACTOR : usual;
  }

  isLost(): boolean {
    return this.#happens(this.trouble.lost);
  }

  isDoubled(): boolean {
    return this.#happens(this.trouble.doubled);
  }

  isNewer(): boolean {
    return this.#happens(this.trouble.newer);
  }

  noticeMs(): number {
    return this.noticeMaxMs === 0 ? 0 : this.random.unit() * this.noticeMaxMs;
  }

  clockOffsetMs(): number {
    return this.#skewMs === 0 ? 0 : Math.floor(this.random.unit() * this.#skewMs);
  }

  /** Lets time pass. */
  run(ms: number): void {
    const until = this.now + ms;
    while (this.#step(until));
    this.now = until;
  }

  /** Lets time pass until something is true. Returns how long it took; throws if it takes longer than `maxMs`. */
  runUntil(isTrue: () => boolean, maxMs: number = 60_000): number {
    const from = this.now;
    while (!isTrue()) {
      if (!this.#step(from + maxMs)) throw new Error(`not true after ${maxMs} ms of simulated time`);
    }
    return this.now - from;
  }

  /** Does the next thing, if there is one until then. */
  #step(until: Instant): boolean {
    let next = this.agenda.next ?? Infinity;
    let waking: SimulatedNode | undefined;
    for (const node of this.#nodes) {
      const timeout = node.timeout;
      if (timeout !== undefined && timeout < next) [next, waking] = [timeout, node];
    }
    if (next > until) return false;
    // A timeout may lie in the past: the core wants to be called at once. Time never runs backwards.
    if (next > this.now) this.#stepsAtOnce = 0;
    else if ((this.#stepsAtOnce += 1) > STEPS_AT_ONCE_MAX)
      throw new Error(`${waking?.name ?? 'the world'} runs in circles`);
    this.now = Math.max(this.now, next);
    this.steps += 1;
    if (waking === undefined) this.agenda.take()!();
    else waking.input((session, now) => session.handleTimeout(now));
    return true;
  }

  #happens(share: number): boolean {
    return share > 0 && this.random.unit() < share;
  }
}

export interface WorldOptions {
  readonly seed?: number;
  readonly latency?: readonly [leastMs: number, greatestMs: number];
  readonly reconnectMs?: number;
  readonly turnMs?: number;
  readonly noticeMaxMs?: number;
  /** How far the clocks of two nodes are apart at most. */
  readonly skewMs?: number;
}

/** Shares of messages, from 0 to 1. */
export interface Trouble {
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  readonly newer: number;
}

export const NO_TROUBLE: Trouble = { lost: 0, doubled: 0, late: 0, newer: 0 };

function pairOf(a: SimulatedNode, b: SimulatedNode): string {
  return [a.name, b.name].sort().join('|');
}

const LATE_FACTOR = 100;
/** More things than this do not happen in one instant: somebody wants to be called again and again. */
const STEPS_AT_ONCE_MAX = 100_000;
