import type { Instant } from '@reeve/protocol';

/** Things to be done at given instants of a simulated time: a binary heap, first come first served among equals. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the next thing is due. */
  get next(): Instant | undefined {
    return this.#heap[0]?.at;
  }

  add(at: Instant, act: () => void): void {
    this.#added += 1;
    this.#heap.push({ at, order: this.#added, act });
    let child = this.#heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isBefore(this.#heap[child]!, this.#heap[parent]!)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Takes out the next thing. */
  take(): (() => void) | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.act;
  }

  #sink(): void {
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        const entry = this.#heap[child];
        if (entry !== undefined && isBefore(entry, this.#heap[least]!)) least = child;
      }
      if (least === parent) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}

interface Entry {
  readonly at: Instant;
  readonly order: number;
  readonly act: () => void;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
