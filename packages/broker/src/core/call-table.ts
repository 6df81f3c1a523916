import type { PendingCall } from './pending-call.ts';

/**
 * The calls of one client by the numbers that it gave them.
 *
 * Why not a `Map`: V8's leaves each outgrown table pointing to the next one. Where calls come and go by the hundred
 * thousand, a table that was moved to the old generation holds all later ones, and their calls, until the next full
 * collection: nearly nothing was freed by a scavenge, and collecting took a quarter of a busy broker's time.
 *
 * Open addressing with linear probing; a removal closes its gap (Knuth, TAOCP 6.4, algorithm R).
 */
export class CallTable {
  #slots: (PendingCall | undefined)[] = emptySlots(CAPACITY_MIN);
  #size = 0;
  /** Numbers are the client's to choose: with a secret it cannot choose such that all fall on one slot. */
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  get size(): number {
    return this.#size;
  }

  /** Slots that it holds. */
  get capacity(): number {
    return this.#slots.length;
  }

  get(number: number): PendingCall | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = this.#home(number, mask); ; at = (at + 1) & mask) {
      const call = slots[at];
      if (call === undefined || call.call === number) return call;
    }
  }

  /** Adds a call whose number is not in use. */
  add(call: PendingCall): void {
    if (this.#size * 2 >= this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#put(call);
    this.#size += 1;
  }

  /** Takes a call out. One that is not in is left alone. */
  delete(call: PendingCall): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = this.#home(call.call, mask);
    while (slots[gap] !== call) {
      if (slots[gap] === undefined) return;
      gap = (gap + 1) & mask;
    }
    this.#close(gap);
    this.#size -= 1;
    if (slots.length > CAPACITY_KEPT && this.#size * SPARSE < slots.length) this.#resize(slots.length / 2);
  }

  /** All calls, in no order. A copy: what it is used for may change the table. */
  all(): PendingCall[] {
    return this.#slots.filter((call) => call !== undefined);
  }

  /** Moves those behind a gap that would not be found across it. */
  #close(first: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = first;
    for (let at = (gap + 1) & mask; ; at = (at + 1) & mask) {
      const call = slots[at];
      if (call === undefined) break;
      const steps = (at - this.#home(call.call, mask)) & mask;
      if (steps < ((at - gap) & mask)) continue;
      slots[gap] = call;
      gap = at;
    }
    slots[gap] = undefined;
  }

  #put(call: PendingCall): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = this.#home(call.call, mask);
    while (slots[at] !== undefined) at = (at + 1) & mask;
    slots[at] = call;
  }

  #resize(capacity: number): void {
    const calls = this.all();
    this.#slots = emptySlots(capacity);
    for (const call of calls) this.#put(call);
  }

  /** Where a number belongs. All 53 bits count: a client may number in the high ones. */
  #home(number: number, mask: number): number {
    let hash = Math.imul((number | 0) ^ this.#seed, MIX_LOW);
    hash = Math.imul(hash ^ (hash >>> 15) ^ ((number / TWO_TO_32) | 0), MIX_HIGH);
    return (hash ^ (hash >>> 13)) & mask;
  }
}

function emptySlots(capacity: number): (PendingCall | undefined)[] {
  const slots: (PendingCall | undefined)[] = [];
  for (let i = 0; i < capacity; i++) slots.push(undefined);
  return slots;
}

/** Most clients have a call or two at a time. */
const CAPACITY_MIN = 8;
/** 16 KiB: the calls of a busy client come and go by the thousand, and its table must not be made anew each time. */
const CAPACITY_KEPT = 2_048;
/** Shrinks when fewer than one slot in so many is taken: far enough from growing that it does not swing. */
const SPARSE = 8;
const TWO_TO_32 = 4_294_967_296;
/** Odd multipliers of MurmurHash3's finalizer. */
const MIX_LOW = 0x85eb_ca6b;
const MIX_HIGH = 0xc2b2_ae35;
