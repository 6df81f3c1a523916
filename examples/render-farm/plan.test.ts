import { describe, expect, it } from 'vitest';
import {
  distinctPairs,
  documentCountFor,
  htmlBytesMax,
  pairKey,
  pairsThatFit,
  planJobs,
  singleProcessMs,
  type Pair,
} from './plan.ts';
import { themes } from './themes.ts';

describe('distinctPairs', () => {
  it('goes through all documents in one theme before the next', () => {
    const pairs = distinctPairs([
      { path: 'a.md', markdown: 'a', bytes: 1 },
      { path: 'b.md', markdown: 'b', bytes: 1 },
    ]);

    expect(pairs).toHaveLength(2 * themes.length);
    expect(pairs.slice(0, 3)).toEqual([
      { path: 'a.md', theme: 'github-light', markdown: 'a' },
      { path: 'b.md', theme: 'github-light', markdown: 'b' },
      { path: 'a.md', theme: 'nord', markdown: 'a' },
    ]);
    expect(new Set(pairs.map(pairKey)).size).toBe(pairs.length);
  });
});

describe('pairsThatFit', () => {
  it('leaves out what exceeds the limit and what was not measured', () => {
    const pairs = [pair('exact.md'), pair('over.md'), pair('unknown.md')];
    const htmlBytes = new Map([
      [pairKey(pair('exact.md')), htmlBytesMax],
      [pairKey(pair('over.md')), htmlBytesMax + 1],
    ]);

    expect(pairsThatFit(pairs, htmlBytes)).toEqual([pair('exact.md')]);
  });
});

describe('planJobs', () => {
  it('repeats the pairs in order up to the count and numbers the jobs', () => {
    const jobs = planJobs([pair('a.md'), pair('b.md')], 5);

    expect(jobs.map(({ id, path }) => `${id} ${path}`)).toEqual(['0 a.md', '1 b.md', '2 a.md', '3 b.md', '4 a.md']);
  });

  it('takes the first pairs when there are more than asked for', () => {
    expect(planJobs([pair('a.md'), pair('b.md')], 1).map((job) => job.path)).toEqual(['a.md']);
  });

  it('plans nothing without documents', () => {
    expect(planJobs([], 5)).toEqual([]);
  });
});

describe('documentCountFor', () => {
  it('fills the time that is left with repeats at the price of a warm process', () => {
    const measured = { pairMs: [100, 100, 10, 10, 10, 10], pairsPerTheme: 2 };

    expect(documentCountFor(1000, measured)).toBe(6 + (1000 - 240) / 10);
    expect(singleProcessMs(documentCountFor(1000, measured), measured)).toBe(1000);
  });

  it('renders every pair once, even if that alone takes longer', () => {
    expect(documentCountFor(1, { pairMs: [100, 100, 10, 10], pairsPerTheme: 2 })).toBe(4);
  });

  it('is bounded on a very fast machine', () => {
    const measured = { pairMs: [0.001, 0.001], pairsPerTheme: 1 };

    expect(documentCountFor(30_000, measured)).toBe(30_000);
  });
});

describe('singleProcessMs', () => {
  it('adds up what was measured for a part of the pairs', () => {
    expect(singleProcessMs(2, { pairMs: [7, 5, 3], pairsPerTheme: 1 })).toBe(12);
  });

  it('uses the mean of everything where one pass was measured', () => {
    expect(singleProcessMs(4, { pairMs: [30, 10], pairsPerTheme: 2 })).toBe(40 + 2 * 20);
  });
});

function pair(path: string): Pair {
  return { path, theme: 'nord', markdown: '' };
}
