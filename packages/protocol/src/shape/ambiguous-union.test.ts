import { describe, expect, test } from 'vitest';

import { findAmbiguousUnion } from './ambiguous-union.ts';
import type { Shape, Shapes } from './shape.ts';

const int = { kind: 'number', int: true } as const;
const string = { kind: 'string' } as const;
const set = { kind: 'set', items: int } as const;
const list = { kind: 'array', items: int } as const;

describe('cannot be told apart on the wire', () => {
  test.each<[string, Shape[]]>([
    ['a Set and an array', [set, list]],
    [
      'a Map and an array of pairs',
      [
        { kind: 'map', key: int, value: int },
        { kind: 'array', items: list },
      ],
    ],
    ['a bigint and a number', [{ kind: 'bigint' }, int]],
    ['a bigint and a string', [string, { kind: 'bigint' }]],
    ['null and nothing', [{ kind: 'null' }, { kind: 'undefined' }]],
    ['nothing and what may be null', [{ kind: 'nullable', of: string }, { kind: 'undefined' }]],
    ['a Set and anything', [set, { kind: 'any' }]],
    ['objects with such fields', [object({ a: set }), object({ a: list, b: int })]],
    ['a bigint of any size and its digits', [{ kind: 'bigint', min: '0' }, string]],
    [
      'an object with a Set and one that carries others along',
      [object({ a: set }), { kind: 'object', fields: {}, unknown: 'loose' }],
    ],
  ])('%s', (_, options) => {
    expect(findAmbiguousUnion({ kind: 'union', options }, {})).toBeDefined();
  });

  test('and the place is named', () => {
    const union: Shape = { kind: 'union', options: [set, list] };
    const shapes: Shapes = { Tag: object({ values: union }) };
    const shape = object({ lines: { kind: 'array', items: object({ tag: { kind: 'ref', name: 'Tag' } }) } });
    expect(findAmbiguousUnion(shape, shapes)).toEqual({ path: 'lines[].tag.values', first: set, second: list });
  });

  test('null inside of what may be undefined', () => {
    const shape: Shape = { kind: 'nullable', of: { kind: 'union', options: [string, { kind: 'undefined' }] } };
    expect(findAmbiguousUnion(shape, {})).toBeDefined();
  });
});

describe('can be told apart', () => {
  test.each<[string, Shape[]]>([
    ['a Set and a string', [set, string]],
    ['a Date and a string', [{ kind: 'date' }, string]],
    ['integers and floats', [int, { kind: 'number' }]],
    [
      'two ranges of bigints',
      [
        { kind: 'bigint', max: '0' },
        { kind: 'bigint', min: '0' },
      ],
    ],
    ['a bigint of 64 bits and a string', [{ kind: 'bigint', min: '0', max: '9' }, string]],
    ['objects that share what is changed', [object({ a: set }), object({ a: set, b: { kind: 'bigint' } })]],
    [
      'lists of what is lifted alike',
      [
        { kind: 'array', items: set },
        { kind: 'array', items: set, max: 3 },
      ],
    ],
    ['strings of any kind', [string, { kind: 'enum', values: ['a'] }]],
    ['objects with different required fields', [object({ a: set }), object({ b: list })]],
    [
      'objects with a different constant',
      [object({ t: constant('x'), a: set }), object({ t: constant('y'), a: list })],
    ],
    [
      'tuples of different length',
      [
        { kind: 'tuple', items: [set] },
        { kind: 'tuple', items: [list, int] },
      ],
    ],
    ['two sets that are the same', [set, set]],
    ['arrays, whatever is in them, if nothing changes', [list, { kind: 'array', items: string }]],
  ])('%s', (_, options) => {
    expect(findAmbiguousUnion({ kind: 'union', options }, {})).toBeUndefined();
  });

  test('options with a discriminator', () => {
    const shape: Shape = {
      kind: 'union',
      discriminator: 't',
      options: [object({ t: constant('x'), a: set }), object({ t: constant('y'), a: list })],
    };
    expect(findAmbiguousUnion(shape, {})).toBeUndefined();
  });

  test('shapes that contain themselves', () => {
    const shapes: Shapes = {
      Tree: { kind: 'union', options: [set, object({ left: { kind: 'ref', name: 'Tree' } })] },
    };
    expect(findAmbiguousUnion({ kind: 'ref', name: 'Tree' }, shapes)).toBeUndefined();
  });
});

function object(fields: Record<string, Shape>): Shape {
  return { kind: 'object', fields };
}

function constant(value: string): Shape {
  return { kind: 'literal', values: [value] };
}
