/**
 * Little-endian integers in byte arrays, unaligned. Plain shifts: engines turn them into single loads, and a
 * `DataView` per frame would be one more object per message.
 */
export function readU16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Reads eight bytes of which JavaScript can hold 53 bits. The top 11 bits are masked off, so it never throws. */
export function readU53(bytes: Uint8Array, at: number): number {
  const low = readU32(bytes, at);
  const high = readU32(bytes, at + 4) & 0x1fffff;
  return high === 0 ? low : high * 2 ** 32 + low;
}

export function writeU53(bytes: Uint8Array, at: number, value: number): void {
  writeU32(bytes, at, value);
  writeU32(bytes, at + 4, value < 2 ** 32 ? 0 : Math.floor(value / 2 ** 32));
}

/**
 * Copies a range out of a frame, so that keeping it does not keep the whole frame.
 *
 * Node's pooled allocation is used where it exists: it is several times cheaper than a fresh `ArrayBuffer`.
 */
export function copyOut(source: Uint8Array, start: number, end: number): Uint8Array {
  const copy = allocate(end - start);
  copyRange(source, start, end, copy, 0);
  return copy;
}

/** Copies a range into another array. Short ranges byte by byte: a call into the runtime costs more than they do. */
export function copyRange(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  if (end - start <= SHORT_BYTES) {
    for (let from = start, to = at; from < end; from++, to++) target[to] = source[from]!;
  } else {
    target.set(start === 0 && end === source.length ? source : source.subarray(start, end), at);
  }
}

/** Allocates bytes whose content is not defined: the caller must write every one of them. */
export function allocate(length: number): Uint8Array {
  return pooled === undefined ? new Uint8Array(length) : pooled.allocUnsafe(length);
}

/** Whether two byte strings are the same. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Hexadecimal digits of bytes, two each. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte + 0x100).toString(16).slice(1);
  return text;
}

/** The empty byte string. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

const SHORT_BYTES = 48;
const pooled = (globalThis as { Buffer?: { allocUnsafe(length: number): Uint8Array } }).Buffer;
