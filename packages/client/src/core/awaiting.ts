import type { Instant } from '@reeve/protocol';
import { DECLARE, writeAwait, writeMap } from '@reeve/protocol';
import type { BrokerLink, LiveSession } from './broker-link.ts';
import type { Call } from './call.ts';

/**
 * Asks all brokers for the results of held calls. A worker whose broker was lost offers them wherever it is connected.
 *
 * Theory of operation. While a call is held every live session has been asked for it: those that were live when it
 * began, and each one that begins later. So an answer in any live session is one to the AWAIT. Once it is no longer
 * held, every session is told before anything else of the call goes there.
 */
export class Awaiting {
  readonly #links: readonly BrokerLink[];

  constructor(links: readonly BrokerLink[]) {
    this.#links = links;
  }

  /** Asks in every live session for a call that begins to be held. */
  ask(now: Instant, call: Call): void {
    for (const { session } of this.#links) if (session !== undefined) say(session, call, call.wakesAt - now);
  }

  /** Asks in a session that begins for every call that is held. */
  askAll(now: Instant, session: LiveSession): void {
    for (const { held } of this.#links) for (const call of held) say(session, call, call.wakesAt - now);
  }

  /** Takes it back: the call is over, or goes out anew. */
  withdraw(call: Call): void {
    for (const { session } of this.#links) if (session !== undefined) say(session, call, 0);
  }
}

function say(session: LiveSession, { number, route }: Call, remainingMs: number): void {
  const { channel } = session;
  if (!session.isDeclared(route.route)) {
    writeMap(channel, DECLARE, route);
    session.declare(route.route);
  }
  writeAwait(channel, { call: number, route: route.route, remainingMs: Math.max(0, remainingMs) });
}
