import { assert } from '@reeve/protocol';

/**
 * Shares the worker's room for calls out among its brokers.
 *
 * Theory of operation. A slot is room for one call, running or fetched ahead; there are `total`. A broker's share is
 * what it may still send (its outstanding credit) and what it has sent and is not ended. A slot that was granted cannot
 * be taken back while the session lives, so half of all is kept as a reserve for the brokers that say they have calls
 * waiting. With one broker there is nobody to keep it for, and it gets everything.
 *
 * Each connected broker has a share of at least one, and for each that is not connected one slot is set aside. So the
 * live shares never sum up to more than `total`. Handlers whose session was lost (orphans) occupy slots too, but not
 * to the point where a broker would be left with none.
 *
 * A broker with calls waiting gets as much as it asked for, and then one slot more for each call that it sends, until
 * it says that nothing waits any more.
 *
 * Where the list of brokers may change, an only broker does not get everything either, and one slot more is set aside
 * for a broker to come. One that finds nothing left all the same waits for the first slot that becomes free, and until
 * then it has none.
 *
 * A slot that becomes free goes to the first of: a broker that would have none; of those with calls waiting the one
 * with the least credit; the broker that it came from, while that says it has demand; one that is below its starting
 * share, the one it came from first; the reserve.
 */
export class CreditPool {
  /** At least as many slots as there are brokers. */
  total = 0;
  /** Handlers at work whose session is over. */
  orphans = 0;
  readonly #slots: number;
  readonly #shares: CreditShare[];
  #startSize = 0;
  #mayChange: boolean;
  #isStopped = false;

  /** `brokers` is the number of brokers that are listed, connected or not; `mayChange`: there may be others later. */
  constructor(total: number, brokers: number, mayChange: boolean = false) {
    this.#slots = total;
    this.#shares = Array.from({ length: brokers }, () => new CreditShare());
    this.#mayChange = mayChange;
    this.#divide();
  }

  get shares(): readonly CreditShare[] {
    return this.#shares;
  }

  /** Makes a share for one broker more. What the others were granted stays theirs. */
  add(): CreditShare {
    const share = new CreditShare();
    this.#shares.push(share);
    this.#mayChange = true;
    this.#divide();
    return share;
  }

  /** Forgets a share whose session is over. */
  remove(share: CreditShare): void {
    assert(!share.isOpen && share.size === 0, 'only a share that is closed is removed');
    this.#shares.splice(this.#shares.indexOf(share), 1);
    this.#mayChange = true;
    this.#divide();
    this.#handOut();
  }

