import { QUEUE_MESSAGES_MAX } from './transport.ts';

/** Hands on what is put in, in order and in a later turn of the event loop. */
export class Mailbox<Item> {
  readonly #take: (item: Item) => void;
  #items: Item[] = [];
  #isClosed = false;

  constructor(take: (item: Item) => void) {
    this.#take = take;
  }

  /** Whether so much was put in and not handed on that more should wait. It is put in all the same. */
  get isFull(): boolean {
    return this.#items.length >= QUEUE_MESSAGES_MAX;
  }

  put(item: Item): void {
    if (this.#isClosed) return;
    this.#items.push(item);
    if (this.#items.length === 1) setImmediate(() => this.#handOn());
  }

  /** Forgets what was not handed on, and whatever else is put in. */
  close(): void {
    this.#isClosed = true;
    this.#items = [];
  }

  #handOn(): void {
    const items = this.#items;
    // What is put in meanwhile comes in the turn after.
    this.#items = [];
    for (const item of items) {
      if (this.#isClosed) return;
      this.#take(item);
    }
  }
}
