import { expect, test } from 'vitest';
import { literalText } from './literal-text.ts';

test.each<[unknown, string]>([
  [1, '1'],
  [null, 'null'],
  [true, 'true'],
  ["it's", "'it\\'s'"],
  [[], '[]'],
  [{}, '{}'],
  [['a', 1], "['a', 1]"],
  [{ a: 1, 'b-c': [2], d: undefined }, "{ a: 1, 'b-c': [2] }"],
])('%j is written %s', (value, text) => {
  expect(literalText(value)).toBe(text);
});

test('what does not fit on a line takes several', () => {
  const long = 'x'.repeat(60);
  expect(literalText({ a: long, b: { c: [long, long] } })).toBe(
    `{\n  a: '${long}',\n  b: {\n    c: [\n      '${long}',\n      '${long}',\n    ],\n  },\n}`,
  );
});
