import { describe, expect, test } from 'vitest';

import { compileShape } from './compile.ts';
import type { Shape, Shapes } from './shape.ts';

const int = { kind: 'number', int: true } as const;
const string = { kind: 'string' } as const;

describe('numbers', () => {
  test.each<[Shape, unknown, string]>([
    [{ kind: 'number' }, '1', 'expected a number, got a string'],
    [{ kind: 'number' }, Number.NaN, 'expected a number, got NaN'],
    [int, 1.5, 'expected an integer, got a number'],
    [int, 2 ** 53, 'expected an integer, got a number'],
    [{ kind: 'number', min: 1, exclusiveMax: 5 }, 5, 'at least 1 and less than 5'],
    [{ kind: 'number', exclusiveMin: 0 }, 0, 'more than 0'],
    [{ kind: 'bigint' }, 1, 'expected a bigint, got a number'],
    [{ kind: 'bigint', min: '0', max: '9' }, 10n, 'at most 9'],
    [{ kind: 'bigint', min: '0' }, -1n, 'at least 0'],
    [{ kind: 'bigint' }, 10n ** 4_096n, 'at most 4096 digits'],
  ])('%j refuses %s', (shape, value, message) => {
    expect(issuesOf(shape, value)).toEqual([{ path: '', message }]);
  });
});

describe('strings', () => {
  test('are measured in code points, as Zod does', () => {
    const shape: Shape = { kind: 'string', min: 2, max: 3 };
    expect(issuesOf(shape, '😀😀😀')).toEqual([]);
    expect(issuesOf(shape, '😀')).toEqual([{ path: '', message: 'at least 2 characters' }]);
    expect(issuesOf(shape, '😀😀😀😀')).toEqual([{ path: '', message: 'at most 3 characters' }]);
    expect(issuesOf(shape, '\ud83d\ud83d\ud83d\ud83d')).toEqual([{ path: '', message: 'at most 3 characters' }]);
  });

  test('with a format are not checked for it: that is the worker’s part', () => {
    expect(issuesOf({ kind: 'string', format: 'uuid' }, 'no uuid')).toEqual([]);
  });
});

describe('constants', () => {
  test.each<[Shape, unknown, string]>([
    [{ kind: 'literal', values: ['a'] }, 'b', 'expected "a", got a string'],
    [{ kind: 'enum', values: ['a', 'b'] }, 3, 'expected one of "a", "b", got a number'],
    [{ kind: 'boolean' }, 0, 'expected true or false, got a number'],
    [{ kind: 'null' }, 0, 'expected null, got a number'],
    [{ kind: 'undefined' }, null, 'expected nothing, got null'],
    [{ kind: 'never' }, 1, 'expected nothing, got a number'],
  ])('%j refuses %j', (shape, value, message) => {
    expect(issuesOf(shape, value)).toEqual([{ path: '', message }]);
  });

  test('of a long enum are not all listed', () => {
    const values = Array.from({ length: 12 }, (_, i) => `v${i}`);
    expect(issuesOf({ kind: 'enum', values }, 'x')[0]?.message).toContain('… (12 values)');
  });
});

