import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns are as wide as their widest cell', () => {
  const rows = [
    ['orders', '1', 'quote place'],
    ['a', '10', '-'],
  ];
  expect(table(['SERVICE', 'N', 'METHODS'], rows)).toEqual([
    'SERVICE  N   METHODS',
    'orders   1   quote place',
    'a        10  -',
  ]);
});
