import type { Shape } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { fromJson } from './from-json.ts';
import { toJson } from './to-json.ts';

const EVERYTHING: Shape = {
  kind: 'object',
  fields: {
    date: { kind: 'date' },
    bytes: { kind: 'bytes' },
    big: { kind: 'bigint' },
    set: { kind: 'set', items: { kind: 'bigint' } },
    map: { kind: 'map', key: { kind: 'string' }, value: { kind: 'date' } },
    list: { kind: 'array', items: { kind: 'date' } },
    pair: { kind: 'tuple', items: [{ kind: 'string' }, { kind: 'bigint' }] },
    record: { kind: 'record', key: { kind: 'string' }, value: { kind: 'bytes' } },
    maybe: { kind: 'nullable', of: { kind: 'date' } },
    either: { kind: 'union', options: [{ kind: 'number' }, { kind: 'date' }] },
    tree: { kind: 'ref', name: 'Tree' },
  },
};
const SHAPES: Record<string, Shape> = {
  Tree: {
    kind: 'object',
    fields: { at: { kind: 'date' }, kids: { kind: 'array', items: { kind: 'ref', name: 'Tree' } } },
  },
};
const AT = new Date('2026-01-02T03:04:05.678Z');
const VALUE = {
  date: AT,
  bytes: new Uint8Array([1, 2, 250]),
  big: 2n ** 63n,
  set: new Set([1n, 2n]),
  map: new Map([['a', AT]]),
  list: [AT],
  pair: ['x', 5n],
  record: { k: new Uint8Array([7]) },
  maybe: null,
  either: AT,
  tree: { at: AT, kids: [{ at: AT, kids: [] }] },
};

test('what goes out as JSON comes back by its shape', () => {
  const json = JSON.parse(JSON.stringify(toJson(VALUE))) as unknown;
  expect(json).toMatchObject({ date: '2026-01-02T03:04:05.678Z', bytes: 'AQL6', big: '9223372036854775808' });
  expect(fromJson(json, EVERYTHING, SHAPES)).toEqual(VALUE);
});

test('what is left out of a tuple before something else is null', () => {
  const items: Shape[] = [{ kind: 'string' }, { kind: 'number' }, { kind: 'nullable', of: { kind: 'date' } }];
  const tuple: Shape = { kind: 'tuple', items, required: 1, rest: { kind: 'number' } };
  expect(toJson(['a', undefined, AT])).toEqual(['a', null, AT.toISOString()]);
  expect(fromJson(['a', null, null, null], tuple, {})).toEqual(['a', undefined, null, null]);
});

test('what does not fit is left for the check', () => {
  expect(fromJson('3', { kind: 'date' }, {})).toBe('3');
  expect(fromJson('2026-99-99', { kind: 'date' }, {})).toBe('2026-99-99');
  expect(fromJson('not base64!', { kind: 'bytes' }, {})).toBe('not base64!');
  expect(fromJson('1.5', { kind: 'bigint' }, {})).toBe('1.5');
  expect(fromJson([['a']], { kind: 'map', key: { kind: 'string' }, value: { kind: 'string' } }, {})).toEqual([['a']]);
  expect(fromJson(3, EVERYTHING, SHAPES)).toBe(3);
});

test('what JSON has no form for', () => {
  expect(toJson(undefined)).toBeNull();
  expect(toJson({ a: undefined, b: NaN, c: [undefined, -Infinity], d: new Date(NaN) })).toEqual({
    b: 'NaN',
    c: [null, '-Infinity'],
    d: null,
  });
});

test('a name cannot reach the prototype', () => {
  const odd = { constructor: 'x', toString: 'y' };
  expect(fromJson(odd, { kind: 'object', fields: {} }, {})).toEqual(odd);
  const json = toJson(JSON.parse('{"__proto__":{"x":1}}') as unknown) as Record<string, unknown>;
  expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
  expect(Object.hasOwn(json, '__proto__')).toBe(true);
});
