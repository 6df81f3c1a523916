import type { Instant } from '@reeve/protocol';
import { CANCEL, HEDGE, writeNumber } from '@reeve/protocol';
import type { BrokerLink } from './broker-link.ts';
import type { Call } from './call.ts';
import type { ClientCoreOptions } from './client-options.ts';
import type { Ledger } from './ledger.ts';
import { LATE_MS } from './ledger.ts';
import type { Retries } from './retries.ts';

/**
 * What is done for an idempotent call whose answer is late, if its caller has asked for it.
 *
 * A hedge asks the broker that has the call to start it on a second worker too: only that broker knows which worker the
 * first one is. An attempt that has taken too long is cancelled and the call is sent again, elsewhere if it can be.
 * Both are paid for by the budget of retries: when everything is slow, asking for more of it makes nothing faster.
 *
 * The next attempt has the number of the one before. In another session that one's answer is told apart and dropped; in
 * the same session it may already be on its way and is then taken for the answer to the next. That does no harm: it is
 * an answer to this call, whose method may be started twice, and what it says of `executed` is read with the doubt.
 */
export class Patience {
  readonly #options: ClientCoreOptions;
  readonly #ledger: Ledger;
  readonly #retries: Retries;
  readonly #links: readonly BrokerLink[];

  constructor(options: ClientCoreOptions, ledger: Ledger, retries: Retries, links: readonly BrokerLink[]) {
    this.#options = options;
    this.#ledger = ledger;
    this.#retries = retries;
    this.#links = links;
  }

  /** Looks at a call that was sent and not answered for some time. */
  handleLate(now: Instant, call: Call): void {
    // The answer may lie unread because our own loop stood still: one more tick lets it be read first.
    if (now - Math.min(call.hedgeAt, call.attemptUntil) > LATE_MS) {
      call.hedgeAt = Math.max(call.hedgeAt, now + 1);
      call.attemptUntil = Math.max(call.attemptUntil, now + 1);
      return this.#ledger.watchSent(call);
    }
    if (now >= call.hedgeAt) this.#hedge(now, call);
    if (now >= call.attemptUntil && this.#giveUpAttempt(now, call)) return;
    this.#ledger.watchSent(call);
  }

  #hedge(now: Instant, call: Call): void {
    call.hedgeAt = Infinity;
    if (!this.#retries.pay(now)) return;
    this.#ledger.stats.hedges += 1;
    writeNumber(call.session!.channel, HEDGE, call.number);
  }

  /** Returns whether the call is to be sent again. */
  #giveUpAttempt(now: Instant, call: Call): boolean {
    call.attemptUntil = Infinity;
    if (call.attempts >= this.#options.attempts) return false;
    if (!this.#links.some((link) => link.isUsable)) {
      // A broker that leaves still finishes what it has, and nobody else would take the call now.
      call.attemptUntil = now + call.attemptTimeoutMs!;
      return false;
    }
    if (!this.#retries.pay(now)) return false;
    this.#ledger.stats.attemptTimeouts += 1;
    const session = call.session!;
    // The broker reads this before the next REQUEST with the same number, which it would else take for a repetition.
    writeNumber(session.channel, CANCEL, call.number);
    call.avoid = this.#links.find((link) => link.session === session);
    call.doubts = [...call.doubts, session.token];
    this.#ledger.requeue(call);
    return true;
  }
}
