import type { AnswerView, Instant, Random } from '@reeve/protocol';
import { isRetryReason } from '@reeve/protocol';
import type { BrokerLink } from './broker-link.ts';
import type { Call } from './call.ts';
import type { ClientCoreOptions } from './client-options.ts';
import type { Ledger } from './ledger.ts';
import type { Failure } from './outcome.ts';
import { failureFrom } from './outcome.ts';
import { RetryBudget } from './retry-budget.ts';

/**
 * Decides what a FAILURE means: the end of the call, or another try.
 *
 * Only what was not executed and could end differently is tried again, within attempts, deadline and budget. A
 * broker that leaves gives back what it did not take; that costs nothing and counts as no attempt. What it took and
 * can finish no more it gives back as well: an idempotent call then goes elsewhere, and that does count.
 */
export class Retries {
  readonly #options: ClientCoreOptions;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #budget: RetryBudget;

  constructor(options: ClientCoreOptions, ledger: Ledger, random: Random) {
    this.#options = options;
    this.#ledger = ledger;
    this.#random = random;
    this.#budget = new RetryBudget({ share: options.retryBudgetShare, floorPerSecond: options.retryBudgetFloor });
  }

  /** Counts a new call, which pays for a part of a retry. */
  deposit(): void {
    this.#budget.deposit();
  }

  /** Pays for one more start of a call. Returns false if the budget does not allow it. */
  pay(now: Instant): boolean {
    if (this.#budget.take(now)) return true;
    this.#ledger.stats.retriesDenied += 1;
    return false;
  }

  /** Takes the FAILURE of a call that was sent over a link. */
  handleFailure(now: Instant, call: Call, link: BrokerLink, view: AnswerView): void {
    const failure = failureFrom(view);
    if (this.#isGivenBack(call, failure)) {
      call.avoid = link;
      // Nothing can prove any more that this attempt has not run.
      call.mayHaveRun = true;
      this.#ledger.stats.resends += 1;
      this.#ledger.requeue(call);
      return;
    }
    if (failure.executed !== 'no' || !isRetryReason(failure.reason)) {
      this.#ledger.fail(call, failure);
      return;
    }
    call.lastFailure = failure;
    call.avoid = link;
    if (failure.reason === 'draining') this.bounce(now, call);
    else if (!this.#retry(now, call, failure)) this.#ledger.fail(call, failure);
  }

  /** A broker that leaves has started the call and lost its worker: as if its session had been lost. */
  #isGivenBack({ route, attempts }: Call, { reason, executed }: Failure): boolean {
    const mayRunAgain = route.idempotent && attempts < this.#options.attempts;
    return reason === 'draining' && executed === 'unknown' && mayRunAgain;
  }

  /** Sends a call elsewhere that is proved not executed: at once the first time, then after a pause. */
  bounce(now: Instant, call: Call): void {
    this.#ledger.stats.takenBack += 1;
    call.attempts -= 1;
    call.bounces += 1;
    if (call.bounces === 1) this.#ledger.requeue(call);
    else this.#ledger.rest(now, call, this.#pauseMs(call.bounces - 2));
  }

  #retry(now: Instant, call: Call, failure: Failure): boolean {
    // On top of the advice, not at least it: those who were told the same time must not come back in one moment.
    const delayMs = (failure.retryAfterMs ?? 0) + this.#pauseMs(call.retries);
    if (call.attempts >= this.#options.attempts || now + delayMs >= call.deadline) return false;
    if (!this.pay(now)) return false;
    call.retries += 1;
    this.#ledger.stats.retries += 1;
    this.#ledger.rest(now, call, delayMs);
    return true;
  }

  /** Full jitter: anything from nothing to a ceiling that doubles each time. */
  #pauseMs(tries: number): number {
    const { retryBaseMs, retryMaxMs } = this.#options;
    return this.#random.unit() * Math.min(retryMaxMs, retryBaseMs * 2 ** tries);
  }
}
