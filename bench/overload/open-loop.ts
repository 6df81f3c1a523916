import type { ReeveStats } from '@reeve/client';
import { ReeveError } from '@reeve/client';
import type { Question } from '../child-process.ts';
import type { CalcClient } from '../contenders/generated/calc.client.ts';

/** A load at a fixed pace. */
export interface OpenLoopOrder extends Question {
  readonly kind: 'open loop';
  readonly callsPerSecond: number;
  readonly seconds: number;
  readonly timeoutMs: number;
}

/** What became of it. Latencies count from the time at which a call was due, not from when it was made. */
export interface OpenLoopAnswer {
  readonly offered: number;
  readonly ok: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Calls that failed, by reason. */
  readonly failures: Readonly<Record<string, number>>;
  /** REQUESTs that the client sent for each call, retries included. */
  readonly sendsPerCall: number;
  /** Replies in each tenth of a second, from the start. */
  readonly okPerTenth: readonly number[];
}

/** Makes calls when they are due. A client that falls behind makes up for it: the load is never less than it says. */
export class OpenLoop {
  readonly #calc: CalcClient;
  readonly #stats: () => ReeveStats;

  constructor(calc: CalcClient, stats: () => ReeveStats) {
    this.#calc = calc;
    this.#stats = stats;
  }

  async run({ callsPerSecond, seconds, timeoutMs }: OpenLoopOrder): Promise<OpenLoopAnswer> {
    const count = Math.min(Math.round(callsPerSecond * seconds), CALLS_MAX);
    const before = this.#stats();
    const startedAt = performance.now();
    const tally = new Tally(startedAt);
    const calls: Promise<void>[] = [];
    while (calls.length < count) {
      const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1_000) * callsPerSecond) + 1);
      while (calls.length < due) {
        const dueAt = startedAt + (calls.length * 1_000) / callsPerSecond;
        calls.push(this.#call(calls.length, dueAt, timeoutMs, tally));
      }
      await new Promise((next) => setTimeout(next, 1));
    }
    await Promise.all(calls);
    const after = this.#stats();
    const sends = after.calls - before.calls + (after.retries - before.retries) + (after.resends - before.resends);
    return tally.answer(count, sends / count);
  }

  async #call(i: number, dueAt: number, timeoutMs: number, tally: Tally): Promise<void> {
    try {
      const { sum } = await this.#calc.add({ a: i, b: 7 }, { timeoutMs });
      if (sum !== i + 7) throw new Error(`${i} + 7 came back as ${sum}`);
      tally.ok(performance.now(), dueAt);
    } catch (error) {
      if (!(error instanceof ReeveError)) throw error;
      tally.fail(error.reason);
    }
  }
}

class Tally {
  readonly #startedAt: number;
  readonly #latencies: number[] = [];
  readonly #failures: Record<string, number> = {};
  readonly #perTenth: number[] = [];

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  ok(now: number, dueAt: number): void {
    this.#latencies.push(now - dueAt);
    const tenth = Math.floor((now - this.#startedAt) / 100);
    while (this.#perTenth.length <= tenth) this.#perTenth.push(0);
    this.#perTenth[tenth]! += 1;
  }

  fail(reason: string): void {
    this.#failures[reason] = (this.#failures[reason] ?? 0) + 1;
  }

  answer(offered: number, sendsPerCall: number): OpenLoopAnswer {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    return {
      ...{ offered, ok: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), failures: this.#failures, sendsPerCall },
      okPerTenth: this.#perTenth,
    };
  }
}

/** A bound on one run, far above what the machine does in its time. */
const CALLS_MAX = 5_000_000;
