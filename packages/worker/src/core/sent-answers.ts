import type { Channel, Offered } from '@reeve/protocol';
import { Fifo } from '@reeve/protocol';
import type { OfferLimits } from './offers.ts';
import { ENTRY_BYTES } from './offers.ts';

/**
 * Answers to at-most-once calls that a broker has not acknowledged: should it die, they may have died with it, unread
 * or not passed on. What it has acknowledged it has read, and it passes on in the turn in which it reads.
 *
 * Beyond the limits the oldest are let go: they are the likeliest to have been read.
 */
export class SentAnswers {
  readonly #limits: OfferLimits;
  readonly #kept = new Fifo<Sent>();
  #channel: Channel | undefined;
  #bytes = 0;

  constructor(limits: OfferLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** A session begins. */
  begin(channel: Channel): void {
    this.#channel = channel;
  }

  /** Notes the answer that was just written into the channel of the session. */
  note(result: Offered): void {
    this.#kept.push({ result, envelope: this.#channel!.envelope });
    this.#bytes += weightOf(result);
    this.trim();
    const { workerOffersMax, workerOfferBytesMax } = this.#limits;
    while (this.#kept.size > workerOffersMax || this.#bytes > workerOfferBytesMax) this.#letGo();
  }

  /** Lets go of what was acknowledged since. */
  trim(): void {
    for (let first = this.#kept.peek(); first !== undefined; first = this.#kept.peek()) {
      if (!this.#channel!.isAcknowledged(first.envelope)) return;
      this.#letGo();
    }
  }

  /** The session ended: takes out what may have been lost with it, oldest first. */
  takeAll(): Offered[] {
    this.trim();
    const taken: Offered[] = [];
    for (let first = this.#kept.peek(); first !== undefined; first = this.#kept.peek()) {
      taken.push(first.result);
      this.#letGo();
    }
    this.#channel = undefined;
    return taken;
  }

  #letGo(): void {
    this.#bytes -= weightOf(this.#kept.shift()!.result);
  }
}

interface Sent {
  readonly result: Offered;
  /** The envelope of the session that it left in. */
  readonly envelope: number;
}

function weightOf({ body }: Offered): number {
  return body.length + ENTRY_BYTES;
}
