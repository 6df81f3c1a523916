import type { Call } from './call.ts';

/**
 * Finds a call by its number.
 *
 * A number is a slot in its low bits and the slot's generation above them, so finding a call is one step into an
 * array, and a number is never used twice. A late answer to a settled call meets another generation, or nothing.
 */
export class CallTable {
  readonly #slots: (Call | undefined)[] = [];
  readonly #numbers: number[] = [];
  readonly #free: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes a number for a new call. The next step must be `put`. */
  takeNumber(): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    const number = (this.#numbers[slot] ?? slot) + SLOTS_MAX;
    this.#numbers[slot] = number;
    this.#slots[slot] = undefined;
    return number;
  }

  put(call: Call): void {
    this.#slots[slotOf(call.number)] = call;
    this.#size += 1;
  }

  find(number: number): Call | undefined {
    const call = this.#slots[slotOf(number)];
    return call !== undefined && call.number === number ? call : undefined;
  }

  remove(call: Call): void {
    const slot = slotOf(call.number);
    if (this.#slots[slot] !== call) return;
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
  }

  /** All calls, in no order. A copy: what it is used for may change the table. */
  all(): Call[] {
    return this.#slots.filter((call) => call !== undefined);
  }
}

/** More calls than this cannot be outstanding in one client. */
const SLOTS_MAX = 1_048_576;

/** The low 32 bits are exact for any 53-bit number. */
function slotOf(number: number): number {
  return (number >>> 0) & (SLOTS_MAX - 1);
}
