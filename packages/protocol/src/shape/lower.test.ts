import { describe, expect, test } from 'vitest';

import { encodeValue } from '../values.ts';
import { compileShape } from './compile.ts';
import type { Shape } from './shape.ts';

const int = { kind: 'number', int: true } as const;

describe('the wire form', () => {
  test.each<[string, Shape, unknown, unknown]>([
    ['a large integer is an integer', int, 2 ** 32, 4_294_967_296n],
    ['a small integer stays', int, 2 ** 32 - 1, 4_294_967_295],
    ['a large negative integer is an integer', int, -(2 ** 31) - 1, -2_147_483_649n],
    ['a float stays', { kind: 'number' }, 2 ** 40 + 0.5, 2 ** 40 + 0.5],
    ['a bigint of 64 bits stays', { kind: 'bigint' }, -(2n ** 63n), -(2n ** 63n)],
    ['a larger bigint is a string', { kind: 'bigint' }, 2n ** 63n, '9223372036854775808'],
    ['a Set is an array', { kind: 'set', items: int }, new Set([1, 2]), [1, 2]],
    ['a Map is an array of pairs', { kind: 'map', key: int, value: int }, new Map([[1, 2]]), [[1, 2]]],
    ['no value is nil', { kind: 'undefined' }, undefined, null],
    [
      'no item is nil',
      { kind: 'array', items: { kind: 'union', options: [int, { kind: 'undefined' }] } },
      [1, undefined],
      [1, null],
    ],
    ['an open tuple ends early', { kind: 'tuple', items: [int, int], required: 1 }, [1, undefined], [1]],
    [
      'an open tuple keeps its places',
      { kind: 'tuple', items: [int, int, int], required: 1 },
      [1, undefined, 3],
      [1, null, 3],
    ],
    [
      'an object keeps what each option that fits declares',
      {
        kind: 'union',
        options: [
          { kind: 'object', fields: { id: { kind: 'string', format: 'uuid' }, of: { kind: 'object', fields: {} } } },
          {
            kind: 'object',
            fields: {
              id: { kind: 'string' },
              of: { kind: 'object', fields: { n: int } },
              tags: { kind: 'set', items: int },
            },
          },
        ],
      },
      { id: 'x', of: { n: 1, other: 2 }, tags: new Set([1]), other: 2 },
      { id: 'x', of: { n: 1 }, tags: [1] },
    ],
    [
      'a loose record carries other values along',
      { kind: 'record', key: { kind: 'template', parts: ['n_'] }, value: { kind: 'set', items: int }, loose: true },
      { n_a: new Set([1]), other: 2 ** 40 },
      { n_a: [1], other: 2n ** 40n },
    ],
    ['an integer of an enum is an integer', { kind: 'enum', values: [2 ** 40] }, 2 ** 40, 2n ** 40n],
    ['untyped data loses what is undefined', { kind: 'any' }, { a: undefined, b: [undefined] }, { b: [null] }],
    ['untyped integers are integers', { kind: 'any' }, { a: 2 ** 40 }, { a: 2n ** 40n }],
  ])('%s', (_, shape, value, lowered) => {
    expect(compileShape(shape).lower(value)).toStrictEqual(lowered);
  });

  test('of integers and times is what other languages expect', () => {
    expect(hex(int, 2 ** 40)).toBe('d30000010000000000');
    expect(hex({ kind: 'date' }, new Date(1_000))).toBe('d6ff00000001');
    expect(hex({ kind: 'bytes' }, new Uint8Array([1]))).toBe('c40101');
  });
});

describe('objects', () => {
  const shape: Shape = {
    kind: 'object',
    fields: { a: int, b: { kind: 'string' }, s: { kind: 'set', items: int } },
    optional: ['b', 's'],
  };
  const { lower } = compileShape(shape);

  test('without a change are not copied', () => {
    const value = { a: 1, b: 'x' };
    expect(lower(value)).toBe(value);
  });

  test('send declared fields only', () => {
    expect(lower({ a: 1, password: 'x' })).toStrictEqual({ a: 1 });
    expect(lower({ a: 2 ** 40, password: 'x' })).toStrictEqual({ a: 2n ** 40n });
  });

  test('leave out what is undefined', () => {
    expect(lower({ a: 1, b: undefined, s: undefined })).toStrictEqual({ a: 1 });
  });

  test('of a class become plain', () => {
    class Row {
      readonly #hidden = 1;
      get a(): number {
        return this.#hidden;
      }
      toJSON(): string {
        return 'never asked';
      }
    }
    expect(lower(new Row())).toStrictEqual({ a: 1 });
  });

  test('keep other fields where the shape says so', () => {
    const loose = compileShape({ ...shape, unknown: 'loose' });
    expect(loose.lower({ a: 1, more: 2 ** 40 })).toStrictEqual({ a: 1, more: 2n ** 40n });
    const catchall = compileShape({ ...shape, catchall: { kind: 'set', items: int } });
    expect(catchall.lower({ a: 1, more: new Set([1]) })).toStrictEqual({ a: 1, more: [1] });
  });
});

