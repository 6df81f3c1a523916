import { describe, expect, it } from 'vitest';
import { type Summary, summaryJson, summaryTable, violations } from './summary.ts';

const good: Summary = {
  documents: 6000,
  rendered: 6000,
  lost: 0,
  mismatched: 0,
  retried: 7,
  workersKilled: 1,
  brokerRestarts: 1,
  seconds: 41.26,
};

describe('violations', () => {
  it('finds none in a run as it should be', () => {
    expect(violations(good)).toEqual([]);
  });

  it.each<[string, Partial<Summary>]>([
    ['nothing to render', { documents: 0, rendered: 0 }],
    ['lost', { lost: 1 }],
    ['5,999 documents were rendered of 6,000', { rendered: 5999 }],
    ['differ', { mismatched: 1 }],
    ['0 workers were killed', { workersKilled: 0 }],
    ['2 workers were killed', { workersKilled: 2 }],
    ['broker was restarted 0 times', { brokerRestarts: 0 }],
    ['retried', { retried: 0 }],
  ])('finds: %s', (words, change) => {
    const found = violations({ ...good, ...change });

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(words);
  });
});

describe('summaryJson', () => {
  it('is one line with the documented fields in their order', () => {
    expect(summaryJson(good)).toBe(
      '{"documents":6000,"rendered":6000,"lost":0,"mismatched":0,"retried":7,' +
        '"workersKilled":1,"brokerRestarts":1,"seconds":41.3}',
    );
  });

  it('carries the reason of a run that failed', () => {
    const line = summaryJson(good, 'two\nlines');

    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ documents: 6000, error: 'two\nlines' });
  });
});

describe('summaryTable', () => {
  it('lines the values up and names the pages', () => {
    const detail = {
      skipped: 2,
      farmSeconds: 17.84,
      singleProcessSeconds: 30,
      index: 'out/index.html',
    };

    const lines = summaryTable(good, detail);

    expect(lines.at(-1)).toBe('  The pages: out/index.html');
    const rows = lines.slice(0, -2);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(rows.join('\n')).toMatch(/rendered +6,000\n/);
    expect(rows.join('\n')).toMatch(/failures +17\.8 s\n/);
  });
});
