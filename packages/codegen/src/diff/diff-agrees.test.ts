import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lock } from '../lock/lock.ts';
import type { Change } from './change.ts';
import { lockWith } from './diff.test-kit.ts';
import { diffLocks } from './diff-locks.ts';
import { anySpec, changed, type Make, schemaOf, type Spec, valueOf } from './spec.test-kit.ts';

/** Zod itself is the oracle: what it refuses must not have been called compatible. */

test('nothing differs from itself', () => {
  fc.assert(
    fc.property(fc.gen(), (make) => {
      const spec = anySpec(make, 3);
      expect(changesOf(spec, spec) ?? []).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('what is called compatible refuses no value, and what is called breaking is a change', () => {
  const seen = { compared: 0, compatible: 0, refused: 0 };
  fc.assert(
    fc.property(fc.gen(), (make) => {
      const old = anySpec(make, 3);
      const fresh = changed(make, old);
      const changes = changesOf(old, fresh);
      if (changes === undefined) return;
      seen.compared++;
      for (const [side, sender, receiver] of [
        ['callers', old, fresh],
        ['workers', fresh, old],
      ] as const) {
        const isCompatible = changes.every((change) => change[side] === 'fine');
        const refused = refusedOf(make, sender, receiver);
        if (isCompatible) seen.compatible++;
        if (refused !== undefined) seen.refused++;
        if (isCompatible && refused !== undefined) {
          throw new Error(`${side} are harmed: ${JSON.stringify({ refused, old, fresh, changes })}`);
        }
      }
    }),
    { numRuns: RUNS },
  );
  // The test tests something: changes of both sorts came up.
  expect(seen.compared).toBeGreaterThan(RUNS / 3);
  expect(seen.compatible).toBeGreaterThan(RUNS / 10);
  expect(seen.refused).toBeGreaterThan(RUNS / 10);
});

test('an object that becomes a record, or the other way round, is judged as Zod would', () => {
  const seen = { compatible: 0, refused: 0 };
  const isOf =
    (...kinds: readonly string[]): ((spec: Spec) => boolean) =>
    (spec) =>
      kinds.includes(spec.t);
  const specOf = (make: Make, accepts: (spec: Spec) => boolean): Spec => {
    for (;;) {
      const spec = anySpec(make, 2);
      if (accepts(spec)) return spec;
    }
  };
  fc.assert(
    fc.property(fc.gen(), (make) => {
      const [object, record] = [specOf(make, isOf('object')), specOf(make, isOf('record'))];
      const isTurned = make(fc.boolean);
      const [old, fresh] = isTurned ? [record, object] : [object, record];
      const changes = changesOf(old, fresh) ?? [];
      for (const [side, sender, receiver] of [
        ['callers', old, fresh],
        ['workers', fresh, old],
      ] as const) {
        const refused = refusedOf(make, sender, receiver);
        if (refused !== undefined) seen.refused++;
        if (!changes.every((change) => change[side] === 'fine')) continue;
        seen.compatible++;
        if (refused !== undefined) throw new Error(`${side}: ${JSON.stringify({ refused, old, fresh, changes })}`);
      }
    }),
    { numRuns: RUNS },
  );
  expect(seen.compatible).toBeGreaterThan(RUNS / 50);
  expect(seen.refused).toBeGreaterThan(RUNS / 10);
});

/** Undefined for unions that cannot be told apart on the wire: no contract can have them. */
function changesOf(old: Spec, fresh: Spec): readonly Change[] | undefined {
  const locks: Lock[] = [];
  for (const spec of [old, fresh]) {
    try {
      locks.push(lockWith({ input: schemaOf(spec) }));
    } catch (error) {
      if (!String(error).includes('cannot be told apart on the wire')) throw error;
      return undefined;
    }
  }
  const [before, after] = locks;
  return before === undefined || after === undefined ? undefined : diffLocks(before, after);
}

/** A value that one side sends and the other refuses, if one is found. A sender drops fields that it does not know. */
function refusedOf(make: Make, sender: Spec, receiver: Spec): { readonly value: unknown } | undefined {
  const [own, other] = [schemaOf(sender), schemaOf(receiver)];
  for (let i = 0; i < VALUES; i++) {
    const { success, data } = own.safeParse(valueOf(make, sender));
    if (success && !other.safeParse(data).success) return { value: data };
  }
  return undefined;
}

const RUNS = 300;

/** Values tried for each pair. */
const VALUES = 10;
