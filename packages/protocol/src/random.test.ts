import { describe, expect, test } from 'vitest';
import { randomBytes, randomToken, seededRandom } from './random.ts';
import type { Random } from './random.ts';

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (...seed: [number, number?]): number[] => {
    const random = seededRandom(...seed);
    return Array.from({ length: 20 }, () => random.u32());
  };
  expect(draw(1, 2)).toEqual(draw(1, 2));
  expect(new Set([...draw(1), ...draw(2), ...draw(1, 1)]).size).toBe(60);
});

test('the numbers are those of sfc32', () => {
  const random = seededRandom(1, 2, 3, 4);
  expect([random.u32(), random.u32(), random.u32()]).toEqual(reference(1, 2, 3, 4));
});

describe('numbers are spread evenly', () => {
  test('over the unit interval', () => {
    const random = seededRandom(7);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) {
      const unit = random.unit();
      expect(unit >= 0 && unit < 1).toBe(true);
      counts[Math.floor(unit * 10)]! += 1;
    }
    // Four standard deviations.
    expect(counts.every((count) => Math.abs(count - 1_000) < 120)).toBe(true);
  });

  test('over all values of a byte', () => {
    const random = seededRandom(9);
    const bytes = randomBytes(random, 10_000);
    expect(bytes).toHaveLength(10_000);
    expect(new Set(bytes).size).toBe(256);
  });
});

describe('a token', () => {
  const fixed = (...numbers: number[]): Random => ({ u32: () => numbers.shift() ?? 0, unit: () => 0 });

  test('has 53 bits', () => {
    expect(randomToken(fixed(0xffffffff, 0xffffffff))).toBe(Number.MAX_SAFE_INTEGER);
    expect(randomToken(fixed(0, 5))).toBe(5);
    expect(randomToken(fixed(1, 0))).toBe(2 ** 32);
  });

  test('is never 0, which means none', () => {
    expect(randomToken(fixed(0, 0))).toBe(1);
    expect(randomToken(fixed(0xffe00000, 0))).toBe(1);
  });
});

/** The published algorithm, written down a second time. */
function reference(a: number, b: number, c: number, counter: number): number[] {
  const state = Uint32Array.of(a, b, c, counter);
  const step = (): number => {
    const sum = Uint32Array.of(state[0]! + state[1]! + state[3]!)[0]!;
    state[3]! += 1;
    state[0] = state[1]! ^ (state[1]! >>> 9);
    state[1] = state[2]! + (state[2]! << 3);
    state[2] = ((state[2]! << 21) | (state[2]! >>> 11)) + sum;
    return sum;
  };
  for (let i = 0; i < 15; i++) step();
  return [step(), step(), step()];
}
