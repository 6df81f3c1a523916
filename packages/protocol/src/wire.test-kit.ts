import { concat } from './bytes.test-kit.ts';
import { Channel } from './channel.ts';
import type { Acceptance } from './channel.ts';
import type { Malformed } from './envelope.ts';
import { ENVELOPE, EnvelopeReader, writeEnvelopeHeader, writeRecordHeader } from './envelope.ts';
import { Outbox } from './outbox.ts';
import type { Transmit } from './session.ts';

/** A record as raw bytes, right or wrong. */
export interface RawRecord {
  readonly type: number;
  readonly flags?: number;
  readonly payload?: Uint8Array;
  /** Length to claim. Default: the true one. */
  readonly length?: number;
}

/** Makes the frame of an envelope byte by byte, without a channel. */
export function envelope(records: readonly RawRecord[], header: Partial<Header> = {}): Uint8Array {
  const head = new Uint8Array(ENVELOPE.headerBytes);
  writeEnvelopeHeader(head, { session: 1, seq: 1, ack: 0, sentAt: 0, ...header });
  return concat(head, ...records.map(recordBytes));
}

/** Reads one message. Throws if it is malformed: for messages that a test itself made. */
export function readEnvelope(frames: readonly Uint8Array[]): EnvelopeReader {
  const reader = new EnvelopeReader();
  const fault: Malformed | undefined = reader.reset(frames);
  if (fault !== undefined) throw new Error(fault.why);
  return reader;
}

/** Reads one message and steps to its first record. */
export function firstRecord(frames: readonly Uint8Array[]): EnvelopeReader {
  const reader = readEnvelope(frames);
  if (!reader.next()) throw new Error('the message has no record');
  return reader;
}

/** The records of a message as `type:payload length`, in order. */
export function recordTypes(frames: readonly Uint8Array[]): number[] {
  const reader = readEnvelope(frames);
  const types: number[] = [];
  while (reader.next()) types.push(reader.type);
  return types;
}

/** Both sides of one session, with nothing but the test in between. */
export class ChannelPair {
  readonly a: Side;
  readonly b: Side;

  constructor(windowBytes?: number) {
    this.a = new Side(windowBytes);
    this.b = new Side(windowBytes);
  }

  /** Carries everything both ways until neither has anything to say. Returns how many messages that took. */
  settle(now: number = 0): number {
    for (let messages = 0; ; messages++) {
      if (messages > MESSAGES_MAX) throw new Error('the two sides never fall silent');
      const fromA = this.a.poll(now);
      if (fromA !== undefined) this.b.take(fromA, now);
      const fromB = this.b.poll(now);
      if (fromB !== undefined) this.a.take(fromB, now);
      if (fromA === undefined && fromB === undefined) return messages;
    }
  }
}

/** One side of a session. */
export class Side {
  readonly outbox: Outbox = new Outbox();
  readonly channel: Channel;
  /** Payload sizes of the records that were received in order, as they came. */
  readonly received: { readonly type: number; readonly payload: Uint8Array; readonly tail: Uint8Array | undefined }[] =
    [];

  constructor(windowBytes?: number, peer: number = 1) {
    this.channel = new Channel(this.outbox, peer, 77, 0, windowBytes);
  }

  /** Appends a record of `bytes` zeros, or of the given bytes. */
  write(payload: number | Uint8Array = 0, type: number = 26): void {
    const bytes = typeof payload === 'number' ? new Uint8Array(payload) : payload;
    const at = this.channel.reserve(type, 0, bytes.length);
    this.channel.buffer.set(bytes, at);
  }

  writeWithTail(tail: Uint8Array, type: number = 18): void {
    this.channel.reserveWithTail(type, 2, 0, tail);
  }

  poll(now: number = 0): Transmit | undefined {
    return this.outbox.poll(now);
  }

  /** Everything that leaves now. */
  drain(now: number = 0): Transmit[] {
    const all: Transmit[] = [];
    for (let t = this.poll(now); t !== undefined; t = this.poll(now)) all.push(t);
    return all;
  }

  take(transmit: Transmit, now: number = 0): Acceptance {
    const reader = readEnvelope(transmit.frames);
    const acceptance = this.channel.accept(now, reader);
    while (acceptance === 'ok' && reader.next()) {
      const payload = reader.bytes.slice(reader.start, reader.end);
      const hasTail = (reader.flags & 2) !== 0;
      this.received.push({ type: reader.type, payload, tail: hasTail ? reader.tail : undefined });
    }
    return acceptance;
  }
}

interface Header {
  readonly session: number;
  readonly seq: number;
  readonly ack: number;
  readonly sentAt: number;
}

function recordBytes({ type, flags = 0, payload = new Uint8Array(0), length = payload.length }: RawRecord): Uint8Array {
  const bytes = new Uint8Array(ENVELOPE.recordHeaderBytes + payload.length);
  bytes.set(payload, writeRecordHeader(bytes, 0, type, flags, length));
  return bytes;
}

const MESSAGES_MAX = 100_000;
