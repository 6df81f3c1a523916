import { Packr } from 'msgpackr';
import { bodyMemory } from './body-memory.ts';
import { allocate, copyRange } from './bytes.ts';
import { LIMITS } from './limits.ts';
import { binaryIn, valueFault } from './value-scan.ts';

/**
 * Encodes a value as MessagePack that any language can read. The result is never written again, unless it is given back
 * to `bodyMemory`.
 *
 * What MessagePack has no form for is lowered by schema before it comes here (see `shape/`).
 */
export function encodeValue(value: unknown): Uint8Array {
  return holdsLargeBytes(value) ? encodeLarge(value) : packr.pack(value);
}

/** Whether a property of an object is a byte string for which msgpackr's way with its buffer is too dear. */
function holdsLargeBytes(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) if (isLargeBytes((value as Record<string, unknown>)[key])) return true;
  return false;
}

function isLargeBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length > LIMITS.largeBodyBytes;
}

/**
 * The same bytes as msgpackr's, in an array of just their length. Where msgpackr needs room it allocates four times as
 * much, and later results share what is left: each keeps all of it, and the engine collects its whole heap the more
 * often for it.
 */
function encodeLarge(value: Record<string, unknown>): Uint8Array {
  const entries = Object.entries(value);
  const parts: Uint8Array[] = [mapHeader(entries.length)];
  for (const [key, item] of entries) {
    parts.push(packr.pack(key));
    if (isLargeBytes(item)) parts.push(binaryHeader(item.length), item);
    else parts.push(packr.pack(item));
  }
  const bytes = bodyMemory.take(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function mapHeader(size: number): Uint8Array {
  if (size < 16) return Uint8Array.of(0x80 | size);
  if (size < 0x1_0000) return Uint8Array.of(0xde, size >>> 8, size);
  return Uint8Array.of(0xdf, size >>> 24, size >>> 16, size >>> 8, size);
}

function binaryHeader(length: number): Uint8Array {
  if (length < 0x1_0000) return Uint8Array.of(0xc5, length >>> 8, length);
  return Uint8Array.of(0xc6, length >>> 24, length >>> 16, length >>> 8, length);
}

/** A value, or that the bytes were none. */
export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

/** Decodes MessagePack. Total: any bytes give a value or a reason, and nothing throws. Byte strings are copies. */
export function decodeValue(bytes: Uint8Array): Decoded {
  return decodeRange(packr, bytes, 0, bytes.length);
}

/**
 * The same for a body: a part of an envelope, of which a view would cost as much as the decoding of a small value, or a
 * frame that nobody else has or will write to. There a byte string that fills most of it is not a copy but a view: who
 * keeps it keeps little besides, and copies of such a size are what large bodies cost most.
 */
export function decodeBody(bytes: Uint8Array, start: number = 0, end: number = bytes.length): Decoded {
  const length = end - start;
  if (length > SCRATCH.length) {
    const isLargeFrame = length > LIMITS.largeBodyBytes && length === bytes.length;
    return decodeRange(isLargeFrame && binaryIn(bytes) * 2 >= length ? viewing : packr, bytes, start, end);
  }
  // msgpackr makes a view of each array that it meets and hangs it there: always the same one costs less.
  copyRange(bytes, start, end, SCRATCH, 0);
  return decodeRange(packr, SCRATCH, 0, length);
}

function decodeRange(decoder: Packr, bytes: Uint8Array, start: number, end: number): Decoded {
  const fault = valueFault(bytes, start, end);
  if (fault !== undefined) return { ok: false, why: fault };
  RANGE.start = start;
  RANGE.end = end;
  try {
    return { ok: true, value: decoder.unpack(bytes, RANGE) };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : 'not MessagePack' };
  }
}

/**
 * Plain MessagePack: no shared records, maps as objects, no extension but the timestamp. `copyBuffers`: a decoded
 * byte string would otherwise keep the whole frame it came in. `int64AsType: 'auto'`: a 64-bit integer becomes a
 * number where that is exact, else a bigint. `encodeUndefinedAsNil`: msgpackr's own form of it is an extension.
 * `variableMapSize`: small maps are two bytes shorter, and large ones can be encoded at all. `useToJSON`: a key of
 * that name is data.
 */
const PLAIN = {
  useRecords: false,
  mapsAsObjects: true,
  copyBuffers: true,
  structuredClone: false,
  moreTypes: false,
  // Projects that are linked to this repository see msgpackr's own declarations, which leave 'auto' out.
  int64AsType: 'auto' as string as 'number',
  encodeUndefinedAsNil: true,
  variableMapSize: true,
  useToJSON: false,
} as const;

/** Below 140 bytes msgpackr reads strings in JavaScript, above with a native module. No value refers to it. */
const SCRATCH: Uint8Array = allocate(139);
/** Filled anew for each value, so that none is made per value. */
const RANGE = { start: 0, end: 0 };
const packr = new Packr(PLAIN);
const viewing = new Packr({ ...PLAIN, copyBuffers: false });
