import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Options, versioned } from '../diff/diff.test-kit.ts';
import { advanceLock } from '../lock/advance-lock.ts';
import type { Lock } from '../lock/lock.ts';
import { formerVersions } from './former-versions.ts';

/** What the last of some versions, locked one after the other as 1.0.0, 1.1.0 and so on, says of those before it. */
function judged(...versions: readonly Options[]): {
  accepts: number[];
  acceptsWorkers: number[];
  refuses: [version: number, why: string][];
} {
  let lock: Lock | undefined;
  const fingerprints = versions.map((options, index) => {
    const fresh = versioned(`1.${index}.0`, options);
    lock = advanceLock(lock, fresh);
    return fresh.services['s']?.methods['m']?.fingerprint;
  });
  const former = formerVersions(lock!.services['s']!, 's').get('m');
  const numberOf = (fingerprint: string): number => fingerprints.indexOf(fingerprint);
  return {
    accepts: former?.accepts.map(numberOf) ?? [],
    acceptsWorkers: former?.acceptsWorkers.map(numberOf) ?? [],
    refuses: former?.refuses.map(({ fingerprint, why }) => [numberOf(fingerprint), why]) ?? [],
  };
}

const id = z.int();

describe('former versions of a method', () => {
  test('whose workers do not serve the present one are refused by its callers, with the reason', () => {
    let lock: Lock | undefined;
    for (const [version, input] of [['1.0.0', z.enum(['a'])] as const, ['1.1.0', z.enum(['a', 'b'])] as const]) {
      lock = advanceLock(lock, versioned(version, { input }));
    }
    expect(formerVersions(lock!.services['s']!, 's').get('m')).toMatchObject({
      acceptsWorkers: [],
      refusesWorkers: [{ why: 'the input got one more value in 1.1.0' }],
    });
  });

  test('that get on with the present one both ways are accepted and understood', () => {
    expect(
      judged(
        { input: z.object({ id }), output: z.object({ id }) },
        { input: z.object({ id, note: z.string().optional() }), output: z.object({ id }) },
        { input: z.object({ id, note: z.string().optional() }), output: z.object({ id, more: id.optional() }) },
      ),
    ).toEqual({ accepts: [1, 0], acceptsWorkers: [1, 0], refuses: [] });
  });

  test('are accepted for what callers send and read, and understood for what workers take and answer', () => {
    const [some, all] = [z.enum(['a']), z.enum(['a', 'b'])];
    expect(judged({ input: some }, { input: all })).toEqual({ accepts: [0], acceptsWorkers: [], refuses: [] });
    expect(judged({ input: all }, { input: some })).toEqual({
      accepts: [],
      acceptsWorkers: [0],
      refuses: [[0, 'the input lost a value in 1.1.0']],
    });
    expect(judged({ output: some }, { output: all })).toEqual({
      accepts: [],
      acceptsWorkers: [0],
      refuses: [[0, 'the reply got one more value in 1.1.0']],
    });
    expect(judged({ output: all }, { output: some })).toEqual({ accepts: [0], acceptsWorkers: [], refuses: [] });
  });

  test('are refused for failures that their callers do not know', () => {
    const { accepts, refuses } = judged({}, { errors: { FULL: z.object({ id }) } });
    expect([accepts, refuses]).toEqual([[], [[0, 'error `FULL` was added in 1.1.0']]]);
    const more = judged({ errors: { FULL: z.object({ id }) } }, { errors: { FULL: z.object({ id: z.string() }) } });
    expect(more.refuses).toEqual([
      [0, 'field `id` of error `FULL` became another kind of value (integer → string) in 1.1.0'],
    ]);
  });

  test('are refused with the version in which the change came, not the present one', () => {
    const x = z.object({ x: z.string().max(5).optional() });
    const required = z.object({ x: z.string().max(5) });
    expect(judged({ input: x }, { input: required }, { input: required, output: id }).refuses).toEqual([
      [1, 'the reply got one more alternative in 1.2.0'],
      [0, 'field `x` became required in 1.1.0, and 1 more'],
    ]);
  });

  test('of which nobody can tell are refused, and the reason says so', () => {
    const odd = z.string().refine((text) => text.length % 2 === 1);
    const { accepts, acceptsWorkers, refuses } = judged(
      { input: z.object({ odd: z.string() }) },
      {
        input: z.object({ odd, more: id.optional() }),
      },
    );
    expect({ accepts, acceptsWorkers }).toEqual({ accepts: [], acceptsWorkers: [0] });
    expect(refuses).toEqual([[0, 'it cannot be proved to fit: field `odd` got a check of its own in 1.1.0']]);
  });

  test('with long paths are refused in few words', () => {
    const at = (value: z.ZodType): Options => ({ input: z.object({ ['x'.repeat(500)]: value }) });
    const [[, why] = [0, '']] = judged(at(z.string()), at(id)).refuses;
    expect(why).toHaveLength(200);
  });

  test('do not matter to what never changed', () => {
    expect(formerVersions(versioned('1.0.0', {}).services['s']!, 's').size).toBe(0);
  });
});
