import type { CallParts, Instant } from '@reeve/protocol';
import { DECLARE, ENVELOPE, LIMITS, REQUEST, VERDICTS, announcedMs, writeMap, writeRequest } from '@reeve/protocol';
import type { BrokerChoice } from './broker-choice.ts';
import type { BrokerLink, LiveSession } from './broker-link.ts';
import type { Call } from './call.ts';
import type { Ledger } from './ledger.ts';
import { failureOf } from './outcome.ts';

/**
 * Encodes waiting calls, as late as possible: when everything encoded before has left, and no more than one message
 * per broker at a time. So a transport that is full, or a session that is lost, finds next to nothing of ours in
 * the channel, and what waits can be cancelled or sent elsewhere with the certainty that nobody has seen it.
 */
export class Sender {
  readonly #ledger: Ledger;
  readonly #links: readonly BrokerLink[];
  readonly #choice: BrokerChoice;
  readonly #parts = new Parts();

  constructor(ledger: Ledger, links: readonly BrokerLink[], choice: BrokerChoice) {
    this.#ledger = ledger;
    this.#links = links;
    this.#choice = choice;
  }

  /** Encodes what there is room for. Returns false if there was nothing to do. */
  pump(now: Instant): boolean {
    let didSend = false;
    for (const link of this.#links) if (!link.queue.isEmpty && this.#pumpBound(now, link)) didSend = true;
    for (let call = this.#ledger.queue.first; call !== undefined; call = this.#ledger.queue.first) {
      const link = this.#choice.choose(now, call);
      if (link === undefined) break;
      if (this.#send(now, call, link.session!)) didSend = true;
      else if (this.#choice.isBound(call)) this.#bind(call, link);
      else break;
    }
    return didSend;
  }

  /** Lets go of the calls that were bound to a broker which takes nothing new. */
  release(link: BrokerLink): void {
    link.queue.moveTo(this.#ledger.queue);
  }

  #pumpBound(now: Instant, link: BrokerLink): boolean {
    if (!link.isUsable) {
      this.release(link);
      return false;
    }
    let didSend = false;
    for (let call = link.queue.first; call !== undefined; call = link.queue.first) {
      if (!this.#send(now, call, link.session!)) break;
      didSend = true;
    }
    return didSend;
  }

  /** Moves a call out of the way of those behind it, which may go to other brokers. */
  #bind(call: Call, link: BrokerLink): void {
    call.ring!.remove(call.node);
    link.queue.push(call);
  }

  /** Encodes a call, or settles it as too large. Returns false if it must wait. */
  #send(now: Instant, call: Call, session: LiveSession): boolean {
    const { channel } = session;
    if (call.bodyBytes > session.bodyBytesMax) {
      this.#ledger.fail(call, failureOf(VERDICTS.requestTooLarge));
      return true;
    }
    const isNewRoute = !session.isDeclared(call.route.route);
    if (!session.hasRoom || !this.#fits(call, session, isNewRoute)) return false;
    call.seq = (channel.seqOut + 1) >>> 0;
    if (isNewRoute) {
      writeMap(channel, DECLARE, call.route);
      session.declare(call.route.route);
      // A large body leaves after everything gathered before it, in a message of its own.
      if (call.tail !== undefined) call.seq = (call.seq + 1) >>> 0;
    }
    if (call.tail !== undefined) session.fullSeq = call.seq;
    this.#ledger.markSent(now, call, session);
    writeRequest(channel, call.route.route, this.#parts.of(now, call));
    return true;
  }

  /** Whether the call goes into the message that is being gathered: the number of its message must be known. */
  #fits(call: Call, session: LiveSession, isNewRoute: boolean): boolean {
    const { unsentBytes, seqOut } = session.channel;
    if (unsentBytes === 0) return true;
    if (isNewRoute || call.tail !== undefined || ((session.fullSeq - seqOut) | 0) > 0) return false;
    return unsentBytes + REQUEST_BYTES + call.payload.length <= LIMITS.envelopeBytes;
  }
}

/** What `writeRequest` reads; filled anew for each call, so that none is made per call. */
class Parts implements CallParts {
  call = 0;
  attempt = 0;
  priority = 0;
  remainingMs = 0;
  keyBytes = 0;
  metadataBytes = 0;
  payload: Uint8Array = new Uint8Array(0);
  tail: Uint8Array | undefined = undefined;

  of(now: Instant, call: Call): this {
    this.call = call.number;
    this.attempt = Math.min(call.sends, ATTEMPT_MAX);
    this.priority = call.priority;
    this.remainingMs = announcedMs(call.deadline - now);
    this.keyBytes = call.keyBytes;
    this.metadataBytes = call.metadataBytes;
    this.payload = call.payload;
    this.tail = call.tail;
    return this;
  }
}

/** Of a request without its body: its fields, and the header of a record. */
export const REQUEST_BYTES: number = REQUEST.bytes + ENVELOPE.recordHeaderBytes;
/** One byte on the wire. */
const ATTEMPT_MAX = 255;
