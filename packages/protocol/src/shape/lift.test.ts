import { describe, expect, test } from 'vitest';

import { compileShape } from './compile.ts';
import type { Shape } from './shape.ts';

const int = { kind: 'number', int: true } as const;

describe('what arrives', () => {
  test.each<[string, Shape, unknown, unknown]>([
    ['a 64-bit integer is a number', int, 2n ** 40n, 2 ** 40],
    ['an integer that no number holds stays', int, 2n ** 60n, 2n ** 60n],
    ['a small bigint is a bigint', { kind: 'bigint' }, 7, 7n],
    ['a large bigint is a bigint', { kind: 'bigint' }, '9223372036854775808', 9_223_372_036_854_775_808n],
    ['nil is no value', { kind: 'undefined' }, null, undefined],
    ['nil stays null where null is meant', { kind: 'nullable', of: { kind: 'set', items: int } }, null, null],
    [
      'an absent item of an open tuple',
      { kind: 'tuple', items: [int, int, int], required: 1 },
      [1, null, 3],
      [1, undefined, 3],
    ],
  ])('%s', (_, shape, value, lifted) => {
    expect(compileShape(shape).lift(value)).toStrictEqual(lifted);
  });

  test('as a Buffer is a Uint8Array', () => {
    const lifted = compileShape({ kind: 'bytes' }).lift(Buffer.from([1, 2]));
    expect(Object.getPrototypeOf(lifted)).toBe(Uint8Array.prototype);
    expect(lifted).toEqual(new Uint8Array([1, 2]));
  });

  test('keeps fields the shape does not know: the worker decides about them', () => {
    const { lift } = compileShape({ kind: 'object', fields: { s: { kind: 'set', items: int } } });
    expect(lift({ s: [1], extra: 2 })).toEqual({ s: new Set([1]), extra: 2 });
  });
});

describe('what does not fit', () => {
  const shapes: Shape[] = [
    int,
    { kind: 'bigint' },
    { kind: 'set', items: int },
    { kind: 'map', key: int, value: int },
    { kind: 'bytes' },
    { kind: 'tuple', items: [{ kind: 'bigint' }] },
    { kind: 'record', key: { kind: 'string' }, value: { kind: 'bigint' } },
    { kind: 'object', fields: { a: { kind: 'bigint' } } },
  ];

  test.each(shapes)('stays as it is: %j', (shape) => {
    const { lift } = compileShape(shape);
    for (const value of ['x', '1e5', true, undefined, { b: 'x' }]) expect(lift(value)).toEqual(value);
  });

  test('such as pairs that are none', () => {
    const { lift } = compileShape({ kind: 'map', key: int, value: int });
    for (const value of [[[1, 2], [3]], [1], [[1, 2, 3]]]) expect(lift(value)).toBe(value);
  });

  test('such as a number with a million digits', () => {
    const digits = '9'.repeat(1_000_000);
    expect(compileShape({ kind: 'bigint' }).lift(digits)).toBe(digits);
  });
});

test('a union is lifted by the option that its wire form fits', () => {
  const { lift } = compileShape({
    kind: 'union',
    options: [
      { kind: 'object', fields: { ids: { kind: 'set', items: int } } },
      { kind: 'object', fields: { names: { kind: 'set', items: { kind: 'string' } } } },
      { kind: 'undefined' },
    ],
  });
  expect(lift({ names: ['a'] })).toEqual({ names: new Set(['a']) });
  expect(lift({ ids: [2n ** 40n] })).toEqual({ ids: new Set([2 ** 40]) });
  expect(lift(null)).toBeUndefined();
  expect(lift('x')).toBe('x');
});
