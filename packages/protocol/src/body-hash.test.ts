import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyHash, drawHashKey } from './body-hash.ts';
import { seededRandom } from './random.ts';

/** Bytes 0, 1, 2 and so on: the input of the reference vectors. */
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

/** The key of the reference vectors: the bytes 0 to 15. */
const KEY = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c] as const;

describe('the hash', () => {
  // From the reference implementation's `vectors.h` (SipHash-2-4-128); `openssl mac SIPHASH` gives the same.
  test.each([
    [0, 'a3817f04ba25a8e66df67214c7550293'],
    [1, 'da87c1d86b99af44347659119b22fc45'],
    [2, '8177228da4a45dc7fca38bdef60affe4'],
    [3, '9c70b60c5267a94e5f33b6b02985ed51'],
    [7, 'a1f1ebbed8dbc153c0b84aa61ff08239'],
    [8, '3b62a9ba6258f5610f83e264f31497b4'],
    [9, '264499060ad9baabc47f8b02bb6d71ed'],
    [15, '5493e99933b0a8117e08ec0f97cfc3d9'],
    [16, '6ee2a4ca67b054bbfd3315bf85230577'],
    [17, '473d06e8738db89854c066c47ae47740'],
    [63, '5150d1772f50834a503e069a973fbd7c'],
  ])('of %d bytes is that of the reference implementation', (length, expected) => {
    expect(bodyHash(counting(length), KEY)).toBe(expected);
  });

  test('does not depend on where the bytes lie', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(9), (bytes, before) => {
      const frame = new Uint8Array(before + bytes.length + 3).fill(7);
      frame.set(bytes, before);
      const inFrame = frame.subarray(before, before + bytes.length);
      expect(bodyHash(inFrame, KEY)).toBe(bodyHash(bytes, KEY));
    });
    fc.assert(property);
  });

  test('is another for any other byte, length or key', () => {
    const body = counting(100);
    const hashes = new Set([bodyHash(body, KEY)]);
    for (let bit = 0; bit < 800; bit++) {
      const other = body.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      hashes.add(bodyHash(other, KEY));
    }
    for (let length = 0; length < 100; length++) hashes.add(bodyHash(body.subarray(0, length), KEY));
    for (let word = 0; word < 4; word++) {
      const key = KEY.map((k, i) => (i === word ? k ^ 1 : k)) as unknown as typeof KEY;
      hashes.add(bodyHash(body, key));
    }
    expect(hashes.size).toBe(1 + 800 + 100 + 4);
  });
});

test('a key is drawn from the randomness of its owner', () => {
  expect(drawHashKey(seededRandom(1))).toEqual(drawHashKey(seededRandom(1)));
  expect(drawHashKey(seededRandom(1))).not.toEqual(drawHashKey(seededRandom(2)));
  expect(new Set(drawHashKey(seededRandom(1))).size).toBe(4);
});
