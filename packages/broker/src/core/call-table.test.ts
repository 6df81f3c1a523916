import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallTable } from './call-table.ts';
import type { PendingCall } from './pending-call.ts';

const call = (number: number): PendingCall => ({ call: number }) as PendingCall;

/** Numbers as clients choose them: in sequence, with the count in the high bits, any of 53 bits, a few again. */
const number = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 40 }).map((n) => n * 2 ** 20 + 7),
  fc.integer({ min: 0, max: 40 }).map((n) => n * 2 ** 32),
  fc.maxSafeNat(),
);

describe('a table of calls', () => {
  test('finds what a Map would find, whatever comes and goes', () => {
    const step = fc.record({ number, add: fc.boolean() });
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 400 }), (seed, steps) => {
        const table = new CallTable(seed);
        const model = new Map<number, PendingCall>();
        for (const { number: n, add } of steps) {
          const known = model.get(n);
          expect(table.get(n)).toBe(known);
          if (add && known === undefined) {
            const fresh = call(n);
            table.add(fresh);
            model.set(n, fresh);
          } else if (!add) {
            // One that is not in is left alone.
            table.delete(known ?? call(n));
            model.delete(n);
          }
          expect(table.size).toBe(model.size);
        }
        expect(new Set(table.all())).toEqual(new Set(model.values()));
        for (const [n, known] of model) expect(table.get(n)).toBe(known);
      }),
      { numRuns: 300 },
    );
  });

  test('holds ten thousand calls and gives the room back', () => {
    const table = new CallTable(1);
    const calls = Array.from({ length: 10_000 }, (_, i) => call(i * 2 ** 21));
    for (const one of calls) table.add(one);
    expect(table.size).toBe(10_000);
    for (const one of calls) expect(table.get(one.call)).toBe(one);
    for (const one of calls.slice(1)) table.delete(one);
    expect(table.all()).toEqual([calls[0]]);
    expect(table.capacity).toBeLessThanOrEqual(2_048);
  });
});
