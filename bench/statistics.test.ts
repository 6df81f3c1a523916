import { expect, test } from 'vitest';
import { rounded, roundsOf, spreadOf } from './statistics.ts';

test('the spread of an odd number of values has the one in the middle', () => {
  expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
});

test('the spread of an even number of values has what is between the two in the middle', () => {
  expect(spreadOf([8, 2, 4, 100]).median).toBe(6);
});

test('rounds keep what each gave, in their order', () => {
  expect(roundsOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, values: [9, 1, 5] });
});

test('figures keep four digits', () => {
  expect([123_456, 0.012345, 0].map(rounded)).toEqual([123_500, 0.01235, 0]);
});
