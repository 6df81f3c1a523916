/**
 * Decides when something is killed: one worker after a third of the documents, the broker after two thirds.
 *
 * Always at the moment when a worker has begun a document and waits for the start to be noted. So there is at least
 * one document to rescue, and no luck in it, also with a single document.
 */
export class FaultPlan {
  readonly #documents: number;
  readonly #workerAt: number;
  readonly #brokerAt: number;
  readonly #begun = new Set<number>();
  #next: Fault | 'none' = 'worker';

  constructor(documents: number) {
    this.#documents = documents;
    this.#workerAt = 1 + Math.floor(documents / 3);
    this.#brokerAt = 1 + Math.floor((2 * documents) / 3);
  }

  /** Takes note of a start and says what is to be killed at this moment. */
  noteStart(job: number, isWorkerRecovered: boolean): Fault | 'none' {
    this.#begun.add(job);
    const fault = this.#isDue(isWorkerRecovered) ? this.#next : 'none';
    if (fault === 'worker') this.#next = 'broker';
    if (fault === 'broker') this.#next = 'none';
    return fault;
  }

  #isDue(isWorkerRecovered: boolean): boolean {
    const begun = this.#begun.size;
    if (this.#next === 'worker') return begun >= this.#workerAt;
    // One failure after the other, so that each recovery can be told; but before there is nothing left to start.
    return begun >= this.#brokerAt && (isWorkerRecovered || begun === this.#documents);
  }
}

export type Fault = 'worker' | 'broker';
