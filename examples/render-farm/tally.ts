import type { Rendered } from './farm-messages.ts';
import { type Job, pairKey } from './plan.ts';

/** What the answers of the farm came to so far. */
export class Tally {
  readonly #jobs: readonly Job[];
  /** By `pairKey`: what the single process made of a pair. */
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #answered = new Set<number>();
  readonly #renderedBy = new Map<string, number>();
  mismatched = 0;
  retried = 0;
  lost = 0;

  constructor(jobs: readonly Job[], hashes: ReadonlyMap<string, string>) {
    this.#jobs = jobs;
    this.#hashes = hashes;
  }

  get documents(): number {
    return this.#jobs.length;
  }

  get rendered(): number {
    return this.#answered.size;
  }

  renderedBy(worker: string): number {
    return this.#renderedBy.get(worker) ?? 0;
  }

  noteAnswer({ job, hash, worker, attempt }: Rendered): void {
    const asked = this.#jobs[job];
    if (asked === undefined || this.#answered.has(job)) throw new Error(`Nobody waits for document ${job}.`);
    this.#answered.add(job);
    this.#renderedBy.set(worker, this.renderedBy(worker) + 1);
    if (hash !== this.#hashes.get(pairKey(asked))) this.mismatched += 1;
    if (attempt > 1) this.retried += 1;
  }

  noteLoss(): void {
    this.lost += 1;
  }
}
