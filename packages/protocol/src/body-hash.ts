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
  absorb(bytes, whole, 2);
  // The last word holds the bytes that are left, and the length at its top.
  last.fill(0);
  for (let at = whole; at < length; at++) last[at - whole] = bytes[at]!;
  last[7] = length;
  absorb(last, 8, 2);
  s[4]! ^= 0xee;
  absorb(NOTHING, 8, 4);
  const first = digest();
  s[2]! ^= 0xdd;
  absorb(NOTHING, 8, 4);
  return first + digest();
}

/** Four words of 64 bits as eight numbers, low halves first. One for all: a hash is never left half done. */
const s = new Int32Array(8);
const last = new Uint8Array(8);
/** A word of zeros changes nothing by itself, only the rounds after it do. */
const NOTHING = new Uint8Array(8);

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

function digest(): string {
  return hex(s[0]! ^ s[2]! ^ s[4]! ^ s[6]!) + hex(s[1]! ^ s[3]! ^ s[5]! ^ s[7]!);
}

/**
 * Takes in words of eight bytes, up to `end`, with some SipRounds for each: additions and rotations of 64 bits, in
 * halves. The state stays in local variables throughout: in an array this takes several times as long.
 */
function absorb(bytes: Uint8Array, end: number, rounds: number): void {
  let [a, A, b, B] = [s[0]!, s[1]!, s[2]!, s[3]!];
  let [c, C, d, D] = [s[4]!, s[5]!, s[6]!, s[7]!];
  let t = 0;
  for (let at = 0; at < end; at += 8) {
    const low = readI32(bytes, at);
    const high = readI32(bytes, at + 4);
    d ^= low;
    D ^= high;
    for (let round = 0; round < rounds; round++) {
      t = (a + b) | 0;
      A = (A + B + carry(a, b, t)) | 0;
      a = (b << 13) | (B >>> 19);
      B = ((B << 13) | (b >>> 19)) ^ A;
      b = a ^ t;
      a = A;
      A = t;
      t = (c + d) | 0;
      C = (C + D + carry(c, d, t)) | 0;
      c = (d << 16) | (D >>> 16);
      D = ((D << 16) | (d >>> 16)) ^ C;
      d = c ^ t;
      c = t;
      t = (a + d) | 0;
      A = (A + D + carry(a, d, t)) | 0;
      a = (d << 21) | (D >>> 11);
      D = ((D << 21) | (d >>> 11)) ^ A;
      d = a ^ t;
      a = t;
      t = (c + b) | 0;
      C = (C + B + carry(c, b, t)) | 0;
      c = (b << 17) | (B >>> 15);
      B = ((B << 17) | (b >>> 15)) ^ C;
      b = c ^ t;
      c = C;
      C = t;
    }
    a ^= low;
    A ^= high;
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

function readI32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** What the sum of two numbers adds to the next 32 bits. Without a branch, which the processor could not foretell. */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}

/** Eight hex digits, lowest byte first. */
function hex(word: number): string {
  let digits = '';
  for (let shift = 0; shift < 32; shift += 8) digits += HEX[(word >>> shift) & 0xff]!;
  return digits;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
