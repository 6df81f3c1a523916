import { expect, test } from 'vitest';
import { didYouMean, nearNames } from './near-names.ts';

test.each([
  ['quot', ['place', 'quote'], ['quote']],
  ['qoute', ['place', 'quote'], ['quote']],
  ['Quote', ['quote'], ['quote']],
  ['orders', ['order', 'orders', 'borders'], ['orders', 'borders', 'order']],
  ['xyz', ['place', 'quote'], []],
  ['', ['a'], ['a']],
])('near %s of %j are %j', (typed, names, near) => {
  expect(nearNames(typed, names)).toEqual(near);
});

test('a hint names at most three', () => {
  expect(didYouMean('ab', ['aa', 'ac', 'ad', 'ae'])).toBe('did you mean "aa" or "ac" or "ad"?');
  expect(didYouMean('something', ['else'])).toBeUndefined();
});
