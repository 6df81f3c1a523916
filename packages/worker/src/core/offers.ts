import type { Instant, Limits, Offered, OfferedMethod, Timed, TimerWheel } from '@reeve/protocol';
import { TimerNode, VERDICTS, codeNumber, encodeDetail, writeOffer } from '@reeve/protocol';
import { tooLargeText } from './answers.ts';
import type { BrokerLink } from './broker-link.ts';

/**
 * Results of at-most-once calls whose session was lost: offered to every broker, for a client may wait at any.
 *
 * Theory of operation. A result comes here from a handler that outlived its session, or was answered there and never
 * acknowledged. It is written to each session that is live, and to each that begins until `recoverMs` after the loss.
 * The client stops waiting then, too. What would be too much is dropped, and the outcome is unknown.
 */
export class Offers {
  readonly #limits: OfferLimits;
  readonly #methods: readonly OfferedMethod[];
  readonly #timers: TimerWheel<Timed>;
  readonly #links: () => readonly BrokerLink[];
  readonly #kept = new Set<Offer>();
  #bytes = 0;
  #isClosed = false;

  constructor(parts: OffersParts) {
    this.#limits = parts.limits;
    this.#methods = parts.methods;
    this.#timers = parts.timers;
    this.#links = parts.links;
  }

  /** Results that are offered. */
  get size(): number {
    return this.#kept.size;
  }

  /** When the results of a session that is lost now stop being of use: their clients have given up by then. */
  endOf(lostAt: Instant): Instant {
    return lostAt + this.#limits.recoverMs;
  }

  /** Offers a result until its window ends. Returns false if it is too late for that, or there are too many. */
  add(now: Instant, until: Instant, offered: Offered): boolean {
    const offer = new Offer(this, offered);
    const { workerOffersMax, workerOfferBytesMax } = this.#limits;
    if (this.#isClosed || until <= now || this.#kept.size >= workerOffersMax) return false;
    if (this.#bytes + offer.bytes > workerOfferBytesMax) return false;
    this.#kept.add(offer);
    this.#bytes += offer.bytes;
    this.#timers.set(offer.timer, until);
    for (const link of this.#links()) this.#write(link, offered);
    return true;
  }

  /** Offers everything in a session that begins. */
  offerAll(link: BrokerLink): void {
    for (const { offered } of this.#kept) this.#write(link, offered);
  }

  /** Called when the window of an offer ends. */
  forget(offer: Offer): void {
    this.#timers.clear(offer.timer);
    this.#kept.delete(offer);
    this.#bytes -= offer.bytes;
  }

  /** The worker leaves: nothing more is offered. */
  close(): void {
    this.#isClosed = true;
    for (const offer of this.#kept) this.forget(offer);
  }

  #write({ uplink: { channel, welcome } }: BrokerLink, offered: Offered): void {
    if (channel === undefined) return;
    const { bodyBytesMax } = welcome!;
    const isTooLarge = offered.body.length > bodyBytesMax;
    writeOffer(channel, isTooLarge ? this.#tooLarge(offered, bodyBytesMax) : offered);
  }

  /** What is said in place of a result that this broker would not take. */
  #tooLarge(offered: Offered, max: number): Offered {
    const { code, number: reason } = VERDICTS.replyTooLarge;
    const message = tooLargeText(this.#methods[offered.method]!, offered.body.length, max);
    return { ...offered, code: codeNumber(code), reason, body: encodeDetail({ message }) };
  }
}

/** One result, and when it is forgotten. */
class Offer implements Timed {
  readonly offered: Offered;
  readonly bytes: number;
  readonly timer: TimerNode<Timed> = new TimerNode<Timed>(this);
  readonly #owner: Offers;

  constructor(owner: Offers, offered: Offered) {
    this.#owner = owner;
    this.offered = offered;
    this.bytes = offered.body.length + ENTRY_BYTES;
  }

  onTimer(): void {
    this.#owner.forget(this);
  }
}

export interface OffersParts {
  readonly limits: OfferLimits;
  readonly methods: readonly OfferedMethod[];
  readonly timers: TimerWheel<Timed>;
  readonly links: () => readonly BrokerLink[];
}

/** How much of what may be lost with a broker is kept, and for how long. */
export type OfferLimits = Pick<Limits, 'recoverMs' | 'workerOffersMax' | 'workerOfferBytesMax'>;

/** About what an entry takes besides its body. */
export const ENTRY_BYTES = 256;
