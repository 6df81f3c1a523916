import { describe, expect, it } from 'vitest';
import { type Fault, FaultPlan } from './faults.ts';

describe('FaultPlan', () => {
  it('kills a worker after a third and the broker after two thirds', () => {
    const plan = new FaultPlan(9);

    const faults = Array.from({ length: 9 }, (_, job) => plan.noteStart(job, true));

    expect(faults).toEqual(['none', 'none', 'none', 'worker', 'none', 'none', 'broker', 'none', 'none']);
  });

  it('counts a document that is begun again once', () => {
    const plan = new FaultPlan(9);

    const faults = [0, 1, 2, 2, 2, 1].map((job) => plan.noteStart(job, false));

    expect(faults).toEqual(['none', 'none', 'none', 'none', 'none', 'none']);
    expect(plan.noteStart(3, false)).toBe('worker');
  });

  it('leaves the broker alone until the documents of the worker are safe', () => {
    const plan = new FaultPlan(9);
    for (let job = 0; job < 7; job += 1) plan.noteStart(job, false);

    expect(plan.noteStart(7, false)).toBe('none');
    expect(plan.noteStart(7, true)).toBe('broker');
  });

  it.each([1, 2, 3, 4, 5, 10])('kills both with %i documents, however late the worker is replaced', (documents) => {
    const plan = new FaultPlan(documents);
    const waiting = Array.from({ length: documents }, (_, job) => job);
    const faults: Fault[] = [];

    while (waiting.length > 0) {
      const job = waiting.shift() ?? 0;
      const fault = plan.noteStart(job, false);
      if (fault === 'none') continue;
      faults.push(fault);
      // What a killed worker held, or a killed broker had given out, is begun again.
      waiting.push(job);
    }

    expect(faults).toEqual(['worker', 'broker']);
  });
});
