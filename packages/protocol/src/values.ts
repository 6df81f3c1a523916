import { Packr } from 'msgpackr';
import { LIMITS } from './limits.ts';
import { binaryIn, valueFault } from './value-scan.ts';

/**
 * Encodes a value as MessagePack that any language can read. The result is never written again.
 *
 * What MessagePack has no form for is lowered by schema before it comes here (see `shape/`).
 */
export function encodeValue(value: unknown): Uint8Array {
  return packr.pack(value);
}

/** A value, or that the bytes were none. */
export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

/** Decodes MessagePack. Total: any bytes give a value or a reason, and nothing throws. Byte strings are copies. */
export function decodeValue(bytes: Uint8Array): Decoded {
  return decodeWith(packr, bytes);
}

function decodeWith(decoder: Packr, bytes: Uint8Array): Decoded {
  const fault = valueFault(bytes);
  if (fault !== undefined) return { ok: false, why: fault };
  try {
    return { ok: true, value: decoder.unpack(bytes) };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : 'not MessagePack' };
  }
}

/**
 * The same for bytes that nobody else has or will write to. A byte string that fills most of a large body is not a copy
 * but a view: who keeps it keeps little besides, and copies of such a size are what large bodies cost most.
 */
export function decodeOwnValue(bytes: Uint8Array): Decoded {
  if (bytes.length <= LIMITS.largeBodyBytes || binaryIn(bytes) * 2 < bytes.length) return decodeValue(bytes);
  return decodeWith(viewing, bytes);
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

const packr = new Packr(PLAIN);
const viewing = new Packr({ ...PLAIN, copyBuffers: false });
