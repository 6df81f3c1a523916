/**
 * Gives the same news to any number of readers, each of whom takes it as an async iterable from the moment it asked.
 * A reader that does not keep up loses the oldest news, never the latest.
 */
export class StatusStream<T> {
  readonly #readers = new Set<Reader<T>>();
  #isEnded = false;

  push(item: T): void {
    for (const reader of this.#readers) reader.push(item);
  }

  /** Ends all readers, once they have read what is there. */
  end(): void {
    this.#isEnded = true;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  read(): AsyncIterableIterator<T> {
    const reader = new Reader<T>((ended) => this.#readers.delete(ended));
    if (this.#isEnded) reader.end();
    else this.#readers.add(reader);
    return reader;
  }
}

class Reader<T> implements AsyncIterableIterator<T> {
  readonly #items: T[] = [];
  readonly #leave: (reader: Reader<T>) => void;
  readonly #waiting: ((result: IteratorResult<T>) => void)[] = [];
  #isEnded = false;

  constructor(leave: (reader: Reader<T>) => void) {
    this.#leave = leave;
  }

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting({ done: false, value: item });
    this.#items.push(item);
    if (this.#items.length > ITEMS_MAX) this.#items.shift();
  }

  end(): void {
    this.#isEnded = true;
    for (const waiting of this.#waiting.splice(0)) waiting(DONE);
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#items.length > 0) return Promise.resolve({ done: false, value: this.#items.shift() as T });
    if (this.#isEnded) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.#leave(this);
    this.#items.length = 0;
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
/** More than happens while a reader does something else; a forgotten one must not fill the memory. */
const ITEMS_MAX = 256;
