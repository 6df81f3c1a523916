import { Ring, RingNode } from '@reeve/protocol';

/**
 * Calls that wait for the same workers: clients take turns, and each client's calls are in order of priority, then of
 * arrival.
 *
 * Theory of operation. Deficit round robin. Clients with calls stand in a circle. The client at its front is served for
 * as long as its credit covers its next call; one whose credit does not is given another unit and goes to the back. So
 * the front can always be served, and looking at it changes nothing. A client that comes starts with one unit, which
 * covers a small call, and what it has not used when its last call leaves is lost: nobody gains by coming and going, or
 * saves up while away. Nobody is ever in debt, so nothing is kept of a client that has no calls.
 *
 * A call costs a unit for itself and one for each whole 64 KiB of its body, so a turn of the circle is a small call of
 * each. A client with a large call waits for as many turns as it costs; the steps through the circle that this takes
 * are paid by the bytes that are then moved. Priority decides between calls of one client only.
 *
 * After Shreedhar and Varghese, "Efficient Fair Queuing using Deficit Round Robin" (1996).
 */
export class FairQueue<Client, Call extends FairCall<Client, Call>> {
  readonly #circle = new Ring<Share<Client, Call>>();
  readonly #shares = new Map<Client, Share<Client, Call>>();
  /** Shares of clients that left, for the next ones: most clients have one call waiting, and come and go with it. */
  readonly #spare: Share<Client, Call>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many clients have calls here. */
  get clients(): number {
    return this.#circle.size;
  }

  /** How many calls of a client wait here. */
  sizeOf(client: Client): number {
    return this.#shares.get(client)?.size ?? 0;
  }

  /** The call whose turn it is. */
  get first(): Call | undefined {
    return this.#circle.first?.first;
  }

  /** Adds a call at its place. One that comes back stands where it stood. */
  add(call: Call): void {
    const share = this.#shares.get(call.client) ?? this.#admit(call.client);
    share.add(call);
    this.#size += 1;
    // It may be a client at the front whose next call is now another one, which costs more.
    this.#settle();
  }

  /** Takes out a call that waits no more. Its client is not charged. */
  remove(call: Call): void {
    const share = this.#shares.get(call.client)!;
    share.remove(call);
    this.#size -= 1;
    if (share.size === 0) this.#dismiss(share);
    this.#settle();
  }

  /** Takes out the first call, to be served, and charges its client. */
  take(): Call | undefined {
    const share = this.#circle.first;
    if (share === undefined) return undefined;
    const call = share.first!;
    share.credit -= costOf(call);
    this.remove(call);
    return call;
  }

  /** All calls, client by client. */
  *[Symbol.iterator](): IterableIterator<Call> {
    for (const share of this.#circle) yield* share;
  }

  /** Moves the circle on to a client that can be served. */
  #settle(): void {
    for (let share = this.#circle.first; share !== undefined; share = this.#circle.first) {
      if (share.credit >= costOf(share.first!)) return;
      share.credit += QUANTUM;
      this.#circle.remove(share.turn);
      this.#circle.push(share.turn);
    }
  }

  #admit(client: Client): Share<Client, Call> {
    const share = this.#spare.pop() ?? new Share<Client, Call>();
    share.client = client;
    share.credit = QUANTUM;
    this.#shares.set(client, share);
    this.#circle.push(share.turn);
    return share;
  }

  #dismiss(share: Share<Client, Call>): void {
    this.#shares.delete(share.client!);
    this.#circle.remove(share.turn);
    share.client = undefined;
    if (this.#spare.length < SPARE_MAX) this.#spare.push(share);
  }
}

/** What the queue needs to know of a call. */
export interface FairCall<Client, Call> {
  readonly client: Client;
  /** 0 is served first, 3 last. */
  readonly priority: number;
  /** Its number in the order of arrival. */
  readonly arrival: number;
  readonly queuedBytes: number;
  readonly place: RingNode<Call>;
}

/** What serving a call takes from its client's credit. */
export function costOf(call: { readonly queuedBytes: number }): number {
  return 1 + Math.floor(call.queuedBytes / BYTES_PER_UNIT);
}

/** One client's calls and its credit. */
class Share<Client, Call extends FairCall<Client, Call>> {
  client: Client | undefined;
  credit = 0;
  size = 0;
  readonly turn: RingNode<Share<Client, Call>> = new RingNode<Share<Client, Call>>(this);
  /** By priority; made when the first call of one comes. */
  readonly #lists: (Ring<Call> | undefined)[] = [undefined, undefined, undefined, undefined];

  get first(): Call | undefined {
    for (const list of this.#lists) if (list !== undefined && list.size > 0) return list.first;
    return undefined;
  }

  add(call: Call): void {
    const list = (this.#lists[call.priority] ??= new Ring<Call>());
    this.size += 1;
    if (list.size === 0 || list.last!.arrival < call.arrival) return list.push(call.place);
    // Only calls that come back are not the last. They are older than most, so the walk from the front is short.
    for (const waiting of list) if (waiting.arrival > call.arrival) return list.insert(call.place, waiting.place);
  }

  remove(call: Call): void {
    this.#lists[call.priority]!.remove(call.place);
    this.size -= 1;
  }

  *[Symbol.iterator](): IterableIterator<Call> {
    for (const list of this.#lists) if (list !== undefined) yield* list;
  }
}

/** A small call: clients with nothing but small calls are served one each in turn. */
const QUANTUM = 1;
/** An envelope's worth: from here on the bytes of a body cost a broker more than the call itself. */
const BYTES_PER_UNIT = 65_536;
/** As many clients as commonly wait in one queue at a time. */
const SPARE_MAX = 64;