  /** A session began. */
  open(share: CreditShare): void {
    share.reset();
    share.isOpen = true;
    if (this.#isStopped) return;
    // There always is one for each, unless the list of brokers has grown.
    if (!this.#mayChange || this.#used() < this.total) share.grant();
    while (share.size < this.#startSize && this.#free() > 0) share.grant();
    // A repeat of the same numbers does no harm, and the broker learns at once how little it may have.
    share.isDirty = true;
  }

  /** The session ended while `running` of its calls were at work. */
  close(share: CreditShare, running: number): void {
    share.reset();
    this.orphans += running;
    this.#handOut();
  }

  /** The broker takes nothing new: its credit is void, what it has sent stays. */
  leave(share: CreditShare): void {
    share.isOpen = false;
    share.wanted = 0;
    share.isDemanding = false;
    share.received = share.granted;
    share.isDirty = false;
    this.#handOut();
  }

  /** A call came in. Returns false if no credit was left for it: then it is not to be held. */
  receive(share: CreditShare): boolean {
    // After it left, the broker has no credit to count any more.
    if (!share.isOpen) return false;
    const isCovered = share.granted > share.received;
    if (!isCovered && this.#isStopped) return false;
    share.received += 1;
    if (!isCovered) {
      // It counts there as sent. To go on with the same numbers it gets one more, and has gained nothing.
      share.grant();
      return false;
    }
    share.held += 1;
    if (share.isDemanding && share.wanted === 0) {
      // Demand is told when it begins and when it ends: who uses credit in between has another call to send.
      share.wanted = 1;
      this.#handOut();
    }
    return true;
  }

  /** A call of the share ended or was handed back. */
  release(share: CreditShare): void {
    share.held -= 1;
    this.#recycle(share);
  }

  /** A handler ended whose session was over before. */
  releaseOrphan(): void {
    this.orphans -= 1;
    this.#handOut();
  }

  /** The broker says how many calls wait there for credit; 0 when none does any more. */
  demand(share: CreditShare, waiting: number): void {
    if (!share.isOpen) return;
    share.wanted = waiting;
    share.isDemanding = waiting > 0;
    this.#handOut();
  }

  /** Nothing is granted any more. */
  stop(): void {
    this.#isStopped = true;
    for (const share of this.#shares) share.isDirty = false;
  }

  #recycle(from: CreditShare): void {
    if (this.#isStopped) return;
    if (this.#shares.length === 1 && this.orphans === 0 && !this.#mayChange) {
      // The common case: one broker, which has everything.
      if (from.isOpen && from.size < this.total) from.grant();
      return;
    }
    const empty = this.#mayChange ? this.#firstEmpty(from) : undefined;
    if (empty !== undefined) empty.grant();
    else if (!this.#mayChange && from.isOpen && from.size < 1) from.grant();
    else if (this.#free() > 0) (this.#neediest() ?? this.#back(from) ?? this.#poorest())?.grant();
  }

  #handOut(): void {
    if (this.#isStopped) return;
    if (this.#mayChange) {
      for (let to = this.#firstEmpty(); to !== undefined; to = this.#firstEmpty()) to.grant();
    }
    for (let free = this.#free(); free > 0; free--) {
      const to = this.#neediest() ?? this.#poorest();
      if (to === undefined) return;
      to.grant();
    }
  }

  /** Decides anew how much there is for each. */
  #divide(): void {
    const brokers = this.#shares.length;
    this.total = Math.max(this.#slots, brokers);
    const isAlone = brokers === 1 && !this.#mayChange;
    this.#startSize = isAlone ? this.total : Math.max(1, Math.floor(this.total / (2 * Math.max(1, brokers))));
  }

  /** Slots that belong to nobody: not in a share, not an orphan's, not set aside for a broker that has none. */
  #free(): number {
    let free = this.total - this.orphans - (this.#mayChange ? 1 : 0);
    for (const share of this.#shares) free -= Math.max(share.size, 1);
    return free;
  }

  #used(): number {
    let used = 0;
    for (const share of this.#shares) used += share.size;
    return used;
  }

  /** A connected broker without any slot, if there is a slot for it. The one that gave it back comes last. */
  #firstEmpty(from?: CreditShare): CreditShare | undefined {
    let empty: CreditShare | undefined;
    for (const share of this.#shares) {
      if (share.isOpen && share.size === 0 && (empty === undefined || empty === from)) empty = share;
    }
    return empty !== undefined && this.#used() < this.total ? empty : undefined;
  }

  #neediest(): CreditShare | undefined {
    let least: CreditShare | undefined;
    for (const share of this.#shares) {
      if (share.wanted > 0 && (least === undefined || share.outstanding < least.outstanding)) least = share;
    }
    return least;
  }

  #back(from: CreditShare): CreditShare | undefined {
    return from.isOpen && (from.isDemanding || from.size < this.#startSize) ? from : undefined;
  }

  #poorest(): CreditShare | undefined {
    let least: CreditShare | undefined;
    for (const share of this.#shares) {
      if (share.isOpen && share.size < this.#startSize && (least === undefined || share.size < least.size))
        least = share;
    }
    return least;
  }
}

/** One broker's part, in numbers of the session that is live there. */
export class CreditShare {
  /** Dispatches allowed since the session began, as CREDIT says it. */
  granted = 0;
  /** Dispatches that came in since the session began. */
  received = 0;
  /** Of these, the ones that are not ended. */
  held = 0;
  /** How many more calls wait at the broker, as far as this worker has not granted for them yet. */
  wanted = 0;
  /** The broker said that calls wait, and has not said otherwise since. */
  isDemanding = false;
  /** The session is live and takes credit. */
  isOpen = false;
  /** `granted` was raised and the broker not told yet. */
  isDirty = false;

  /** What the broker may still send. */
  get outstanding(): number {
    return this.granted - this.received;
  }

  /** Slots that this broker occupies. */
  get size(): number {
    return this.granted - this.received + this.held;
  }

  /** @internal */
  grant(): void {
    this.granted += 1;
    if (this.wanted > 0) this.wanted -= 1;
    this.isDirty = true;
  }

  /** @internal */
  reset(): void {
    this.granted = 0;
    this.received = 0;
    this.held = 0;
    this.wanted = 0;
    this.isDemanding = false;
    this.isOpen = false;
    this.isDirty = false;
  }
}
