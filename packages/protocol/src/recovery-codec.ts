import { copyOut, copyRange, readU16, readU32, readU53, writeU16, writeU32, writeU53 } from './bytes.ts';
import type { Channel } from './channel.ts';
import type { EnvelopeReader } from './envelope.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { AWAIT, OFFER } from './records.ts';

/** What an AWAIT says. */
export interface Awaited {
  readonly call: number;
  readonly route: number;
  /** 0 = the call is over, or was sent anew: no longer. */
  readonly remainingMs: number;
}

/** What an OFFER says. Numbers as they are on the wire; a reply has the code 0. */
export interface Offered {
  /** Instance id of the client. */
  readonly instance: Uint8Array;
  readonly call: number;
  /** Place of the method in the READY of the session. */
  readonly method: number;
  readonly code: number;
  readonly reason: number;
  /** The output, or the detail of a failure. */
  readonly body: Uint8Array;
}

/** Appends an AWAIT. A broker that does not know it may skip it: it only helps. */
export function writeAwait(channel: Channel, { call, route, remainingMs }: Awaited): void {
  const at = channel.reserve(AWAIT.type, 0, AWAIT.bytes);
  writeU53(channel.buffer, at + AWAIT.at.call, call);
  writeU16(channel.buffer, at + AWAIT.at.route, route);
  writeU32(channel.buffer, at + AWAIT.at.remainingMs, Math.ceil(remainingMs));
}

/** Reads the record that the reader stands at. Returns `undefined` if it is too short. */
export function readAwait({ bytes, start, end }: EnvelopeReader): Awaited | undefined {
  if (end - start < AWAIT.bytes) return undefined;
  return {
    call: readU53(bytes, start + AWAIT.at.call),
    route: readU16(bytes, start + AWAIT.at.route),
    remainingMs: readU32(bytes, start + AWAIT.at.remainingMs),
  };
}

/** Appends an OFFER. A broker that does not know it may skip it: it only helps. */
export function writeOffer(channel: Channel, offer: Offered): void {
  const { body } = offer;
  const isInline = body.length <= LIMITS.largeBodyBytes;
  const at = isInline
    ? channel.reserve(OFFER.type, 0, OFFER.bytes + body.length)
    : channel.reserveWithTail(OFFER.type, RECORD_FLAGS.bodyInNextFrame, OFFER.bytes, body);
  const { buffer } = channel;
  copyRange(offer.instance, 0, INSTANCE_BYTES, buffer, at + OFFER.at.instance);
  writeU53(buffer, at + OFFER.at.call, offer.call);
  writeU16(buffer, at + OFFER.at.method, offer.method);
  buffer[at + OFFER.at.code] = offer.code;
  buffer[at + OFFER.at.reason] = offer.reason;
  writeU32(buffer, at + OFFER.at.bodyBytes, isInline ? body.length : 0);
  if (isInline) copyRange(body, 0, body.length, buffer, at + OFFER.bytes);
}

/** Reads and copies the record that the reader stands at. Returns `undefined` if its lengths do not agree. */
export function readOffer(reader: EnvelopeReader): Offered | undefined {
  const { bytes, start, end } = reader;
  if (end - start < OFFER.bytes) return undefined;
  const body = readBody(reader, start + OFFER.bytes, readU32(bytes, start + OFFER.at.bodyBytes));
  if (body === undefined) return undefined;
  const instanceAt = start + OFFER.at.instance;
  return {
    instance: copyOut(bytes, instanceAt, instanceAt + INSTANCE_BYTES),
    call: readU53(bytes, start + OFFER.at.call),
    method: readU16(bytes, start + OFFER.at.method),
    code: bytes[start + OFFER.at.code]!,
    reason: bytes[start + OFFER.at.reason]!,
    body,
  };
}

/** Copies a body out of the record that the reader stands at. Returns `undefined` if its lengths do not agree. */
export function readBody(reader: EnvelopeReader, at: number, inlineBytes: number): Uint8Array | undefined {
  const { bytes, end, flags, tail } = reader;
  if ((flags & RECORD_FLAGS.bodyInNextFrame) === 0) {
    return at + inlineBytes > end ? undefined : copyOut(bytes, at, at + inlineBytes);
  }
  return inlineBytes === 0 && end === bytes.length ? tail : undefined;
}

const INSTANCE_BYTES = 16;
