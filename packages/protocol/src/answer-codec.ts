import { copyRange, readU16, readU32, readU53, writeU16, writeU32, writeU53 } from './bytes.ts';
import type { Channel } from './channel.ts';
import type { Code } from './codes.ts';
import { codeFromNumber, codeNumber } from './codes.ts';
import type { EnvelopeReader } from './envelope.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import type { FixedRecord } from './record-definition.ts';
import { FAILURE, PARTIAL, REPLY } from './records.ts';
import type { Executed, Verdict } from './verdicts.ts';
import { EXECUTED } from './verdicts.ts';
import { encodeValue } from './values.ts';

/** A REPLY, FAILURE or PARTIAL, read in place. One view is made per role and filled for each record. */
export class AnswerView {
  /** The frame that the body lies in. Good only while the message is handled. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Dispatch id from a worker, call number from a broker. */
  id = 0;
  starts = 0;
  bodyStart = 0;
  bodyEnd = 0;
  /** Whether the body is a frame of its own, which may be passed on without a copy. */
  hasTail = false;

  /** REPLY only. */
  fingerprint = 0;

  /** FAILURE only: numbers as they are on the wire, and what they mean. */
  code = 0;
  reason = 0;
  executed: Executed = 'unknown';
  retryAfterMs = 0;

  get codeName(): Code {
    return codeFromNumber(this.code);
  }

  /** The body, as a view into its frame. */
  get body(): Uint8Array {
    return this.hasTail ? this.bytes : this.bytes.subarray(this.bodyStart, this.bodyEnd);
  }

  /** Reads the record that the reader stands at. Returns false if its lengths do not agree. */
  readReply(reader: EnvelopeReader): boolean {
    if (reader.end - reader.start < REPLY.bytes) return false;
    const { bytes, start } = reader;
    this.id = readU53(bytes, start + REPLY.at.id);
    this.fingerprint = readU16(bytes, start + REPLY.at.fingerprint);
    this.starts = bytes[start + REPLY.at.starts]!;
    return this.#readBody(reader, REPLY, readU32(bytes, start + REPLY.at.bodyBytes));
  }

  /** Reads the record that the reader stands at. Returns false if its lengths do not agree. */
  readFailure(reader: EnvelopeReader): boolean {
    if (reader.end - reader.start < FAILURE.bytes) return false;
    const { bytes, start } = reader;
    this.id = readU53(bytes, start + FAILURE.at.id);
    this.code = bytes[start + FAILURE.at.code]!;
    this.reason = bytes[start + FAILURE.at.reason]!;
    this.executed = EXECUTED[bytes[start + FAILURE.at.executed]!] ?? 'unknown';
    this.starts = bytes[start + FAILURE.at.starts]!;
    this.retryAfterMs = readU32(bytes, start + FAILURE.at.retryAfterMs);
    return this.#readBody(reader, FAILURE, readU32(bytes, start + FAILURE.at.bodyBytes));
  }

  /** Reads the record that the reader stands at. Returns false if its lengths do not agree. */
  readPartial(reader: EnvelopeReader): boolean {
    if (reader.end - reader.start < PARTIAL.bytes) return false;
    const { bytes, start } = reader;
    this.id = readU53(bytes, start + PARTIAL.at.id);
    return this.#readBody(reader, PARTIAL, readU32(bytes, start + PARTIAL.at.bodyBytes));
  }

  #readBody(reader: EnvelopeReader, record: FixedRecord<'bodyBytes'>, inlineBytes: number): boolean {
    this.bytes = reader.bytes;
    this.bodyStart = reader.start + record.bytes;
    this.bodyEnd = this.bodyStart + inlineBytes;
    this.hasTail = (reader.flags & RECORD_FLAGS.bodyInNextFrame) !== 0;
    if (!this.hasTail) return this.bodyEnd <= reader.end;
    if (reader.tail === undefined || inlineBytes !== 0 || reader.end !== reader.bytes.length) return false;
    this.bytes = reader.tail;
    this.bodyStart = 0;
    this.bodyEnd = reader.tail.length;
    return true;
  }
}

/** Appends a REPLY with a body of its own. */
export function writeReply(channel: Channel, id: number, fingerprint: number, starts: number, body: Uint8Array): void {
  const at = reserveAnswer(channel, REPLY, body);
  writeReplyHead(channel.buffer, at, id, fingerprint, starts, body.length > LIMITS.largeBodyBytes ? 0 : body.length);
  if (body.length <= LIMITS.largeBodyBytes) copyRange(body, 0, body.length, channel.buffer, at + REPLY.bytes);
}

