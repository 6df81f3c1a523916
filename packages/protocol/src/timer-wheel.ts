import { RingNode } from './ring.ts';
import type { Instant } from './session.ts';

/**
 * Theory of operation.
 *
 * One wheel holds every deadline of a role: those of calls, heartbeats, leases. Adding and removing are constant
 * time, whatever the number, because an entry is a node of a ring that its owner embeds. A slot holds all entries
 * whose tick falls on it, of this turn of the wheel or a later one; the few of later turns are passed over.
 *
 * After Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987), scheme 6.
 */
export class TimerWheel<Owner> {
  /** Each slot in use has a head. Most are not, and the heads of all would be most of what a client takes. */
  readonly #slots: (TimerNode<Owner> | undefined)[] = emptySlots();
  /** A head that no slot needs: a call that is alone, set and cleared over and over, makes none. */
  #spare: TimerNode<Owner> | undefined;
  #tick = 0;
  #count = 0;
  /** No entry is due before this tick. Entries that are removed may leave it too early, never too late. */
  #nextTick = Infinity;

  /** How many entries are set. */
  get size(): number {
    return this.#count;
  }

  /** Sets an entry to fire at an instant, or moves it there if it is set already. */
  set(entry: TimerNode<Owner>, at: Instant): void {
    if (entry.isLinked) this.clear(entry);
    // Rounded up: an entry never fires before its instant.
    entry.tick = Math.max(Math.ceil(at / TICK_MS), this.#tick + 1);
    entry.insertBefore(this.#headOf(entry.tick % SLOTS));
    this.#count += 1;
    if (entry.tick < this.#nextTick) this.#nextTick = entry.tick;
  }

  /** Takes an entry out. One that is not set is left alone. */
  clear(entry: TimerNode<Owner>): void {
    if (!entry.isLinked) return;
    entry.unlink();
    this.#tidy(entry.tick % SLOTS);
    this.#count -= 1;
    if (this.#count === 0) this.#nextTick = Infinity;
  }

  /** Says when the next entry can be due, or `undefined` if none is set. May be early. */
  next(): Instant | undefined {
    return this.#nextTick === Infinity ? undefined : this.#nextTick * TICK_MS;
  }

  /** Fires all entries due at `now`, in order of their ticks. An entry may be set again while it fires. */
  advance(now: Instant, fire: (owner: Owner) => void): void {
    const target = Math.floor(now / TICK_MS);
    while (this.#nextTick <= target) {
      this.#fireSlot(this.#nextTick, fire);
      this.#nextTick = this.#findNext();
    }
    if (target > this.#tick) this.#tick = target;
  }

  #fireSlot(tick: number, fire: (owner: Owner) => void): void {
    this.#tick = Math.max(this.#tick, tick);
    const head = this.#slots[tick % SLOTS];
    if (head === undefined) return;
    // What fires may set or clear any entry, so the due ones first move to a ring of their own.
    const due = new TimerNode<Owner>(undefined as never);
    for (let node = head.next; node !== head;) {
      const following = node.next;
      if (node.tick <= tick) {
        node.unlink();
        node.insertBefore(due);
      }
      node = following;
    }
    this.#tidy(tick % SLOTS);
    while (due.isLinked) {
      const node = due.next;
      node.unlink();
      this.#count -= 1;
      fire(node.owner);
    }
  }

  #headOf(slot: number): TimerNode<Owner> {
    const known = this.#slots[slot];
    if (known !== undefined) return known;
    const head = this.#spare ?? new TimerNode<Owner>(undefined as never);
    this.#spare = undefined;
    this.#slots[slot] = head;
    return head;
  }

  /** Takes the head of a slot away if it has no entry. */
  #tidy(slot: number): void {
    const head = this.#slots[slot];
    if (head === undefined || head.isLinked) return;
    this.#slots[slot] = undefined;
    this.#spare = head;
  }

  /** Finds the earliest tick among all entries: the first slot of this turn with an entry of this turn. */
  #findNext(): number {
    if (this.#count === 0) return Infinity;
    let later = Infinity;
    for (let tick = this.#tick + 1; tick <= this.#tick + SLOTS; tick++) {
      const head = this.#slots[tick % SLOTS];
      if (head === undefined) continue;
      for (let node = head.next; node !== head; node = node.next) {
        if (node.tick <= tick) return tick;
        if (node.tick < later) later = node.tick;
      }
    }
    return later;
  }
}

/** An entry of a wheel. Its owner makes it once and sets it as often as it likes. */
export class TimerNode<Owner> extends RingNode<Owner> {
  tick = 0;
  declare next: TimerNode<Owner>;
  declare previous: TimerNode<Owner>;
}

/** Made at once: a client that starts has better to do than to fill an array with nothing. */
function emptySlots(): undefined[] {
  const slots: undefined[] = [];
  slots.length = SLOTS;
  return slots;
}

/** 4 ms: fine enough for deadlines, which are promised to one tick. A turn of 4 s holds most entries. */
const TICK_MS = 4;
const SLOTS = 1_024;