describe('containers', () => {
  test.each<[Shape, unknown, string, string]>([
    [{ kind: 'array', items: int, max: 1 }, [1, 2], '', 'at most 1 items'],
    [{ kind: 'array', items: int, min: 1 }, [], '', 'at least 1 items'],
    [{ kind: 'array', items: int }, { length: 0 }, '', 'expected an array, got an object'],
    [{ kind: 'array', items: int }, [1, 'x'], '[1]', 'expected an integer, got a string'],
    [{ kind: 'tuple', items: [int, string] }, [1], '', 'at least 2 items'],
    [{ kind: 'tuple', items: [int] }, [1, 2], '', 'at most 1 items'],
    [{ kind: 'tuple', items: [int], rest: string }, [1, 'a', 2], '[2]', 'expected a string, got a number'],
    [{ kind: 'set', items: int, max: 1 }, new Set([1, 2]), '', 'at most 1 items'],
    [{ kind: 'set', items: int }, [1], '', 'expected a Set, got an array'],
    [{ kind: 'map', key: string, value: int }, new Map([['a', 'b']]), '[0]', 'expected an integer, got a string'],
    [{ kind: 'map', key: string, value: int }, {}, '', 'expected a Map, got an object'],
    [{ kind: 'record', key: { kind: 'enum', values: ['a'] }, value: int }, { b: 1 }, 'b', 'expected "a", got a string'],
    [{ kind: 'record', key: string, value: int }, { 'a b': 'x' }, '["a b"]', 'expected an integer, got a string'],
    [{ kind: 'bytes', max: 2 }, new Uint8Array(3), '', 'at most 2 bytes'],
    [{ kind: 'bytes' }, new Uint16Array(3), '', 'expected bytes (a Uint8Array), got an object'],
    [{ kind: 'date' }, new Date(Number.NaN), '', 'expected a Date, got an invalid Date'],
    [{ kind: 'date', min: 0 }, new Date(-1), '', 'not before 1970-01-01T00:00:00.000Z'],
  ])('%j refuses %o', (shape, value, path, message) => {
    expect(issuesOf(shape, value)).toEqual([{ path, message }]);
  });

  test('of tuples may end early where items are optional', () => {
    const shape: Shape = { kind: 'tuple', items: [int, string, int], required: 1 };
    expect(issuesOf(shape, [1])).toEqual([]);
    expect(issuesOf(shape, [1, undefined, 2])).toEqual([]);
    expect(issuesOf(shape, [])).toHaveLength(1);
  });

  test('of records take numbers as keys in the form of strings', () => {
    expect(issuesOf({ kind: 'record', key: int, value: string }, { 12: 'x' })).toEqual([]);
    expect(issuesOf({ kind: 'record', key: int, value: string }, { x: 'x' })).toHaveLength(1);
  });
});

describe('objects', () => {
  const line: Shape = { kind: 'object', fields: { sku: string, quantity: int, note: string }, optional: ['note'] };

  test('are reported field by field, at most five', () => {
    expect(issuesOf(line, { sku: 1 })).toEqual([
      { path: 'sku', message: 'expected a string, got a number' },
      { path: 'quantity', message: 'required: an integer' },
    ]);
    expect(
      issuesOf(
        { kind: 'array', items: line },
        Array.from({ length: 100 }, () => ({})),
      ),
    ).toHaveLength(5);
    expect(
      issuesOf({ kind: 'object', fields: { lines: { kind: 'array', items: line } } }, { lines: [{}] })[0]?.path,
    ).toBe('lines[0].sku');
  });

  test('may have other fields, unless they are strict', () => {
    expect(issuesOf(line, { sku: '', quantity: 1, more: () => 0 })).toEqual([]);
    const strict: Shape = { ...line, unknown: 'strict' };
    expect(issuesOf(strict, { sku: '', quantity: 1, more: 1 })).toEqual([{ path: 'more', message: 'unknown field' }]);
    const loose: Shape = { ...line, unknown: 'loose' };
    expect(issuesOf(loose, { sku: '', quantity: 1, more: new Set() })[0]?.path).toBe('more');
    const catchall: Shape = { ...line, catchall: int };
    expect(issuesOf(catchall, { sku: '', quantity: 1, more: 'x' })[0]?.path).toBe('more');
    expect(issuesOf(catchall, { sku: '', quantity: 1, more: 7 })).toEqual([]);
  });

  test.each([[[]], [new Map()], [new Date()], ['x'], [null]])('are not %o', (value) => {
    expect(issuesOf({ kind: 'object', fields: {} }, value)).toHaveLength(1);
  });

  test('may be instances of a class', () => {
    class Point {
      readonly x = 1;
    }
    expect(issuesOf({ kind: 'object', fields: { x: int } }, new Point())).toEqual([]);
  });
});

