import { copyRange, readU16, readU32, readU53, writeU16, writeU32, writeU53 } from './bytes.ts';
import type { Channel } from './channel.ts';
import type { EnvelopeReader } from './envelope.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { DISPATCH, REQUEST } from './records.ts';

/**
 * A REQUEST or DISPATCH, read in place. One view is made per role and filled for each record: nothing is allocated
 * per call. Key, metadata and an inline body lie side by side in `bytes`, so that they can be passed on as one piece.
 */
export class CallView {
  /** The frame that the record lies in. Good only while the message is handled. */
  bytes: Uint8Array = new Uint8Array(0);
  /** DISPATCH only. */
  dispatch = 0;
  /** DISPATCH only: where in `bytes` the 16 bytes of the client's instance id begin. */
  instanceAt = 0;
  call = 0;
  /** Route of a REQUEST, method number of a DISPATCH. */
  target = 0;
  attempt = 0;
  priority = 0;
  remainingMs = 0;
  keyBytes = 0;
  metadataBytes = 0;
  /** Bytes of the body, wherever it is. */
  bodyBytes = 0;
  /** Where key, metadata and inline body begin and end in `bytes`. */
  payloadStart = 0;
  payloadEnd = 0;
  /** The body, if it came as a frame of its own. */
  tail: Uint8Array | undefined;

  /** Reads the record that the reader stands at. Returns false if its lengths do not agree. */
  readRequest(reader: EnvelopeReader): boolean {
    if (reader.end - reader.start < REQUEST.bytes) return false;
    this.dispatch = 0;
    return this.#readCall(reader, reader.start);
  }

  /** Reads the record that the reader stands at. Returns false if its lengths do not agree. */
  readDispatch(reader: EnvelopeReader): boolean {
    if (reader.end - reader.start < DISPATCH.bytes) return false;
    this.dispatch = readU53(reader.bytes, reader.start + DISPATCH.at.dispatch);
    this.instanceAt = reader.start + DISPATCH.at.instance;
    return this.#readCall(reader, reader.start + DISPATCH.at.call);
  }

  #readCall(reader: EnvelopeReader, at: number): boolean {
    const { bytes } = reader;
    this.bytes = bytes;
    this.call = readU53(bytes, at + REQUEST.at.call);
    this.target = readU16(bytes, at + REQUEST.at.route);
    this.attempt = bytes[at + REQUEST.at.attempt]!;
    this.priority = bytes[at + REQUEST.at.priority]! & 3;
    this.remainingMs = readU32(bytes, at + REQUEST.at.remainingMs);
    this.keyBytes = readU16(bytes, at + REQUEST.at.keyBytes);
    this.metadataBytes = readU16(bytes, at + REQUEST.at.metadataBytes);
    const inlineBytes = readU32(bytes, at + REQUEST.at.bodyBytes);
    this.payloadStart = at + REQUEST.bytes;
    this.payloadEnd = this.payloadStart + this.keyBytes + this.metadataBytes + inlineBytes;
    if (this.payloadEnd > reader.end) return false;
    this.tail = undefined;
    this.bodyBytes = inlineBytes;
    if ((reader.flags & RECORD_FLAGS.bodyInNextFrame) === 0) return true;
    return this.#takeTail(reader, inlineBytes);
  }

  #takeTail(reader: EnvelopeReader, inlineBytes: number): boolean {
    if (reader.tail === undefined || inlineBytes !== 0 || reader.end !== reader.bytes.length) return false;
    this.tail = reader.tail;
    this.bodyBytes = reader.tail.length;
    return true;
  }
}

/** The pieces of a call that go over the wire. */
export interface CallParts {
  readonly call: number;
  readonly attempt: number;
  readonly priority: number;
  readonly remainingMs: number;
  readonly keyBytes: number;
  readonly metadataBytes: number;
  /** Key, metadata and, unless it is in `tail`, the body. */
  readonly payload: Uint8Array;
  /** The body, where it is larger than `largeBodyBytes`. */
  readonly tail: Uint8Array | undefined;
}

/** Appends a REQUEST. */
export function writeRequest(channel: Channel, route: number, parts: CallParts): void {
  const size = REQUEST.bytes + parts.payload.length;
  const at = reserveCall(channel, REQUEST.type, size, parts.tail);
  writeCall(channel.buffer, at, route, parts);
}

/** Appends a DISPATCH. */
export function writeDispatch(
  channel: Channel,
  dispatch: number,
  instance: Uint8Array,
  method: number,
  parts: CallParts,
): void {
  const size = DISPATCH.bytes + parts.payload.length;
  const at = reserveCall(channel, DISPATCH.type, size, parts.tail);
  const { buffer } = channel;
  writeU53(buffer, at + DISPATCH.at.dispatch, dispatch);
  copyRange(instance, 0, INSTANCE_BYTES, buffer, at + DISPATCH.at.instance);
  writeCall(buffer, at + DISPATCH.at.call, method, parts);
}

/** Splits a body off into a frame of its own if it is large. Returns what goes inline and what does not. */
export function splitBody(
  key: Uint8Array | undefined,
  metadata: Uint8Array | undefined,
  body: Uint8Array,
): { payload: Uint8Array; tail: Uint8Array | undefined } {
  const tail = body.length > LIMITS.largeBodyBytes ? body : undefined;
  if (key === undefined && metadata === undefined) return { payload: tail === undefined ? body : NO_PAYLOAD, tail };
  const inline = tail === undefined ? body : NO_PAYLOAD;
  const payload = new Uint8Array((key?.length ?? 0) + (metadata?.length ?? 0) + inline.length);
  payload.set(key ?? NO_PAYLOAD, 0);
  payload.set(metadata ?? NO_PAYLOAD, key?.length ?? 0);
  payload.set(inline, payload.length - inline.length);
  return { payload, tail };
}

function reserveCall(channel: Channel, type: number, size: number, tail: Uint8Array | undefined): number {
  if (tail === undefined) return channel.reserve(type, RECORD_FLAGS.mustUnderstand, size);
  return channel.reserveWithTail(type, RECORD_FLAGS.mustUnderstand | RECORD_FLAGS.bodyInNextFrame, size, tail);
}

function writeCall(buffer: Uint8Array, at: number, target: number, parts: CallParts): void {
  const { payload } = parts;
  writeU53(buffer, at + REQUEST.at.call, parts.call);
  writeU16(buffer, at + REQUEST.at.route, target);
  buffer[at + REQUEST.at.attempt] = parts.attempt;
  buffer[at + REQUEST.at.priority] = parts.priority;
  writeU32(buffer, at + REQUEST.at.remainingMs, Math.max(0, Math.floor(parts.remainingMs)));
  writeU16(buffer, at + REQUEST.at.keyBytes, parts.keyBytes);
  writeU16(buffer, at + REQUEST.at.metadataBytes, parts.metadataBytes);
  const bodyBytes = parts.tail === undefined ? payload.length - parts.keyBytes - parts.metadataBytes : 0;
  writeU32(buffer, at + REQUEST.at.bodyBytes, bodyBytes);
  copyRange(payload, 0, payload.length, buffer, at + REQUEST.bytes);
}

const INSTANCE_BYTES = 16;
const NO_PAYLOAD: Uint8Array = new Uint8Array(0);
