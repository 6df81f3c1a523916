import { readU16, readU32 } from './bytes.ts';
import { LIMITS } from './limits.ts';

/**
 * Looks at encoded MessagePack before it is decoded. Returns what is wrong with it, or `undefined`.
 *
 * The decoder reads more than the wire carries: extensions of its own for sets, errors and regular expressions, the
 * byte that MessagePack never uses, and nesting as deep as the stack goes. So one pass without recursion, linear in
 * the input, lets through only plain values, of which the timestamp is the one extension.
 */
export function valueFault(bytes: Uint8Array, start: number = 0, end: number = bytes.length): string | undefined {
  let at = start;
  let depth = 0;
  /** Values still to come at this level. */
  let left = 1;
  for (;;) {
    while (left === 0) {
      if (depth === 0) return at === end ? undefined : at > end ? CUT_OFF : 'bytes after the value';
      depth -= 1;
      left = LEFT[depth]!;
    }
    if (at >= end) return CUT_OFF;
    left -= 1;
    const token = bytes[at]!;
    if (token < 0x80 || token >= 0xe0) {
      at += 1;
      continue;
    }
    const children = token < 0xa0 ? inShort(token) : token >= 0xdc ? inLong(bytes, at) : 0;
    const size = sizeOf(bytes, at, token);
    if (Number.isNaN(size)) return `byte 0x${token.toString(16)} begins no value of the wire`;
    at += size;
    if (children === 0) continue;
    if (depth === LIMITS.depthMax) return `nested deeper than ${LIMITS.depthMax} levels`;
    LEFT[depth] = left;
    depth += 1;
    left = children;
  }
}

/**
 * How many bytes the one byte string of a value has; 0 if it has none, or several. Stops at what is no value.
 */
export function binaryIn(bytes: Uint8Array): number {
  let found = 0;
  for (let at = 0; at < bytes.length;) {
    const token = bytes[at]!;
    const size = token < 0x80 || token >= 0xe0 ? 1 : sizeOf(bytes, at, token);
    if (Number.isNaN(size)) return 0;
    if (token >= 0xc4 && token <= 0xc6) {
      if (found > 0) return 0;
      found = size;
    }
    at += size;
  }
  return found;
}

/** Values in a map or array whose length is in its token. */
function inShort(token: number): number {
  return token < 0x90 ? (token & 15) * 2 : token & 15;
}

/** Values in a map or array whose length follows its token. */
function inLong(bytes: Uint8Array, at: number): number {
  const token = bytes[at]!;
  const length = token === 0xdc || token === 0xde ? bigEndian16(bytes, at + 1) : bigEndian32(bytes, at + 1);
  return token < 0xde ? length : length * 2;
}

/** Bytes of a value without what is nested in it. NaN if it may not be there. */
function sizeOf(bytes: Uint8Array, at: number, token: number): number {
  if (token < 0xa0) return 1;
  if (token < 0xc0) return 1 + (token & 31);
  switch (token) {
    case 0xc4:
    case 0xd9:
      return 2 + (bytes[at + 1] ?? 0);
    case 0xc5:
    case 0xda:
      return 3 + bigEndian16(bytes, at + 1);
    case 0xc6:
    case 0xdb:
      return 5 + bigEndian32(bytes, at + 1);
    case 0xc7:
      return bytes[at + 1] === 12 && bytes[at + 2] === TIMESTAMP ? 15 : NaN;
    case 0xd6:
    case 0xd7:
      return bytes[at + 1] === TIMESTAMP ? SIZES[token - 0xc0]! : NaN;
    default:
      return SIZES[token - 0xc0]!;
  }
}

/** Past the end it reads zeros: the caller sees that the value is cut off. */
function bigEndian16(bytes: Uint8Array, at: number): number {
  const swapped = readU16(bytes, at);
  return ((swapped & 0xff) << 8) | (swapped >>> 8);
}

function bigEndian32(bytes: Uint8Array, at: number): number {
  const swapped = readU32(bytes, at);
  return bigEndian16(bytes, at) * 0x10000 + (((swapped >>> 16) & 0xff) << 8) + (swapped >>> 24);
}

const CUT_OFF = 'the value is cut off';
const TIMESTAMP = 0xff;
/** Sizes of the tokens 0xc0 to 0xdf, as far as the token says. */
const SIZES: readonly number[] = [
  ...[1, NaN, 1, 1, NaN, NaN, NaN, NaN, NaN, NaN, 5, 9, 2, 3, 5, 9],
  ...[2, 3, 5, 9, NaN, NaN, 6, 10, NaN, NaN, NaN, NaN, 3, 5, 3, 5],
];
/** For each level around the present one: values still to come there. A scan runs to its end before the next begins. */
const LEFT = new Float64Array(LIMITS.depthMax);
