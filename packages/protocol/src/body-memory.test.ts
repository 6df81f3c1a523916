import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyMemory } from './body-memory.ts';
import { LIMITS } from './limits.ts';

test('what was given back is used again, for a body of about the same length', () => {
  const memory = new BodyMemory();
  const first = memory.take(100_000);
  memory.giveBack(first);
  expect(memory.freeBytes).toBeGreaterThanOrEqual(100_000);
  const second = memory.take(99_000);
  expect([second.buffer, second.length, memory.freeBytes]).toEqual([first.buffer, 99_000, 0]);
  memory.giveBack(second);
  expect(memory.take(20_000).buffer).not.toBe(first.buffer);
  expect(memory.take(200_000).buffer).not.toBe(first.buffer);
});

test('what is given back twice, or was never taken, is left alone', () => {
  const memory = new BodyMemory();
  const bytes = memory.take(50_000);
  memory.giveBack(bytes.subarray());
  memory.giveBack(new Uint8Array(50_000));
  expect(memory.freeBytes).toBe(0);
  memory.giveBack(bytes);
  const once = memory.freeBytes;
  memory.giveBack(bytes);
  expect(memory.freeBytes).toBe(once);
});

test('no more is kept than a window, and nothing that is larger', () => {
  const memory = new BodyMemory();
  const taken = Array.from({ length: 20 }, () => memory.take(1_000_000));
  for (const bytes of taken) memory.giveBack(bytes);
  expect(memory.freeBytes).toBeLessThanOrEqual(LIMITS.windowBytes);
  expect(memory.freeBytes).toBeGreaterThan(LIMITS.windowBytes - 2_000_000);
  const before = memory.freeBytes;
  memory.giveBack(memory.take(LIMITS.windowBytes + 1));
  expect(memory.freeBytes).toBe(before);
});

test('no two that are out at a time share a byte', () => {
  const step = fc.record({ length: fc.integer({ min: 8_193, max: 60_000 }), isBack: fc.boolean(), which: fc.nat(50) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const memory = new BodyMemory();
      const out: Uint8Array[] = [];
      for (const { length, isBack, which } of steps) {
        if (isBack && out.length > 0) {
          memory.giveBack(out.splice(which % out.length, 1)[0]!);
        } else {
          out.push(memory.take(length));
        }
        expect(new Set(out.map(({ buffer }) => buffer)).size).toBe(out.length);
      }
    }),
  );
});
