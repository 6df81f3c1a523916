import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocate,
  bytesEqual,
  copyOut,
  copyRange,
  readU16,
  readU32,
  readU53,
  toHex,
  writeU16,
  writeU32,
  writeU53,
} from './bytes.ts';
import { fromHex } from './bytes.test-kit.ts';

describe('integers', () => {
  test('are little-endian', () => {
    const bytes = new Uint8Array(14);
    writeU16(bytes, 0, 0x0102);
    writeU32(bytes, 2, 0x03040506);
    writeU53(bytes, 6, 0x0708090a0b0c0d);
    expect(toHex(bytes)).toBe('0201060504030d0c0b0a09080700');
  });

  test.each([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER])(
    'u53 carries %d',
    (value) => {
      const bytes = new Uint8Array(10).fill(0xee);
      writeU53(bytes, 1, value);
      expect(readU53(bytes, 1)).toBe(value);
      expect([bytes[0], bytes[9]]).toEqual([0xee, 0xee]);
    },
  );

  test('survive at any offset', () => {
    const u53 = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const property = fc.property(fc.nat(7), fc.nat(0xffff), fc.nat(2 ** 32 - 1), u53, (at, u16, u32, u53value) => {
      const bytes = new Uint8Array(at + 14).fill(0xff);
      writeU16(bytes, at, u16);
      writeU32(bytes, at + 2, u32);
      writeU53(bytes, at + 6, u53value);
      expect([readU16(bytes, at), readU32(bytes, at + 2), readU53(bytes, at + 6)]).toEqual([u16, u32, u53value]);
    });
    fc.assert(property);
  });

  test('u53 masks off what JavaScript cannot hold', () => {
    expect(readU53(new Uint8Array(8).fill(0xff), 0)).toBe(Number.MAX_SAFE_INTEGER);
    expect(readU53(fromHex('0000000000002000'), 0)).toBe(0);
  });
});

describe('ranges', () => {
  const sizes = fc.record({ source: fc.uint8Array({ maxLength: 200 }), a: fc.nat(200), b: fc.nat(200), at: fc.nat(9) });

  test('are copied as slice does', () => {
    const property = fc.property(sizes, ({ source, a, b, at }) => {
      const start = Math.min(a, b, source.length);
      const end = Math.min(Math.max(a, b), source.length);
      const target = new Uint8Array(at + (end - start) + 1).fill(0xee);
      copyRange(source, start, end, target, at);
      expect(target.slice(at, -1)).toEqual(source.slice(start, end));
      expect(target.at(-1)).toBe(0xee);
      expect(new Uint8Array(copyOut(source, start, end))).toEqual(source.slice(start, end));
    });
    fc.assert(property);
  });

  test('a copy does not change with its source', () => {
    const source = Uint8Array.of(1, 2, 3);
    const copy = copyOut(source, 0, 3);
    source.fill(9);
    expect([...copy]).toEqual([1, 2, 3]);
  });

  test('two allocations never share bytes', () => {
    const [first, second] = [allocate(40).fill(1), allocate(40).fill(2)];
    expect([first.every((b) => b === 1), second.every((b) => b === 2)]).toEqual([true, true]);
  });
});

test('bytes are equal when all of them are', () => {
  expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false);
  expect(bytesEqual(new Uint8Array(0), new Uint8Array(0))).toBe(true);
});

test('every byte has two hexadecimal digits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
    }),
  );
});
