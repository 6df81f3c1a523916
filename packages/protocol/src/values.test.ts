import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex } from './bytes.test-kit.ts';
import { toHex } from './bytes.ts';
import { LIMITS } from './limits.ts';
import { decodeBody, decodeValue, encodeValue } from './values.ts';

describe('what a value looks like on the wire', () => {
  test.each<[string, unknown, string]>([
    ['nil', null, 'c0'],
    ['no value is nil', undefined, 'c0'],
    ['no value in a list is nil', [undefined], '91c0'],
    ['a small integer', 7, '07'],
    ['the largest 32-bit integer', 2 ** 32 - 1, 'ceffffffff'],
    ['a lowered integer beyond 32 bits', 2n ** 40n, 'd30000010000000000'],
    ['a negative one', -1, 'ff'],
    ['the largest 64-bit integer', 2n ** 64n - 1n, 'cfffffffffffffffff'],
    ['a fraction', 1.5, 'cb3ff8000000000000'],
    ['a text', 'é', 'a2c3a9'],
    ['bytes', Uint8Array.of(1, 2), 'c4020102'],
    ['a date', new Date(0), 'd6ff00000000'],
    ['a date with milliseconds', new Date(1_500_000_000_001), 'd7ff003d090059682f00'],
    ['a date before 1970', new Date(-5), 'c70cff3b4e7ec0ffffffffffffffff'],
  ])('%s', (_, value, hex) => {
    expect(toHex(encodeValue(value))).toBe(hex);
  });
});

describe('an object with a large byte string', () => {
  const large = new Uint8Array(LIMITS.largeBodyBytes + 1).fill(7);

  test('is as long as what is in it, and in memory of its own, with little to spare', () => {
    const bytes = encodeValue({ n: 1, large });
    expect(bytes.length).toBe(1 + 2 + 1 + 6 + 3 + large.length);
    expect(bytes.buffer.byteLength - bytes.length).toBeLessThan(4_096);
    expect(encodeValue({ n: 1, large }).buffer).not.toBe(bytes.buffer);
  });

  test.each([1, 15, 16, 70_000])('and %i other properties is encoded like any other', (count) => {
    const others = Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, [i, undefined, 'text', 1.5]]));
    const decoded = decodedOf(encodeValue({ ...others, large }));
    expect(Buffer.compare(decoded['large'] as Uint8Array, large)).toBe(0);
    delete decoded['large'];
    expect(Buffer.compare(encodeValue(decoded), encodeValue(others))).toBe(0);
  });

  test.each([
    ['65,535 bytes', 65_535, 'c5ffff'],
    ['65,536 bytes', 65_536, 'c600010000'],
  ])('of %s has the header of its size', (_, length, header) => {
    const bytes = encodeValue({ b: new Uint8Array(length) });
    expect(toHex(bytes.subarray(0, 3 + header.length / 2))).toBe(`81a162${header}`);
    expect(decodeValue(bytes)).toEqual({ ok: true, value: { b: Buffer.alloc(length) } });
  });

  function decodedOf(bytes: Uint8Array): Record<string, unknown> {
    return (decodeValue(bytes) as { value: Record<string, unknown> }).value;
  }
});

