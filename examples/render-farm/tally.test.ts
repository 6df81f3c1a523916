import { beforeEach, describe, expect, it } from 'vitest';
import { type Pair, pairKey, planJobs } from './plan.ts';
import { Tally } from './tally.ts';

const pair: Pair = { path: 'a.md', theme: 'nord', markdown: '' };

let tally: Tally;

beforeEach(() => {
  tally = new Tally(planJobs([pair], 3), new Map([[pairKey(pair), 'right']]));
});

describe('Tally', () => {
  it('counts answers, those of each worker and those of a later attempt', () => {
    tally.noteAnswer({ job: 0, hash: 'right', worker: 'worker 1', attempt: 1 });
    tally.noteAnswer({ job: 2, hash: 'right', worker: 'worker 1', attempt: 3 });

    expect(tally).toMatchObject({ documents: 3, rendered: 2, retried: 1, mismatched: 0, lost: 0 });
    expect(tally.renderedBy('worker 1')).toBe(2);
    expect(tally.renderedBy('worker 2')).toBe(0);
  });

  it('finds an answer that differs from what the single process made', () => {
    tally.noteAnswer({ job: 0, hash: 'wrong', worker: 'worker 1', attempt: 1 });

    expect(tally.mismatched).toBe(1);
  });

  it('takes a document that the single process does not know for different', () => {
    const unknown = new Tally(planJobs([pair], 1), new Map());

    unknown.noteAnswer({ job: 0, hash: 'right', worker: 'worker 1', attempt: 1 });

    expect(unknown.mismatched).toBe(1);
  });

  it('refuses an answer that comes twice or that nobody asked for', () => {
    const answer = { job: 0, hash: 'right', worker: 'worker 1', attempt: 1 };
    tally.noteAnswer(answer);

    expect(() => tally.noteAnswer(answer)).toThrow('document 0');
    expect(() => tally.noteAnswer({ ...answer, job: 3 })).toThrow('document 3');
  });

  it('counts a document without an answer as lost', () => {
    tally.noteLoss();

    expect(tally).toMatchObject({ rendered: 0, lost: 1 });
  });
});
