import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { nextSeq, seqDistance } from './sequence.ts';
import { ChannelPair, readEnvelope } from './wire.test-kit.ts';

// Sessions of this file begin just before the number after which counting starts anew.
vi.mock('./sequence.ts', async (original) => ({ ...(await original<object>()), NO_SEQ: 2 ** 32 - 3 }));

describe('numbers on the circle', () => {
  test('go around', () => {
    expect([nextSeq(0), nextSeq(2 ** 32 - 2), nextSeq(2 ** 32 - 1)]).toEqual([1, 2 ** 32 - 1, 0]);
  });

  test('have a distance that only depends on the steps between them', () => {
    const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(u32, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (from, steps) => {
        expect(seqDistance((from + steps) >>> 0, from)).toBe(steps);
      }),
    );
  });
});

test('a session goes on where the numbers start anew', () => {
  const { a, b } = new ChannelPair();
  const numbers: number[] = [];
  for (let i = 0; i < 6; i++) {
    a.write(1, i);
    const transmit = a.poll()!;
    numbers.push(readEnvelope(transmit.frames).seq);
    expect(b.take(transmit)).toBe('ok');
    expect(b.take(transmit)).toBe('duplicate');
    b.write();
    expect(a.take(b.poll()!)).toBe('ok');
    expect(a.channel.isSettled).toBe(true);
  }
  expect(numbers).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0, 1, 2, 3]);
  expect(b.received.map((r) => r.type)).toEqual([0, 1, 2, 3, 4, 5]);
  a.write();
  a.poll();
  a.write();
  expect(b.take(a.poll()!)).toBe('gap');
});