describe('what is decoded', () => {
  test('is what was encoded', () => {
    const scalar = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true }).map((n) => n + 0.5),
      fc.string({ unit: 'binary' }),
      fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 63n - 1n }),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
    }));
    const property = fc.property(tree, (value) => {
      // A field of this name cannot be told from the prototype: the decoder renames it.
      fc.pre(!JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? 0 : v)).includes('__proto__'));
      const bytes = new Uint8Array(encodeValue(value));
      const decoded = decodeValue(bytes);
      expect(decoded.ok ? decoded.value : decoded.why).toEqual(value);
      // Among other bytes it is the same, and not one of them is read.
      const among = Buffer.from(concat(Uint8Array.of(0xc1, 0xa5), bytes, new Uint8Array(300).fill(0xc1)));
      expect(decodeBody(among, 2, 2 + bytes.length)).toEqual(decodeValue(Buffer.from(bytes)));
      expect(decodeBody(among, 2, 1 + bytes.length).ok).toBe(false);
      expect(decodeBody(among, 2, 3 + bytes.length).ok).toBe(false);
    });
    fc.assert(property);
  });

  test.each([
    ['d30000000000000001', 1],
    ['cf001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['cf0020000000000001', 2n ** 53n + 1n],
    ['d3ffe0000000000001', -Number.MAX_SAFE_INTEGER],
    ['d38000000000000000', -(2n ** 63n)],
  ])('a 64-bit integer is a number where that is exact: %s', (hex, value) => {
    expect(decodeValue(fromHex(hex))).toEqual({ ok: true, value });
  });

  test('a byte string is a copy', () => {
    const frame = fromHex('c4020102');
    const decoded = decodeValue(frame);
    frame.fill(9);
    expect(decoded).toEqual({ ok: true, value: Uint8Array.of(1, 2) });
  });

  describe('of bytes of its own', () => {
    const body = new Uint8Array(LIMITS.largeBodyBytes).fill(7);
    const isView = (value: unknown, frame: Uint8Array): boolean => (value as Uint8Array).buffer === frame.buffer;

    test('the one large byte string is a view', () => {
      const frame = encodeValue({ n: 1, body });
      const decoded = decodeBody(frame) as { value: { body: Uint8Array } };
      expect(decoded.value.body).toEqual(Buffer.from(body));
      expect(isView(decoded.value.body, frame)).toBe(true);
    });

    test.each([
      ['a small one', { body: body.subarray(0, 100) }],
      ['one that is the least part', { text: 'x'.repeat(2 * body.length), body }],
      ['one of several, which would keep the others', { body, other: body.subarray(0, 32) }],
    ])('%s is a copy', (_, value) => {
      const frame = encodeValue(value);
      const decoded = decodeBody(frame) as { value: { body: Uint8Array } };
      expect(decoded.value.body).toEqual(Buffer.from(value.body));
      expect(isView(decoded.value.body, frame)).toBe(false);
    });

    test('is judged like any other', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (start) => {
          const bytes = concat(start, body, body);
          expect(decodeBody(bytes)).toEqual(decodeValue(bytes));
        }),
      );
    });
  });

  test.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])('a field named %s is only a field', (name) => {
    const text = new TextEncoder().encode(name);
    // { [name]: { polluted: true } }
    const map = concat(Uint8Array.of(0x81, 0xa0 + text.length), text, fromHex('81a8706f6c6c75746564c3'));
    const decoded = decodeValue(map);
    expect(decoded.ok).toBe(true);
    expect(Object.getPrototypeOf((decoded as { value: object }).value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('what is refused', () => {
  test.each([
    ['nothing', ''],
    ['the byte that MessagePack never uses', 'c1'],
    ['the same inside', '91c1'],
    ['a record definition of msgpackr', 'd472409161a001'],
    ['an extension for a regular expression', 'c7057892a161a0'],
    ['an extension for a set', 'd47301'],
    ['an extension for no value', 'd40000'],
    ['an extension nobody knows', 'c7010500'],
    ['a timestamp of three bytes', 'c703ff010203'],
    ['an invalid date', 'd4ffff'],
    ['two values', 'c0c0'],
    ['a text that claims 4 GiB', 'dbffffffff'],
    ['a list that claims 4 billion items', 'ddffffffff'],
    ['a map that claims 4 billion fields', 'dfffffffff'],
    ['a byte string that is cut off', 'c4030102'],
    ['a length that is cut off', 'da01'],
    ['a number that is cut off', 'cb00'],
    ['a map with a list for a name', '819001'],
  ])('%s', (_, hex) => {
    expect(decodeValue(fromHex(hex)).ok).toBe(false);
  });

  test('nesting beyond the limit', () => {
    const nested = (levels: number): Uint8Array => new Uint8Array(levels + 1).fill(0x91).fill(0xc0, levels);
    expect(decodeValue(nested(LIMITS.depthMax)).ok).toBe(true);
    expect(decodeValue(nested(LIMITS.depthMax + 1))).toEqual({
      ok: false,
      why: `nested deeper than ${LIMITS.depthMax} levels`,
    });
    expect(decodeValue(nested(1_000_000)).ok).toBe(false);
  });

  test('whatever is cut short', () => {
    const whole = encodeValue({
      a: [1, 'two', new Date(-5), 2n ** 60n, 1.5],
      b: new Uint8Array(300),
      c: 'x'.repeat(70),
    });
    for (let length = 0; length < whole.length; length++) {
      expect(decodeValue(new Uint8Array(whole.subarray(0, length))).ok).toBe(false);
    }
  });
});

describe('decoding is total', () => {
  test('any bytes give a value or a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const decoded = decodeValue(bytes);
        expect(decoded.ok ? 'value' in decoded : typeof decoded.why === 'string').toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('any token at the front of other bytes, too', () => {
    for (let token = 0; token < 256; token++) {
      for (const rest of ['', '00', 'ff', 'ffffffff', '0000000000', 'ff00ff00ff00ff00ff00', '72a0a0a0']) {
        const decoded = decodeValue(concat(Uint8Array.of(token), fromHex(rest)));
        expect(typeof decoded.ok).toBe('boolean');
      }
    }
  });

  test('nothing but plain data comes out', () => {
    const isPlain = (value: unknown): boolean => {
      if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol';
      if (value instanceof Uint8Array || value instanceof Date) return true;
      if (Array.isArray(value)) return value.every(isPlain);
      return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
    };
    // Tokens of extensions and containers, far more often than chance would have them.
    const token = fc.oneof(
      fc.nat(255),
      fc.constantFrom(0xc1, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0x91, 0x81),
    );
    const type = fc.constantFrom(0x72, 0x78, 0x73, 0x65, 0x74, 0x69, 0x70, 0x62, 0x42, 0xff, 0x00, 0x01);
    const bytes = fc.array(fc.oneof(token, type), { maxLength: 40 }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(bytes, (input) => {
        const decoded = decodeValue(input);
        expect(decoded.ok ? isPlain(decoded.value) : true).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
