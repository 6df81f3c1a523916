import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHART } from '../scripts/doc-tables.ts';
import { root } from '../test/support/repository.ts';
import { chart } from './chart.ts';
import { formatResults, rowOf } from './results.ts';
import { rates, resultsWith } from './results.test-kit.ts';
import { LATEST, savedResults } from './saved-results.ts';

describe('results', () => {
  test('a row spreads each figure over the rounds', () => {
    const key = { scenario: 's', load: 'l', contender: 'c' };
    expect(rowOf(key, [{ allMs: 3 }, { allMs: 1.00004 }, { allMs: 2 }])).toEqual({
      ...key,
      figures: { allMs: { median: 2, min: 1, max: 3, values: [3, 1, 2] } },
    });
  });

  test('are written as JSON with a line for each row', () => {
    const results = resultsWith([rates('inflight|1 in flight|reeve', 1), rates('inflight|1 in flight|nats', 2)]);
    const text = formatResults(results);
    expect(JSON.parse(text)).toEqual(results);
    expect(text.split('\n').filter((line) => line.includes('"contender"'))).toHaveLength(2);
  });
});

describe('the committed results', () => {
  test('are what the chart shows (if not: corepack pnpm tables)', () => {
    expect(readFileSync(join(root, CHART), 'utf8')).toBe(chart(savedResults()));
  });

  test('are as the bench wrote them', () => {
    const isUntouched = readFileSync(LATEST, 'utf8') === formatResults(savedResults());
    expect(isUntouched, 'bench/results/latest.json was changed by hand or by a formatter').toBe(true);
  });
});
