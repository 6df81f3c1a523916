import type { Instant, Limits } from '@reeve/protocol';

/**
 * How far a broker's shutdown has come.
 *
 *     open ──drain──▶ finishing ──nothing in hand──▶ parting ──all acknowledged──▶ closed
 *                      (at most goawayMs)            (at most farewellMs)
 *
 * Parting waits for the clients' acknowledgements: a reply that was sent but not read is lost with the socket.
 */
export class Farewell {
  state: 'open' | 'finishing' | 'parting' | 'closed' = 'open';
  /** When the present state ends at the latest. */
  endsAt: Instant = Infinity;
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  begin(now: Instant): void {
    this.state = 'finishing';
    this.endsAt = now + this.#limits.goawayMs;
  }

  end(): void {
    this.state = 'closed';
    this.endsAt = Infinity;
  }

  /** Moves on as far as the facts allow. Returns whether the broker is closed now. */
  advance(now: Instant, callsInHand: number, isAcknowledged: () => boolean): boolean {
    if (this.state === 'finishing' && (callsInHand === 0 || now >= this.endsAt)) {
      this.state = 'parting';
      this.endsAt = now + this.#limits.farewellMs;
    }
    if (this.state !== 'parting' || (now < this.endsAt && !isAcknowledged())) return false;
    this.end();
    return true;
  }
}
