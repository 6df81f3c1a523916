import { expect, test } from 'vitest';
import latest from '../results/types.json' with { type: 'json' };
import type { Measured } from './measure.ts';
import { formatTypeTable, typeResults } from './type-results.ts';

function measured(name: string, base: number, calls: number): Measured {
  const rest = { types: 10, memoryKib: 20, checkSeconds: 0.1 };
  return { name, base: { ...rest, instantiations: base }, calls: { ...rest, instantiations: calls } };
}

test('everybody is set beside the first', () => {
  const results = typeResults(500, { typescript: '7.0.2' }, [
    measured('ours', 900, 100),
    measured('theirs', 500, 2_500),
  ]);
  expect(results.rows.map(({ ratio, ratioInAll }) => [ratio, ratioInAll])).toEqual([
    [1, 1],
    [25, 3],
  ]);
  expect(formatTypeTable(results)).toBe(
    [
      '        instantiations of the calls  ratio  types of the calls  instantiations in all  ratio',
      'ours                            100    1 ×                  10                  1,000    1 ×',
      'theirs                        2,500   25 ×                  10                  3,000    3 ×',
      '',
      '500 methods; typescript 7.0.2',
    ].join('\n'),
  );
});

test('calls that cost nothing do not divide by zero', () => {
  const { rows } = typeResults(1, {}, [measured('ours', 900, 0), measured('theirs', 500, 2_500)]);
  expect(rows.map(({ ratio }) => ratio)).toEqual([0, 2_500]);
});

test('the committed results keep to the goal: ten times fewer instantiations than what infers', () => {
  expect(latest.methods).toBe(500);
  expect(latest.rows.map(({ name }) => name)).toEqual(['Reeve stubs', 'tRPC router', 'oRPC router', 'oRPC contract']);
  for (const { ratio } of latest.rows.slice(1)) expect(ratio).toBeGreaterThanOrEqual(10);
});
