import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from './json-fault.ts';

const VALUE = 'a value: an object, an array, a string in double quotes, or a number';

test.each([
  ['{sku:"A1"}', 1, 2, 'a name in double quotes, or }', 'sku:"A1"}'],
  ['{"sku":A1}', 1, 8, VALUE, 'A1}'],
  ["{'sku':1}", 1, 2, 'a name in double quotes, or }', "'sku':1}"],
  ['{"a":1,}', 1, 8, 'a name in double quotes', '}'],
  ['{"a" 1}', 1, 6, ':', '1}'],
  ['[1,2', 1, 5, ', or ]', 'the end'],
  ['[1 2]', 1, 4, ', or ]', '2]'],
  ['{"a":1', 1, 7, ', or }', 'the end'],
  ['{\n  "a": 1,\n  "b": tru\n}', 3, 8, VALUE, 'tru'],
  ['1 2', 1, 3, 'the end', '2'],
  ['hello', 1, 1, VALUE, 'hello'],
  ['01', 1, 1, VALUE, '01'],
  ['"a', 1, 1, VALUE, '"a'],
  ['"\\x"', 1, 1, VALUE, '"\\x"'],
  ['', 1, 1, VALUE, 'the end'],
])('%j', (text, line, column, expected, found) => {
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  expect(jsonFault(text)).toEqual({ line, column, expected, found });
});

test('goes through everything that is JSON', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\n'), (json, space) => {
      const text = `${space}${json}${space}`;
      expect(jsonFault(`${text}#`)).toMatchObject({ expected: 'the end', found: '#' });
    }),
  );
});

test('finds a fault that was put in, not before the place', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      const place = at % (json.length + 1);
      const text = `${json.slice(0, place)}\u0001${json.slice(place)}`;
      const { column, line, expected } = jsonFault(text);
      expect(expected).not.toBe('');
      // Inside a string the fault is the string, which begins before it.
      expect(line === 1 && column <= place + 1).toBe(true);
    }),
  );
});

test('a very deep text does not exhaust the stack', () => {
  expect(jsonFault('['.repeat(200_000)).column).toBe(200_001);
});