describe('unions', () => {
  const card: Shape = { kind: 'object', fields: { by: { kind: 'literal', values: ['card'] }, number: string } };
  const cash: Shape = { kind: 'object', fields: { by: { kind: 'literal', values: ['cash'] } } };
  const payment: Shape = { kind: 'union', discriminator: 'by', options: [card, cash] };

  test('with a discriminator report what is wrong with the option that is meant', () => {
    expect(issuesOf(payment, { by: 'cash' })).toEqual([]);
    expect(issuesOf(payment, { by: 'card' })).toEqual([{ path: 'number', message: 'required: a string' }]);
    expect(issuesOf(payment, { by: 'gold' })).toEqual([{ path: 'by', message: 'expected one of "card", "cash"' }]);
    expect(issuesOf(payment, 7)).toEqual([{ path: '', message: 'expected an object, got a number' }]);
  });

  test('report the only option that a value can be', () => {
    const shape: Shape = { kind: 'union', options: [string, { kind: 'array', items: int }] };
    expect(issuesOf(shape, ['x'])).toEqual([{ path: '[0]', message: 'expected an integer, got a string' }]);
    expect(issuesOf(shape, true)).toEqual([{ path: '', message: 'expected one of 2 alternatives, got a boolean' }]);
  });

  test('find their discriminator through refs, other unions and intersections', () => {
    const shapes: Shapes = { Card: card };
    const nested: Shape = {
      kind: 'union',
      discriminator: 'by',
      options: [
        { kind: 'ref', name: 'Card' },
        { kind: 'intersection', left: cash, right: { kind: 'object', fields: { cents: int } } },
        { kind: 'union', options: [{ kind: 'object', fields: { by: { kind: 'enum', values: ['coin', 'note'] } } }] },
      ],
    };
    const { check } = compileShape(nested, shapes);
    expect(check({ by: 'note' })).toEqual([]);
    expect(check({ by: 'cash' })).toEqual([{ path: 'cents', message: 'required: an integer' }]);
    expect(check({ by: 'card' })).toEqual([{ path: 'number', message: 'required: a string' }]);
  });

  test('that contain themselves without a discriminator take linear time', () => {
    const shapes: Shapes = {
      Tree: {
        kind: 'union',
        options: [
          { kind: 'object', fields: { next: { kind: 'ref', name: 'Tree' }, a: int } },
          { kind: 'object', fields: { next: { kind: 'ref', name: 'Tree' }, b: int } },
          { kind: 'object', fields: { leaf: int } },
        ],
      },
    };
    let value: object = { leaf: 'wrong' };
    for (let i = 0; i < 50; i++) value = { next: value, a: 1, b: 1 };
    // Three options at each of fifty levels: without a memory this would not end.
    expect(compileShape({ kind: 'ref', name: 'Tree' }, shapes).check(value)).toHaveLength(1);
  });
});

describe('data without a schema', () => {
  test.each([1, 'a', null, true, [1, { a: [] }], new Uint8Array(1), new Date(0), 5n])('may be %o', (value) => {
    expect(issuesOf({ kind: 'any' }, { value })).toEqual([]);
  });

  test.each([new Map(), new Set(), () => 0, Symbol('s'), 2n ** 63n, new Error('e'), /x/, new Date(Number.NaN)])(
    'may not be %o',
    (value) => {
      expect(issuesOf({ kind: 'any' }, { list: [value] })[0]?.path).toBe('list[0]');
    },
  );
});

test('an intersection reports both halves', () => {
  const shape: Shape = {
    kind: 'intersection',
    left: { kind: 'object', fields: { a: int } },
    right: { kind: 'object', fields: { b: int } },
  };
  expect(issuesOf(shape, {}).map(({ path }) => path)).toEqual(['a', 'b']);
});

test('a message never holds the value, and a path is cut', () => {
  const key = 'secret '.repeat(1_000);
  const [issue] = issuesOf({ kind: 'record', key: string, value: int }, { [key]: 'hunter2' });
  expect(issue?.path.length).toBeLessThan(300);
  expect(issue?.message).not.toContain('hunter2');
});

function issuesOf(shape: Shape, value: unknown): readonly { path: string; message: string }[] {
  return compileShape(shape).check(value);
}

test('a promise that nobody waited for is no object, not even an empty one', () => {
  const record: Shape = { kind: 'record', key: { kind: 'string' }, value: int };
  const open: Shape = { kind: 'object', fields: { a: int }, optional: ['a'] };
  for (const shape of [record, open]) {
    expect(issuesOf(shape, Promise.resolve({}))).toEqual([{ path: '', message: 'expected an object, got a Promise' }]);
  }
});
