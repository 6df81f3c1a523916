import { describe, expect, test } from 'vitest';
import { markdownTable, resultsTable } from './tables.ts';
import { rates, resultsWith, rowWith } from './results.test-kit.ts';

const results = resultsWith([
  rates('inflight|1 in flight|reeve', 1_000, 1_100, 900),
  rowWith('inflight|32 in flight|reeve', { callsPerSecond: [20_000], p50Ms: [1.2345], clientCpuUs: [12.34] }),
  { ...rates('inflight|1 in flight|nats'), figures: {}, missing: 'apt-get install nats-server' },
  { ...rates('inflight|32 in flight|nats'), figures: {}, failed: 'nobody answered' },
  rowWith('storm|500 clients|reeve', { allMs: [1_234, 1_300, 1_200], othersCpuShare: [0, 0, 0] }),
]);

describe('tables of results', () => {
  test('a column for each load: median, lowest and highest round, time of a call', () => {
    expect(resultsTable(results, 'inflight').split('\n')).toEqual([
      '|       | 1 in flight              | 32 in flight     |',
      '| ----- | ------------------------ | ---------------- |',
      '| Reeve | 1,000 (900–1,100) · 1 ms | 20,000 · 1.23 ms |',
      '| NATS  | missing                  | failed           |',
    ]);
  });

  test('CPU by role, with a dash where there is no such process', () => {
    expect(resultsTable(results, 'inflight/cpu')).toContain('12.3 / – / –');
  });

  test('a column for each figure where there is one load', () => {
    expect(resultsTable(results, 'storm').split('\n')).toEqual([
      '|       | all answered                 |',
      '| ----- | ---------------------------- |',
      '| Reeve | 1,234 ms (1,200 ms–1,300 ms) |',
    ]);
  });

  test('ratios that could not be worked out are missing', () => {
    expect(resultsTable(results, 'ratios')).toMatch(/`clients100_vs_nats` +\| missing/);
  });

  test('the machine, its load and the versions', () => {
    expect(resultsTable(results, 'machine')).toMatch(/in 5 minutes \(full\): 3 rounds of 3 s\. a processor, 2 cores/);
    expect(resultsTable(results, 'machine')).toContain('0.1, 0.2, 0.3 before the run and 2, 1, 0.5 after it');
    expect(resultsTable(results, 'machine')).toContain('reeve 0.1.0, nats 2.9');
  });

  test('what was not measured says so, and what there is not is refused', () => {
    expect(resultsTable(results, 'pool')).toBe('Not measured in this run.');
    expect(() => resultsTable(results, 'weather')).toThrow('no scenario is named "weather"');
  });

  test('a bar within a cell does not end it', () => {
    expect(markdownTable(['a'], [['x|y']])).toBe('| a    |\n| ---- |\n| x\\|y |');
  });
});
