/**
 * A list whose nodes its owners embed: adding, removing and moving are constant time and allocate nothing. An owner
 * that is in several lists embeds a node for each.
 */
export class Ring<Owner> {
  readonly #head: RingNode<Owner> = new RingNode<Owner>(undefined as never);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The owner at the front, or `undefined`. */
  get first(): Owner | undefined {
    return this.#size === 0 ? undefined : this.#head.next.owner;
  }

  /** The owner at the back, or `undefined`. */
  get last(): Owner | undefined {
    return this.#size === 0 ? undefined : this.#head.previous.owner;
  }

  /** Adds at the back. */
  push(node: RingNode<Owner>): void {
    node.insertBefore(this.#head);
    this.#size += 1;
  }

  /** Adds at the front. */
  unshift(node: RingNode<Owner>): void {
    node.insertBefore(this.#head.next);
    this.#size += 1;
  }

  /** Adds before a node of this ring. */
  insert(node: RingNode<Owner>, before: RingNode<Owner>): void {
    node.insertBefore(before);
    this.#size += 1;
  }

  /** Takes a node out. It must be in this ring. */
  remove(node: RingNode<Owner>): void {
    node.unlink();
    this.#size -= 1;
  }

  /** Takes the front out. */
  shift(): Owner | undefined {
    if (this.#size === 0) return undefined;
    const node = this.#head.next;
    this.remove(node);
    return node.owner;
  }

  /** The owners from front to back. The current one may be removed on the way. */
  *[Symbol.iterator](): IterableIterator<Owner> {
    let node = this.#head.next;
    while (node !== this.#head) {
      const following = node.next;
      yield node.owner;
      node = following;
    }
  }
}

/** A place in a ring. Linked to itself while it is in none. */
export class RingNode<Owner> {
  readonly owner: Owner;
  next: RingNode<Owner> = this;
  previous: RingNode<Owner> = this;

  constructor(owner: Owner) {
    this.owner = owner;
  }

  get isLinked(): boolean {
    return this.next !== this;
  }

  insertBefore(node: RingNode<Owner>): void {
    this.next = node;
    this.previous = node.previous;
    node.previous.next = this;
    node.previous = this;
  }

  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    this.previous = this;
  }
}
