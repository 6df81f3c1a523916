import type { Instant } from '@reeve/protocol';
import { VERDICTS } from '@reeve/protocol';
import type { BrokerLink, LiveSession } from './broker-link.ts';
import type { Call } from './call.ts';
import type { ClientCoreOptions } from './client-options.ts';
import type { Ledger } from './ledger.ts';
import { failureOf } from './outcome.ts';
import type { Retries } from './retries.ts';

/**
 * Theory of operation. A session is lost with calls in it. What is known of each decides:
 *
 * | the call                                  | what happens                                                      |
 * | ----------------------------------------- | ----------------------------------------------------------------- |
 * | its message was never given to a transport | queued again, as if it had never been sent                        |
 * | idempotent, attempts left                 | queued again; the lost attempt stays in doubt                     |
 * | idempotent, no attempts left              | ends: broker_lost                                                 |
 * | at most once                              | held: until proof or its result, `recoverMs` or the deadline      |
 *
 * Proof is a REFUSED that names session and call: that message reached a broker which acted on nothing in it. What the
 * transport still held for a lost connection goes to whoever listens there next, before the HELLO of the next session.
 * So once that is answered a REFUSED of the session before proves nothing any more. A proof may also come after an
 * idempotent call was sent again: then its doubt about that attempt goes away.
 *
 * The result of a held call comes as the answer to an AWAIT: its worker has lost the session as well, lets the handler
 * end and offers how it ended. Proof and result cannot both come. An at-most-once call is sent anew only after proof,
 * so at most one of its sends was not refused; who refuses a message dispatches nothing of it, and a worker without
 * the dispatch has nothing to offer. So a call that goes elsewhere after proof is under way once, as before.
 */
export class Recovery {
  readonly #options: ClientCoreOptions;
  readonly #ledger: Ledger;
  readonly #retries: Retries;

  constructor(options: ClientCoreOptions, ledger: Ledger, retries: Retries) {
    this.#options = options;
    this.#ledger = ledger;
    this.#retries = retries;
  }

  /** Takes the calls out of a session that is over. */
  handleLost(now: Instant, link: BrokerLink, session: LiveSession): void {
    // From the youngest on: each one that is queued again goes before those queued already.
    for (const call of [...session.outstanding].reverse()) this.#rescue(now, call, link, session);
  }

  /** Takes the proof that calls of a session were not executed. */
  handleProof(now: Instant, token: number, numbers: readonly number[]): void {
    for (const number of [...numbers].reverse()) {
      const call = this.#ledger.find(number);
      if (call !== undefined) this.#prove(now, call, token);
    }
  }

  /** Takes the news that a message of a session never left: not even an attempt. */
  handleUnsent(now: Instant, token: number, numbers: readonly number[]): void {
    for (const number of numbers) {
      const call = this.#ledger.find(number);
      if (call !== undefined && this.#prove(now, call, token)) call.sends -= 1;
    }
  }

  #rescue(now: Instant, call: Call, link: BrokerLink, session: LiveSession): void {
    if (session.isUnsent(call)) {
      call.sends -= 1;
      call.attempts -= 1;
      this.#ledger.requeue(call);
    } else if (!call.route.idempotent) {
      this.#ledger.hold(now, call, link);
    } else if (call.attempts >= this.#options.attempts) {
      this.#ledger.fail(call, failureOf(VERDICTS.brokerLost));
    } else {
      call.doubts = [...call.doubts, session.token];
      this.#ledger.stats.resends += 1;
      this.#ledger.requeue(call);
    }
  }

  #prove(now: Instant, call: Call, token: number): boolean {
    if (call.session?.token === token && (call.state === 'sent' || call.state === 'held')) {
      this.#retries.bounce(now, call);
      return true;
    }
    if (!call.doubts.includes(token)) return false;
    call.doubts = call.doubts.filter((doubt) => doubt !== token);
    call.attempts -= 1;
    return true;
  }
}