/** Appends a REPLY that was read from another channel, without touching its body. */
export function forwardReply(channel: Channel, id: number, starts: number, from: AnswerView): void {
  if (from.hasTail) {
    const at = channel.reserveWithTail(REPLY.type, TAIL_FLAGS, REPLY.bytes, from.bytes);
    writeReplyHead(channel.buffer, at, id, from.fingerprint, starts, 0);
    return;
  }
  const bodyBytes = from.bodyEnd - from.bodyStart;
  const at = channel.reserve(REPLY.type, PLAIN_FLAGS, REPLY.bytes + bodyBytes);
  writeReplyHead(channel.buffer, at, id, from.fingerprint, starts, bodyBytes);
  copyRange(from.bytes, from.bodyStart, from.bodyEnd, channel.buffer, at + REPLY.bytes);
}

/** Appends a PARTIAL. */
export function writePartial(channel: Channel, id: number, body: Uint8Array): void {
  const isInline = body.length <= LIMITS.largeBodyBytes;
  const at = isInline
    ? channel.reserve(PARTIAL.type, 0, PARTIAL.bytes + body.length)
    : channel.reserveWithTail(PARTIAL.type, RECORD_FLAGS.bodyInNextFrame, PARTIAL.bytes, body);
  writeU53(channel.buffer, at + PARTIAL.at.id, id);
  writeU32(channel.buffer, at + PARTIAL.at.bodyBytes, isInline ? body.length : 0);
  if (isInline) copyRange(body, 0, body.length, channel.buffer, at + PARTIAL.bytes);
}

/** What a FAILURE says besides its detail. */
export interface FailureHead {
  readonly id: number;
  /** Numbers as they are on the wire. */
  readonly code: number;
  readonly reason: number;
  readonly executed: Executed;
  readonly starts: number;
  readonly retryAfterMs: number;
}

/** Appends a FAILURE. The detail is a MessagePack map, see `encodeDetail`. */
export function writeFailure(channel: Channel, head: FailureHead, detail: Uint8Array): void {
  const at = reserveAnswer(channel, FAILURE, detail);
  const { buffer } = channel;
  const isInline = detail.length <= LIMITS.largeBodyBytes;
  writeU53(buffer, at + FAILURE.at.id, head.id);
  buffer[at + FAILURE.at.code] = head.code;
  buffer[at + FAILURE.at.reason] = head.reason;
  buffer[at + FAILURE.at.executed] = EXECUTED.indexOf(head.executed);
  buffer[at + FAILURE.at.starts] = head.starts;
  writeU32(buffer, at + FAILURE.at.retryAfterMs, head.retryAfterMs);
  writeU32(buffer, at + FAILURE.at.bodyBytes, isInline ? detail.length : 0);
  if (isInline) copyRange(detail, 0, detail.length, buffer, at + FAILURE.bytes);
}

/** The head of a FAILURE for a row of the table of verdicts. */
export function failureHead(verdict: Verdict, id: number, starts: number = 0, retryAfterMs: number = 0): FailureHead {
  const { number, code, executed } = verdict;
  return { id, code: codeNumber(code), reason: number, executed, starts, retryAfterMs: Math.ceil(retryAfterMs) };
}

/** What a FAILURE carries for people, and for a declared error. */
export interface FailureDetail {
  readonly message?: string;
  readonly declared?: string;
  /** Lowered data of the declared error. */
  readonly data?: unknown;
}

export function encodeDetail(detail: FailureDetail): Uint8Array {
  return encodeValue(detail);
}

function reserveAnswer(channel: Channel, record: FixedRecord, body: Uint8Array): number {
  if (body.length <= LIMITS.largeBodyBytes)
    return channel.reserve(record.type, PLAIN_FLAGS, record.bytes + body.length);
  return channel.reserveWithTail(record.type, TAIL_FLAGS, record.bytes, body);
}

function writeReplyHead(
  buffer: Uint8Array,
  at: number,
  id: number,
  fingerprint: number,
  starts: number,
  bodyBytes: number,
): void {
  writeU53(buffer, at + REPLY.at.id, id);
  writeU16(buffer, at + REPLY.at.fingerprint, fingerprint);
  buffer[at + REPLY.at.starts] = starts;
  buffer[at + REPLY.at.reserved] = 0;
  writeU32(buffer, at + REPLY.at.bodyBytes, bodyBytes);
}

const PLAIN_FLAGS: number = RECORD_FLAGS.mustUnderstand;
const TAIL_FLAGS: number = RECORD_FLAGS.mustUnderstand | RECORD_FLAGS.bodyInNextFrame;
