import { allocate, copyOut } from './bytes.ts';
import { DelayMeter } from './delay-meter.ts';
import type { EnvelopeReader } from './envelope.ts';
import { ENVELOPE, writeEnvelopeHeader, writeRecordHeader } from './envelope.ts';
import { Fifo } from './fifo.ts';
import { LIMITS } from './limits.ts';
import type { Outbox } from './outbox.ts';
import { NO_SEQ, nextSeq, seqDistance } from './sequence.ts';
import type { Instant, PeerId, Transmit } from './session.ts';

/**
 * One side of a session: numbers what goes out, checks the numbers of what comes in, keeps the window, and gathers
 * the records for the peer so that all of one turn leave as one message.
 *
 * Theory of operation. `reserve` appends a record to the open envelope; an envelope that is full, or that has got a
 * large body, is sealed and the next one opened. `poll` gives the oldest envelope its header and hands it out, unless
 * the window is full: then the rest stays here, where it can still be taken back. A message without records
 * acknowledges; it is exempt from the window, else two full windows would wait for each other for ever, and nobody
 * owes an acknowledgement for it, else two small windows would answer each other for ever.
 */
export class Channel {
  readonly peer: PeerId;
  readonly session: number;
  /** Where the record that was reserved last is to be written. Good until the next call. */
  buffer: Uint8Array = NO_BUFFER;
  heardAt: Instant;
  sentAt: Instant;
  /** Delay of the message accepted last, in ms beyond the quickest of the last minute. */
  delayMs = 0;
  /** Set while the transport has no room: nothing is handed out before. */
  pausedUntil: Instant = -Infinity;
  /** Whether the outbox has this channel in its list. */
  isListed = false;

  readonly #outbox: Outbox;
  readonly #windowBytes: number;
  readonly #meter = new DelayMeter();
  #used = 0;
  #tail: Uint8Array | undefined;
  readonly #sealed = new Fifo<Sealed>();
  #sealedBytes = 0;
  #held: Transmit | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  /** Envelopes with records that were handed out, and those of them that the peer has acknowledged. */
  #taken = 0;
  #acknowledged = 0;
  #seqOut: number = NO_SEQ;
  #seqAcked: number = NO_SEQ;
  #flightBytes = 0;
  readonly #flight = new Fifo<number>();
  #seqIn: number = NO_SEQ;
  #unacknowledgedBytes = 0;
  #owesAck = false;

  constructor(outbox: Outbox, peer: PeerId, session: number, now: Instant, windowBytes: number = LIMITS.windowBytes) {
    this.#outbox = outbox;
    this.peer = peer;
    this.session = session;
    this.#windowBytes = windowBytes;
    this.heardAt = now;
    this.sentAt = now;
  }

  /** Bytes gathered and not handed out. */
  get unsentBytes(): number {
    return this.#sealedBytes + this.#openBytes;
  }

  /** Whether the peer, or the transport, must catch up before more is worth gathering. */
  get isBlocked(): boolean {
    return this.#flightBytes + this.unsentBytes >= this.#windowBytes || this.#held !== undefined;
  }

  /** Number of the last message handed out. */
  get seqOut(): number {
    return this.#seqOut;
  }

  /** Number of the last message that was accepted. */
  get seqIn(): number {
    return this.#seqIn;
  }

  /** Which of the envelopes with records the last reserved record is in, counted from the first of the session. */
  get envelope(): number {
    return this.#taken + this.#sealed.size + (this.#used > 0 ? 1 : 0);
  }

