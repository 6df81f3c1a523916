import { LIMITS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { versioned } from '../diff/diff.test-kit.ts';
import { advanceLock } from './advance-lock.ts';
import type { Lock, MethodHistory } from './lock.ts';
import { lockText, parseLock } from './lock-text.ts';

/** The lock after each of some versions was locked in turn, as it is when it comes back from its file. */
function lockedInTurn(...versions: readonly (readonly [version: string, max: number])[]): Lock {
  let lock: Lock | undefined;
  for (const [version, max] of versions) lock = reread(advanceLock(lock, locked(version, max)));
  return lock!;
}

function locked(version: string, max: number): Lock {
  return versioned(version, { input: z.string().max(max) });
}

function reread(lock: Lock): Lock {
  return parseLock(lockText(lock), 'reeve.lock.json');
}

function historyOf(lock: Lock): MethodHistory | undefined {
  return lock.services['s']?.former?.['m'];
}

/** `version since max`, newest first. */
function storyOf(lock: Lock): string[] {
  return (historyOf(lock)?.versions ?? []).map(
    ({ version, since, input }) => `${version} ${since ?? '-'} ${'max' in input ? input.max : ''}`,
  );
}

describe('a lock that is brought up to date', () => {
  test('keeps what was, newest first, with the versions in which it came and went', () => {
    const lock = lockedInTurn(['1.0.0', 1], ['1.1.0', 1], ['1.2.0', 2], ['1.3.0', 2], ['1.4.0', 3]);
    expect(historyOf(lock)?.since).toBe('1.4.0');
    expect(storyOf(lock)).toEqual(['1.3.0 1.2.0 2', '1.1.0 - 1']);
  });

  test('says nothing of methods that never changed, and is the same if nothing changes', () => {
    expect(lockText(lockedInTurn(['1.0.0', 1], ['1.0.0', 1]))).toBe(lockText(locked('1.0.0', 1)));
    const lock = lockedInTurn(['1.0.0', 1], ['1.1.0', 2]);
    expect(lockText(advanceLock(lock, locked('1.1.0', 2)))).toBe(lockText(lock));
  });

  test('takes for the first version of a change the one that its author gives it later', () => {
    const once = lockedInTurn(['1.0.0', 1], ['1.0.0', 2]);
    expect(historyOf(once)?.since).toBe('1.0.0');
    expect(historyOf(lockedInTurn(['1.0.0', 1], ['1.0.0', 2], ['1.1.0', 2], ['1.2.0', 2]))?.since).toBe('1.1.0');
  });

  test('knows a version again that comes back', () => {
    const lock = lockedInTurn(['1.0.0', 1], ['1.1.0', 2], ['1.2.0', 1]);
    expect(storyOf(lock)).toEqual(['1.1.0 1.1.0 2']);
    expect(historyOf(lock)?.since).toBe('1.2.0');
  });

  test('forgets methods and services that are gone', () => {
    const lock = lockedInTurn(['1.0.0', 1], ['1.1.0', 2]);
    const s = locked('1.2.0', 3).services['s']!;
    const without = advanceLock(lock, {
      lockVersion: 1,
      services: { s: { ...s, methods: { other: s.methods['m']! } } },
    });
    expect(without.services['s']?.former).toBeUndefined();
    expect(advanceLock(lock, { lockVersion: 1, services: {} }).services).toEqual({});
  });

  test('keeps the types of that time, those that the method used', () => {
    const shape = { kind: 'ref', name: 'T' } as const;
    const lock = locked('1.0.0', 1);
    const s = lock.services['s']!;
    const old = {
      ...s,
      methods: { m: { ...s.methods['m']!, fingerprint: 'old', input: shape } },
      types: { T: { kind: 'object', fields: { next: shape } }, Other: { kind: 'null' } },
    } as const;
    const fresh = advanceLock({ lockVersion: 1, services: { s: old } }, lock);
    expect(historyOf(fresh)?.versions[0]?.types).toEqual({ T: old.types.T });
  });
});

describe('its bound', () => {
  const many = (version: (index: number) => string, count: number): string[] =>
    storyOf(lockedInTurn(...Array.from({ length: count }, (_, index) => [version(index), index] as const)));

  test('lets the oldest go where each has a version of its own', () => {
    const story = many((index) => `1.${index}.0`, VERSIONS_MAX + 3);
    expect(story).toHaveLength(VERSIONS_MAX);
    expect([story[0], story.at(-1)]).toEqual([
      `1.${VERSIONS_MAX + 1}.0 1.${VERSIONS_MAX + 1}.0 ${VERSIONS_MAX + 1}`,
      '1.2.0 1.2.0 2',
    ]);
  });

  test('lets go first what was only tried out: between the first and the last of one version', () => {
    const story = many((index) => (index === 0 ? '1.0.0' : '1.1.0'), 40);
    expect(story).toHaveLength(VERSIONS_MAX);
    expect(story.slice(-2)).toEqual(['1.1.0 1.1.0 1', '1.0.0 - 0']);
    expect(story[0]).toBe('1.1.0 1.1.0 38');
  });
});

const VERSIONS_MAX = LIMITS.formerVersionsMax;
