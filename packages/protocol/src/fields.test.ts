import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field } from './fields.ts';
import { INVALID, blob, choice, flag, group, integer, list, optional, readFields, text } from './fields.ts';

describe('a field reads what fits and nothing else', () => {
  const person = group<{ name: string; age?: number }>({ name: text(3), age: optional(integer(200)) });
  test.each<[string, Field<unknown>, unknown, unknown]>([
    ['text', text(3), 'abc', 'abc'],
    ['text that is too long', text(3), 'abcd', INVALID],
    ['text that is a number', text(3), 1, INVALID],
    ['text that is bytes', text(3), Uint8Array.of(65), INVALID],
    ['a choice', choice('a', 'b'), 'b', 'b'],
    ['another one', choice('a', 'b'), 'c', INVALID],
    ['an integer', integer(5), 5, 5],
    ['zero', integer(5), 0, 0],
    ['an integer that is too large', integer(5), 6, INVALID],
    ['a negative one', integer(), -1, INVALID],
    ['a fraction', integer(), 1.5, INVALID],
    ['not a number', integer(), Number.NaN, INVALID],
    ['infinity', integer(), Infinity, INVALID],
    ['a bigint', integer(), 2n ** 60n, INVALID],
    ['more than a float holds exactly', integer(), 2 ** 53, INVALID],
    ['a flag', flag(), false, false],
    ['a flag that is a number', flag(), 1, INVALID],
    ['bytes', blob(2), Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['too few bytes', blob(2), Uint8Array.of(1), INVALID],
    ['a list for bytes', blob(2), [1, 2], INVALID],
    ['a list', list(integer(), 2), [1, 2], [1, 2]],
    ['a list that is too long', list(integer(), 2), [1, 2, 3], INVALID],
    ['a list with a wrong item', list(integer(), 2), ['1'], INVALID],
    ['something like a list', list(integer(), 2), { length: 1, 0: 1 }, INVALID],
    ['a group', person, { name: 'Ann', age: 7 }, { name: 'Ann', age: 7 }],
    ['a group with more than it knows', person, { name: 'Ann', more: 1 }, { name: 'Ann' }],
    ['a group without what it needs', person, { age: 7 }, INVALID],
    ['a group with nil for what may be absent', person, { name: 'Ann', age: null }, { name: 'Ann' }],
    ['a group with a wrong field that may be absent', person, { name: 'Ann', age: 'old' }, INVALID],
    ['a list for a group', person, [], INVALID],
    ['nil for a group', person, null, INVALID],
    ['nothing where nothing may be', optional(flag()), undefined, undefined],
  ])('%s', (_, field, value, expected) => {
    expect(field.read(value)).toEqual(expected);
  });

  test('what an object inherits is not read', () => {
    const value = Object.create({ name: 'Ann' }) as object;
    expect(readFields({ name: text(3) }, value)).toBeUndefined();
  });

  test('whatever is read is a copy that holds known names only', () => {
    const fields = { a: optional(integer()), b: optional(list(text(10), 10)) };
    fc.assert(
      fc.property(fc.object({ key: fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor') }), (value) => {
        const read = readFields(fields, value);
        expect(Object.keys(read ?? {}).every((name) => name === 'a' || name === 'b')).toBe(true);
        expect(read === undefined || Object.getPrototypeOf(read) === Object.prototype).toBe(true);
      }),
    );
  });

  test('any value reads as something or is invalid', () => {
    const fields: Field<unknown>[] = [text(3), choice('a'), integer(), flag(), blob(1), list(flag(), 2), person];
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), fc.nat(6), (value, index) => {
        expect(() => fields[index]?.read(value)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });
});

test('a field says in words what it takes', () => {
  const kind = group({ route: integer(7), names: list(text(4), 2), why: optional(choice('x', 'y')) }).kind;
  expect(kind).toBe(
    '{ route: integer, at most 7; names: list of text, at most 4, at most 2 items; why: `x` or `y`, optional }',
  );
});