  /** Whether an envelope was never given to the transport, or given back by it. */
  isUnsent(envelope: number): boolean {
    const isHeld = this.#held !== undefined && this.#held.frames[0]!.length > ENVELOPE.headerBytes;
    return envelope > (isHeld ? this.#taken - 1 : this.#taken);
  }

  /** Whether the peer has acknowledged an envelope: it was read. Can be asked when the session is over, too. */
  isAcknowledged(envelope: number): boolean {
    return envelope <= this.#acknowledged;
  }

  /** Whether the peer has acknowledged everything that was handed out, and nothing is left. */
  get isSettled(): boolean {
    return this.#flight.size === 0 && this.unsentBytes === 0 && this.#held === undefined;
  }

  /** Makes room for a record. Returns where in `buffer` to write its payload: every byte of it. */
  reserve(type: number, flags: number, payloadBytes: number): number {
    const recordBytes = ENVELOPE.recordHeaderBytes + payloadBytes;
    if (this.#used > 0 && (this.#tail !== undefined || this.#used + recordBytes > LIMITS.envelopeBytes)) {
      this.#seal();
      this.#outbox.listFull(this);
    }
    if (this.#used === 0) {
      this.buffer = this.#outbox.takeScratch(ENVELOPE.headerBytes + recordBytes);
      this.#used = ENVELOPE.headerBytes;
    } else if (this.#used + recordBytes > this.buffer.length) {
      this.#grow(this.#used + recordBytes);
    }
    const at = writeRecordHeader(this.buffer, this.#used, type, flags, payloadBytes);
    this.#used += recordBytes;
    if (!this.isListed) this.#outbox.list(this);
    return at;
  }

  /** Like `reserve` for a record whose body leaves as the second frame. What was gathered before goes first. */
  reserveWithTail(type: number, flags: number, payloadBytes: number, tail: Uint8Array): number {
    if (this.#used > 0) this.#seal();
    const at = this.reserve(type, flags, payloadBytes);
    this.#tail = tail;
    return at;
  }

  /** Takes in the header of a message. Says whether its records are to be read. */
  accept(now: Instant, reader: EnvelopeReader): Acceptance {
    const ahead = seqDistance(reader.seq, this.#seqIn);
    if (ahead < 1) return 'duplicate';
    if (ahead > 1) return 'gap';
    if (!this.#acknowledge(reader.ack)) return 'gap';
    this.#seqIn = reader.seq;
    this.heardAt = now;
    this.delayMs = this.#meter.measure(now, reader.sentAt);
    if (reader.bytes.length > ENVELOPE.headerBytes) this.#unacknowledgedBytes += reader.messageBytes;
    if (this.#unacknowledgedBytes * ACK_SHARE >= this.#windowBytes) this.acknowledgeSoon();
    return 'ok';
  }

  /** Acknowledges at the next opportunity, with a message of its own if there is nothing else to send. */
  acknowledgeSoon(): void {
    if (this.#owesAck) return;
    this.#owesAck = true;
    if (!this.isListed) this.#outbox.list(this);
  }

  /** Hands out the next message, or `undefined` if there is none or it must wait. */
  poll(now: Instant): Transmit | undefined {
    if (now < this.pausedUntil) return undefined;
    if (this.#held !== undefined) {
      const held = this.#held;
      this.#held = undefined;
      return held;
    }
    const next = this.#flightIsFull() ? undefined : this.#takeNext();
    if (next === undefined && !this.#owesAck) return undefined;
    const bytes = next?.bytes ?? allocate(ENVELOPE.headerBytes);
    return this.#stamp(now, bytes, next?.tail);
  }

  /** Hands out the next message if it is full and may leave. Those with less wait for `poll`. */
  pollFull(now: Instant): Transmit | undefined {
    return this.#sealed.size === 0 || this.#held !== undefined ? undefined : this.poll(now);
  }

  /** Takes back what the transport had no room for. Waits longer each time, until the peer is heard again. */
  pause(now: Instant, transmit: Transmit): void {
    this.#held = transmit;
    this.pausedUntil = now + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    if (!this.isListed) this.#outbox.list(this);
  }

  /** Gives back what it has borrowed. The channel must not be used afterwards. */
  close(): void {
    if (this.#used > 0) this.#outbox.giveScratch(this.buffer);
    this.buffer = NO_BUFFER;
    this.#used = 0;
    this.#outbox.unlist(this);
  }

  get #openBytes(): number {
    return this.#used + (this.#tail?.length ?? 0);
  }

  #acknowledge(ack: number): boolean {
    const news = seqDistance(ack, this.#seqAcked);
    if (news === 0) return true;
    if (news < 0 || news > this.#flight.size) return false;
    for (let i = 0; i < news; i++) {
      const bytes = this.#flight.shift()!;
      this.#flightBytes -= bytes;
      // Those without records count as nothing.
      if (bytes > 0) this.#acknowledged += 1;
    }
    this.#seqAcked = ack;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (this.pausedUntil !== -Infinity) {
      this.pausedUntil = -Infinity;
      this.#outbox.resume(this);
    }
    if (!this.isListed && (this.unsentBytes > 0 || this.#held !== undefined)) this.#outbox.list(this);
    return true;
  }

  #flightIsFull(): boolean {
    // Less than a quarter is acknowledged by nobody who has nothing to say: to wait for that could be to wait for ever.
    if (this.#flightBytes * ACK_SHARE < this.#windowBytes) return false;
    const sealed = this.#sealed.peek();
    const nextBytes = sealed === undefined ? this.#openBytes : sealed.bytes.length + (sealed.tail?.length ?? 0);
    return this.#flightBytes + nextBytes > this.#windowBytes;
  }

  #grow(bytes: number): void {
    const larger = this.#outbox.takeScratch(bytes);
    larger.set(this.buffer.subarray(0, this.#used));
    this.#outbox.giveScratch(this.buffer);
    this.buffer = larger;
  }

  #takeNext(): Sealed | undefined {
    if (this.#sealed.size === 0 && this.#used > 0) this.#seal();
    const sealed = this.#sealed.shift();
    if (sealed === undefined) return undefined;
    this.#taken += 1;
    this.#sealedBytes -= sealed.bytes.length + (sealed.tail?.length ?? 0);
    return sealed;
  }

  #seal(): void {
    const bytes = copyOut(this.buffer, 0, this.#used);
    this.#outbox.giveScratch(this.buffer);
    this.buffer = NO_BUFFER;
    this.#sealed.push({ bytes, tail: this.#tail });
    this.#sealedBytes += bytes.length + (this.#tail?.length ?? 0);
    this.#used = 0;
    this.#tail = undefined;
  }

  #stamp(now: Instant, bytes: Uint8Array, tail: Uint8Array | undefined): Transmit {
    this.#seqOut = nextSeq(this.#seqOut);
    writeEnvelopeHeader(bytes, {
      session: this.session,
      seq: this.#seqOut,
      ack: this.#seqIn,
      sentAt: Math.floor(now) >>> 0,
    });
    const size = bytes.length === ENVELOPE.headerBytes ? 0 : bytes.length + (tail?.length ?? 0);
    this.#flight.push(size);
    this.#flightBytes += size;
    this.#owesAck = false;
    this.#unacknowledgedBytes = 0;
    this.sentAt = now;
    return { peer: this.peer, frames: tail === undefined ? [bytes] : [bytes, tail] };
  }
}

/** What became of a message's number: expected, seen before, or one is missing and the session must end. */
export type Acceptance = 'ok' | 'duplicate' | 'gap';

/** An envelope that only lacks its header. */
interface Sealed {
  readonly bytes: Uint8Array;
  readonly tail: Uint8Array | undefined;
}

/** One part in so many of the window is acknowledged by a message of its own, if there is nothing else to send. */
const ACK_SHARE = 4;
const NO_BUFFER: Uint8Array = new Uint8Array(0);
/** A full transport is tried again after 1 ms, then twice as long each time: it drains at once or is stuck. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;
