import { readU32 } from './bytes.ts';
import type { Random } from './random.ts';

/** The secret of a hash: four numbers of 32 bits. */
export type HashKey = readonly [k0: number, k1: number, k2: number, k3: number];

/** Draws a key for hashes that only its owner compares. */
export function drawHashKey(random: Random): HashKey {
  return [random.u32(), random.u32(), random.u32(), random.u32()];
}

/**
 * Hashes bytes to 128 bits, as 32 hex digits.
 *
 * SipHash-2-4 with the long result (Aumasson and Bernstein, 2012). Two bodies that count as the same when they are not
 * would share one result, and a body that counts as poison when it is not would be refused. With this function nobody
 * who does not know the key can prepare such bodies; for MurmurHash3, which is quicker, that is possible with any seed.
 */
export function bodyHash(bytes: Uint8Array, key: HashKey): string {
  const { length } = bytes;
  const whole = length & ~7;
  reset(key);
  for (let at = 0; at < whole; at += 8) absorb(readU32(bytes, at), readU32(bytes, at + 4));
  // The last word holds the bytes that are left, and the length at its top.
  let [low, high] = [0, (length & 0xff) << 24];
  for (let at = whole; at < length; at++) {
    const shift = (at & 3) << 3;
    if (at - whole < 4) low |= bytes[at]! << shift;
    else high |= bytes[at]! << shift;
  }
  absorb(low, high);
  s[4]! ^= 0xee;
  const first = finish();
  s[2]! ^= 0xdd;
  return first + finish();
}

/** Four words of 64 bits as eight numbers, low halves first. One for all: a hash is never left half done. */
const s = new Int32Array(8);

function reset([k0, k1, k2, k3]: HashKey): void {
  s[0] = 0x70736575 ^ k0;
  s[1] = 0x736f6d65 ^ k1;
  s[2] = 0x6e646f6d ^ k2 ^ 0xee;
  s[3] = 0x646f7261 ^ k3;
  s[4] = 0x6e657261 ^ k0;
  s[5] = 0x6c796765 ^ k1;
  s[6] = 0x79746573 ^ k2;
  s[7] = 0x74656462 ^ k3;
}

function absorb(low: number, high: number): void {
  s[6]! ^= low;
  s[7]! ^= high;
  mix(2);
  s[0]! ^= low;
  s[1]! ^= high;
}

function finish(): string {
  mix(4);
  return hex(s[0]! ^ s[2]! ^ s[4]! ^ s[6]!) + hex(s[1]! ^ s[3]! ^ s[5]! ^ s[7]!);
}

/** SipRounds: additions and rotations of 64 bits, in halves. */
function mix(rounds: number): void {
  let [a, A, b, B] = [s[0]!, s[1]!, s[2]!, s[3]!];
  let [c, C, d, D] = [s[4]!, s[5]!, s[6]!, s[7]!];
  let t = 0;
  for (let round = 0; round < rounds; round++) {
    t = (a + b) | 0;
    A = (A + B + carry(t, a)) | 0;
    a = t;
    t = (b << 13) | (B >>> 19);
    B = ((B << 13) | (b >>> 19)) ^ A;
    b = t ^ a;
    t = A;
    A = a;
    a = t;
    t = (c + d) | 0;
    C = (C + D + carry(t, c)) | 0;
    c = t;
    t = (d << 16) | (D >>> 16);
    D = ((D << 16) | (d >>> 16)) ^ C;
    d = t ^ c;
    t = (a + d) | 0;
    A = (A + D + carry(t, a)) | 0;
    a = t;
    t = (d << 21) | (D >>> 11);
    D = ((D << 21) | (d >>> 11)) ^ A;
    d = t ^ a;
    t = (c + b) | 0;
    C = (C + B + carry(t, c)) | 0;
    c = t;
    t = (b << 17) | (B >>> 15);
    B = ((B << 17) | (b >>> 15)) ^ C;
    b = t ^ c;
    t = C;
    C = c;
    c = t;
  }
  s[0] = a;
  s[1] = A;
  s[2] = b;
  s[3] = B;
  s[4] = c;
  s[5] = C;
  s[6] = d;
  s[7] = D;
}

/** Whether adding to `before` went past 32 bits. */
function carry(sum: number, before: number): number {
  return sum >>> 0 < before >>> 0 ? 1 : 0;
}

/** Eight hex digits, lowest byte first. */
function hex(word: number): string {
  let digits = '';
  for (let shift = 0; shift < 32; shift += 8) digits += HEX[(word >>> shift) & 0xff]!;
  return digits;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
