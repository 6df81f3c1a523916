import type { Awaited, Instant, Limits, Offered, OfferedMethod, TimerWheel } from '@reeve/protocol';
import { TimerNode, toHex } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { Counters } from './counters.ts';
import type { Responder } from './responder.ts';
import type { Route } from './route.ts';
import type { TimerOwner } from './timers.ts';

/**
 * Brings together what clients await and what workers offer after the loss of another broker, or of an earlier life of
 * this one.
 *
 * Theory of operation. Two tables by call id, and whichever record comes first waits there for the other: an AWAIT for
 * as long as its client says, an OFFER for `recoverMs`. An OFFER answers an AWAIT and touches nothing else: this broker
 * never had the call, so there is none to end, no key to fill and no worker to free. A worker is believed for calls
 * that it could have been given: of methods that it offers, for callers whose contract fits. A table that is full takes
 * nothing more: the client, which has a clock of its own, then says that nobody knows.
 */
export class RecoveryDesk {
  readonly #limits: Limits;
  readonly #timers: TimerWheel<TimerOwner>;
  readonly #counters: Counters;
  readonly #responder: Responder;
  readonly #awaits = new Map<string, AwaitedCall>();
  readonly #offers = new Map<string, OfferedResult>();
  #offerBytes = 0;

  constructor(limits: Limits, timers: TimerWheel<TimerOwner>, counters: Counters, responder: Responder) {
    this.#limits = limits;
    this.#timers = timers;
    this.#counters = counters;
    this.#responder = responder;
  }

  /** Calls that clients await. */
  get awaits(): number {
    return this.#awaits.size;
  }

  /** Results that nobody has asked for yet. */
  get offers(): number {
    return this.#offers.size;
  }

  /** What these results weigh. */
  get offerBytes(): number {
    return this.#offerBytes;
  }

  /** Takes an AWAIT. One for a call that this broker has itself means nothing. */
  handleAwait(now: Instant, client: ClientSession, route: Route, { call, remainingMs }: Awaited): void {
    const id = callId(client.instance, call);
    const earlier = this.#awaits.get(id);
    if (earlier !== undefined) this.#forgetAwait(earlier);
    if (remainingMs === 0 || client.pending.get(call) !== undefined) return;
    this.#counters.awaits += 1;
    const offer = this.#offers.get(id);
    if (offer !== undefined && fits(route, offer.method)) {
      this.#forgetOffer(offer);
      this.#give(client, offer.offered);
    } else if (this.#awaits.size >= this.#limits.awaitsMax || client.awaits.size >= this.#limits.clientCallsMax) {
      this.#counters.recoveryDrops += 1;
    } else {
      const entry = new AwaitedCall(id, client, route, call);
      this.#awaits.set(id, entry);
      client.awaits.set(call, entry);
      this.#timers.set(entry.timer, now + remainingMs);
    }
  }

  /** Takes an OFFER of a worker for one of its methods. */
  handleOffer(now: Instant, method: OfferedMethod, offered: Offered): void {
    this.#counters.offers += 1;
    const id = callId(offered.instance, offered.call);
    const awaited = this.#awaits.get(id);
    if (awaited === undefined) this.#keep(now, id, method, offered);
    else if (!fits(awaited.route, method)) this.#counters.recoveryDrops += 1;
    else {
      this.#forgetAwait(awaited);
      this.#give(awaited.client, offered);
    }
  }

  /** Forgets what a client that is gone has awaited. */
  leave(client: ClientSession): void {
    for (const awaited of [...client.awaits.values()]) this.#forgetAwait(awaited);
  }

  /** Forgets what has found no match in its time. */
  expire(entry: AwaitedCall | OfferedResult): void {
    this.#counters.recoveryLapses += 1;
    if (entry.kind === 'awaited') this.#forgetAwait(entry);
    else this.#forgetOffer(entry);
  }

  #keep(now: Instant, id: string, method: OfferedMethod, offered: Offered): void {
    // A worker that offers to every session offers again in the next one: the first is as good.
    if (this.#offers.has(id)) return;
    const entry = new OfferedResult(id, method, offered);
    const { offersMax, offerBytesMax, recoverMs } = this.#limits;
    if (this.#offers.size >= offersMax || this.#offerBytes + entry.bytes > offerBytesMax) {
      this.#counters.recoveryDrops += 1;
      return;
    }
    this.#offers.set(id, entry);
    this.#offerBytes += entry.bytes;
    this.#timers.set(entry.timer, now + recoverMs);
  }

  #give(client: ClientSession, offered: Offered): void {
    this.#counters.recovered += 1;
    this.#responder.recover(client, offered);
  }

  #forgetAwait(awaited: AwaitedCall): void {
    this.#timers.clear(awaited.timer);
    this.#awaits.delete(awaited.id);
    awaited.client.awaits.delete(awaited.call);
  }

  #forgetOffer(offer: OfferedResult): void {
    this.#timers.clear(offer.timer);
    this.#offers.delete(offer.id);
    this.#offerBytes -= offer.bytes;
  }
}

/** A call whose broker was lost and whose client waits for its result. */
export class AwaitedCall {
  readonly kind = 'awaited' as const;
  readonly id: string;
  readonly client: ClientSession;
  readonly route: Route;
  readonly call: number;
  readonly timer: TimerNode<TimerOwner> = new TimerNode<TimerOwner>(this);

  constructor(id: string, client: ClientSession, route: Route, call: number) {
    this.id = id;
    this.client = client;
    this.route = route;
    this.call = call;
  }
}

/** A result whose broker was lost and whose client has not asked for it here. */
export class OfferedResult {
  readonly kind = 'offered' as const;
  readonly id: string;
  readonly method: OfferedMethod;
  readonly offered: Offered;
  readonly bytes: number;
  readonly timer: TimerNode<TimerOwner> = new TimerNode<TimerOwner>(this);

  constructor(id: string, method: OfferedMethod, offered: Offered) {
    this.id = id;
    this.method = method;
    this.offered = offered;
    this.bytes = offered.body.length + ENTRY_BYTES;
  }
}

/** Whether a call of the route could have been given to a worker with this method. */
function fits(route: Route, method: OfferedMethod): boolean {
  return route.service.name === method.service && route.fits(method);
}

function callId(instance: Uint8Array, call: number): string {
  return `${toHex(instance)}-${call}`;
}

/** About what an entry takes besides its body. */
const ENTRY_BYTES = 256;