describe('unions', () => {
  const shape: Shape = {
    kind: 'union',
    options: [
      { kind: 'string' },
      { kind: 'set', items: int },
      { kind: 'object', fields: { at: { kind: 'set', items: int } } },
    ],
  };

  test('lower by the option the value fits', () => {
    const { lower } = compileShape(shape);
    expect(lower('x')).toBe('x');
    expect(lower(new Set([1]))).toEqual([1]);
    expect(lower({ at: new Set([1]), more: 1 })).toEqual({ at: [1] });
    expect(lower(7)).toBe(7);
  });
});

describe('an intersection', () => {
  const left: Shape = { kind: 'object', fields: { a: { kind: 'set', items: int } } };
  const right: Shape = { kind: 'object', fields: { b: { kind: 'map', key: int, value: int } } };
  const value = { a: new Set([1]), b: new Map([[1, 2]]) };

  test('of objects sends the fields of both and nothing else', () => {
    const { check, lower, lift } = compileShape({ kind: 'intersection', left, right });
    expect(check(value)).toEqual([]);
    expect(lower({ ...value, more: 1 })).toEqual({ a: [1], b: [[1, 2]] });
    expect(lift(lower(value))).toEqual(value);
  });

  test('of other things sends what either knows', () => {
    const union: Shape = { kind: 'union', options: [right] };
    const { check, lower, lift } = compileShape({ kind: 'intersection', left, right: union });
    expect(check(value)).toEqual([]);
    expect(lower({ ...value, more: 1 })).toEqual({ a: [1], b: [[1, 2]], more: 1 });
    expect(lift(lower(value))).toEqual(value);
  });

  test('of strict objects refuses only what neither knows, as Zod does', () => {
    const { check } = compileShape({
      kind: 'intersection',
      left: { ...left, unknown: 'strict' },
      right: { ...right, unknown: 'strict' },
    });
    expect(check(value)).toEqual([]);
    expect(check({ ...value, more: 1 })).toEqual([{ path: 'more', message: 'unknown field' }]);
  });
});

test('a shape that needs no change costs nothing', () => {
  const value = [1, 'x'];
  const { lower, lift } = compileShape({ kind: 'array', items: { kind: 'string' } });
  expect(lower(value)).toBe(value);
  expect(lift(value)).toBe(value);
  expect(lower).toBe(lift);
});

function hex(shape: Shape, value: unknown): string {
  return Buffer.from(encodeValue(compileShape(shape).lower(value))).toString('hex');
}

describe('what has no schema and no form in MessagePack', () => {
  const data: Shape = { kind: 'object', fields: { data: { kind: 'any' } } };
  const text: Shape = { kind: 'object', fields: { text: { kind: 'string' } } };
  const problem = 'needs a schema: only plain data can be sent without one';

  test.each([
    ['a Map', new Map([[1, 2]]), 'a Map'],
    ['a function', () => 1, 'a function'],
    ['numbers of 16 bits, whose bytes would be read beyond their end', new Uint16Array(2), 'an object'],
    ['an error, with its stack', new Error('e'), 'an object'],
    ['a promise', Promise.resolve(1), 'a Promise'],
  ])('is told: %s', (_, value, what) => {
    const issuesOf = (shape: Shape, whole: unknown): unknown => {
      const { lower, unsendable } = compileShape(shape);
      return unsendable(lower(whole));
    };
    expect(issuesOf(data, { data: [value] })).toEqual([{ path: 'data[0]', message: `${what} ${problem}` }]);
    const union: Shape = { kind: 'union', options: [data, text] };
    expect(issuesOf(union, { data: value })).toEqual([{ path: 'data', message: `${what} ${problem}` }]);
    const loose: Shape = { ...text, unknown: 'loose' };
    expect(issuesOf(loose, { text: 'a', x: value })).toEqual([{ path: 'x', message: `${what} ${problem}` }]);
  });

  test('is not looked for where all has a schema, and what is lowered passes', () => {
    const { lower, unsendable } = compileShape({ kind: 'array', items: { kind: 'any' } });
    expect(unsendable(lower([undefined, 2 ** 40, 5n, [{ a: undefined }], new Date(0), new Uint8Array(1)]))).toEqual([]);
    expect(compileShape(text).unsendable(new Map())).toEqual([]);
  });
});
