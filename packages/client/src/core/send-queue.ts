import { Ring } from '@reeve/protocol';
import type { Call } from './call.ts';

/** Calls that wait to be sent: by priority, then first come first served. Taking one back is constant time. */
export class SendQueue {
  readonly #rings: readonly Ring<Call>[] = [new Ring<Call>(), new Ring<Call>(), new Ring<Call>(), new Ring<Call>()];

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** The call whose turn it is. */
  get first(): Call | undefined {
    for (let priority = 0; priority < PRIORITIES; priority++) {
      const ring = this.#rings[priority]!;
      if (ring.size > 0) return ring.first;
    }
    return undefined;
  }

  /** Adds at the back of its priority. */
  push(call: Call): void {
    const ring = this.#rings[call.priority]!;
    ring.push(call.node);
    call.ring = ring;
  }

  /** Adds at the front of its priority: for calls that were sent before and came back. */
  unshift(call: Call): void {
    const ring = this.#rings[call.priority]!;
    ring.unshift(call.node);
    call.ring = ring;
  }

  /** Moves everything to the front of another queue, in the same order. */
  moveTo(other: SendQueue): void {
    for (const ring of this.#rings) {
      for (const call of [...ring].reverse()) {
        ring.remove(call.node);
        other.unshift(call);
      }
    }
  }
}

/** From 0, served first, to 3. */
export const PRIORITIES = 4;
