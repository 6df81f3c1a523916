import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from './bytes.test-kit.ts';
import { toHex } from './bytes.ts';
import { ENVELOPE } from './envelope.ts';
import { LIMITS } from './limits.ts';
import type { Transmit } from './session.ts';
import { ChannelPair, Side, envelope, readEnvelope, recordTypes } from './wire.test-kit.ts';

describe('numbers', () => {
  test('count up from one, and messages say what was heard', () => {
    const { a, b } = new ChannelPair();
    const heads: number[][] = [];
    for (let turn = 0; turn < 3; turn++) {
      a.write();
      const transmit = a.poll(turn + 0.5)!;
      b.take(transmit);
      const { session, seq, ack, sentAt } = readEnvelope(transmit.frames);
      heads.push([session, seq, ack, sentAt]);
      b.write();
      a.take(b.poll()!);
    }
    expect(heads).toEqual([
      [77, 1, 0, 0],
      [77, 2, 1, 1],
      [77, 3, 2, 2],
    ]);
  });

  test('a message that comes twice is dropped, and changes nothing', () => {
    const { a, b } = new ChannelPair();
    a.write();
    const transmit = a.poll(5)!;
    expect(b.take(transmit, 10)).toBe('ok');
    expect(b.take(transmit, 20)).toBe('duplicate');
    expect([b.received.length, b.channel.heardAt]).toEqual([1, 10]);
    a.write();
    expect(b.take(a.poll()!)).toBe('ok');
  });

  test('a missing message is a gap, whatever comes after it', () => {
    const { a, b } = new ChannelPair();
    for (let i = 0; i < 3; i++) {
      a.write();
      const transmit = a.poll()!;
      expect(i === 0 ? 'lost' : b.take(transmit)).toBe(i === 0 ? 'lost' : 'gap');
    }
    expect(b.received).toHaveLength(0);
  });

  test.each<[string, number]>([
    ['of what was never sent', 3],
    ['from the other half of the circle', 2 ** 31 + 2],
    ['of what is before the last one', 0],
  ])('an acknowledgement %s is a gap', (_, ack) => {
    const { a, b } = new ChannelPair();
    for (let i = 0; i < 2; i++) {
      a.write();
      b.take(a.poll()!);
    }
    b.write();
    a.take(b.poll()!);
    expect(a.channel.accept(0, readEnvelope([envelope([], { session: 77, seq: 2, ack })]))).toBe('gap');
    expect(a.channel.accept(0, readEnvelope([envelope([], { session: 77, seq: 2, ack: 2 })]))).toBe('ok');
  });
});

describe('one turn', () => {
  test('leaves as few messages as fit', () => {
    const side = new Side();
    for (let i = 0; i < 1_000; i++) side.write(100);
    const perMessage = Math.floor((LIMITS.envelopeBytes - 24) / 106);
    const sizes = side.drain().map(({ frames }) => recordTypes(frames).length);
    const whole = Math.floor(1_000 / perMessage);
    expect(sizes).toEqual([...Array.from({ length: whole }, () => perMessage), 1_000 - whole * perMessage]);
  });

  test('keeps the order over any mix of records', () => {
    const record = fc.record({
      bytes: fc.constantFrom(0, 1, 30, 900, 1_100, 9_000, 65_000, 70_000),
      hasTail: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (records) => {
        const { a, b } = new ChannelPair();
        records.forEach(({ bytes, hasTail }, i) => {
          const body = new Uint8Array(bytes + 1).fill(i);
          if (hasTail) a.writeWithTail(body);
          else a.write(body);
        });
        for (const transmit of a.drain()) expect(b.take(transmit)).toBe('ok');
        const seen = b.received.map(({ payload, tail }) => [(tail ?? payload).length, (tail ?? payload)[0]]);
        expect(seen).toEqual(records.map(({ bytes }, i) => [bytes + 1, i]));
      }),
      { numRuns: 200 },
    );
  });

  test('a large body has a message of its own, between what came before it and what came after', () => {
    const side = new Side();
    side.write(1, 20);
    side.writeWithTail(new Uint8Array(9_000), 18);
    side.write(2, 21);
    side.write(3, 22);
    const sent = side.drain().map(({ frames }) => [...recordTypes(frames), frames.length]);
    expect(sent).toEqual([
      [20, 1],
      [18, 2],
      [21, 22, 1],
    ]);
  });

  test('a record larger than an envelope has one of its own', () => {
    const side = new Side();
    for (const bytes of [10, 100_000, 10]) side.write(bytes);
    expect(side.drain().map(({ frames }) => frames[0]!.length)).toEqual([40, 100_030, 40]);
  });

  test('without anything said sends nothing', () => {
    expect(new Side().poll()).toBeUndefined();
  });
});

test('a message that was handed out never changes', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.nat(2_000).map((bytes) => ({ bytes, tail: false })) },
    fc.constant({ bytes: 9_000, tail: true }),
    { weight: 2, arbitrary: fc.constant('poll' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const first = new Side();
      const sent: { transmit: Transmit; before: string }[] = [];
      for (const [i, action] of steps.entries()) {
        if (action === 'poll') {
          const transmit = first.poll();
          if (transmit !== undefined) sent.push({ transmit, before: digits(transmit) });
        } else if (action.tail) first.writeWithTail(new Uint8Array(action.bytes).fill(i));
        else first.write(new Uint8Array(action.bytes).fill(i));
      }
      for (const { transmit, before } of sent) expect(digits(transmit)).toBe(before);
    }),
  );
});

describe('the window', () => {
  test('holds back what goes beyond it until it is acknowledged', () => {
    const { a, b } = new ChannelPair(1_000);
    for (let i = 0; i < 5; i++) {
      a.write(370);
      const transmit = a.poll();
      expect(transmit === undefined).toBe(i >= 2);
      if (transmit !== undefined) b.take(transmit);
    }
    expect([a.channel.isBlocked, a.channel.unsentBytes > 0]).toEqual([true, true]);
    const acknowledgement = b.poll()!;
    expect(recordTypes(acknowledgement.frames)).toEqual([]);
    a.take(acknowledgement);
    expect(a.poll()).toBeDefined();
  });

  test('lets one message through that is larger than it', () => {
    const side = new Side(1_000);
    side.write(5_000);
    expect(side.poll()).toBeDefined();
    side.write(1);
    expect(side.poll()).toBeUndefined();
  });

  test('counts a large body too', () => {
    const side = new Side(30_000);
    side.write(15_000);
    side.poll();
    side.writeWithTail(new Uint8Array(20_000));
    expect(side.channel.unsentBytes).toBeGreaterThan(20_000);
    expect(side.channel.isBlocked).toBe(true);
    expect(side.poll()).toBeUndefined();
  });

  test('does not hold back an acknowledgement: two full windows would wait for ever', () => {
    const pair = new ChannelPair(1_000);
    for (const side of [pair.a, pair.b]) for (let i = 0; i < 4; i++) side.write(70_000);
    // Both are full before either has heard the other.
    const crossing = [pair.a.drain(), pair.b.drain()] as const;
    for (const transmit of crossing[0]) pair.b.take(transmit);
    for (const transmit of crossing[1]) pair.a.take(transmit);
    pair.settle();
    expect([pair.a.received.length, pair.b.received.length]).toEqual([4, 4]);
  });

  test('is acknowledged at a quarter by one who has nothing to say', () => {
    const { a, b } = new ChannelPair(10_000);
    const acknowledged: number[] = [];
    for (let i = 1; i <= 10; i++) {
      a.write(970);
      b.take(a.poll()!);
      if (b.poll() !== undefined) acknowledged.push(i);
    }
    expect(acknowledged).toEqual([3, 6, 9]);
  });

  test('an acknowledgement is not itself acknowledged', () => {
    const pair = new ChannelPair(40);
    pair.a.write(100);
    expect(pair.settle()).toBeLessThan(10);
  });

  test('never stands still, however large the messages are', () => {
    const windowBytes = 100_000;
    const message = fc.record({ bytes: fc.nat(2 * windowBytes), fromA: fc.boolean(), hasTail: fc.boolean() });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const pair = new ChannelPair(windowBytes);
        const { a, b } = pair;
        for (const { bytes, fromA, hasTail } of messages) {
          const side = fromA ? a : b;
          if (hasTail) side.writeWithTail(new Uint8Array(bytes));
          else side.write(bytes);
        }
        pair.settle();
        const fromA = messages.filter((m) => m.fromA).length;
        expect([b.received.length, a.received.length]).toEqual([fromA, messages.length - fromA]);
        expect([a.channel.unsentBytes, b.channel.unsentBytes]).toEqual([0, 0]);
      }),
    );
  });

  test('is never exceeded, except by one message after less than a quarter', () => {
    const windowBytes = 20_000;
    const step = fc.oneof(fc.record({ bytes: fc.nat(30_000), hasTail: fc.boolean() }), fc.constant('answer' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { a, b } = new ChannelPair(windowBytes);
        let flight: number[] = [];
        for (const action of steps) {
          if (action === 'answer') {
            b.write();
            a.take(b.poll()!);
            flight = [];
          } else if (action.hasTail) a.writeWithTail(new Uint8Array(action.bytes));
          else a.write(action.bytes);
          for (const transmit of a.drain()) {
            flight.push(transmit.frames.reduce((sum, frame) => sum + frame.length, 0));
            b.take(transmit);
          }
          const bytes = flight.reduce((sum, size) => sum + size, 0);
          expect(bytes <= windowBytes || bytes - flight.at(-1)! < windowBytes / 4).toBe(true);
        }
      }),
    );
  });

  test('is settled once everything is acknowledged', () => {
    const { a, b } = new ChannelPair();
    expect(a.channel.isSettled).toBe(true);
    a.write();
    expect(a.channel.isSettled).toBe(false);
    b.take(a.poll()!);
    expect(a.channel.isSettled).toBe(false);
    b.write();
    a.take(b.poll()!);
    expect(a.channel.isSettled).toBe(true);
  });
});

test('which records were read is known by their envelopes, whatever came without records between', () => {
  const { a, b } = new ChannelPair();
  a.write(10);
  const first = a.channel.envelope;
  b.take(a.poll()!);
  a.channel.acknowledgeSoon();
  b.take(a.poll()!);
  a.write(10);
  const second = a.channel.envelope;
  const acknowledged = (): boolean[] => [first, second].map((n) => a.channel.isAcknowledged(n));
  b.write();
  a.take(b.poll()!);
  expect([first, second, ...acknowledged()]).toEqual([1, 2, true, false]);
  b.take(a.poll()!);
  b.write();
  a.take(b.poll()!);
  a.channel.close();
  expect(acknowledged()).toEqual([true, true]);
});

describe('a transport without room', () => {
  test('gets the same message again, before any other', () => {
    const { a, b } = new ChannelPair();
    a.write(1, 20);
    const refused = a.poll(0)!;
    a.channel.pause(0, refused);
    a.write(1, 21);
    expect([a.poll(0), a.channel.isBlocked, a.channel.isSettled]).toEqual([undefined, true, false]);
    a.outbox.handleTimeout(1);
    expect(a.poll(1)).toBe(refused);
    b.take(refused);
    b.take(a.poll(1)!);
    expect(b.received.map((r) => r.type)).toEqual([20, 21]);
  });

  test('is tried again later each time, until the peer acknowledges', () => {
    const { a, b } = new ChannelPair();
    a.write();
    const transmit = a.poll(0)!;
    const pauses: number[] = [];
    let now = 0;
    for (let i = 0; i < 8; i++) {
      a.channel.pause(now, transmit);
      expect(a.poll(now)).toBeUndefined();
      const until = a.outbox.timeout()!;
      pauses.push(until - now);
      now = until;
      a.outbox.handleTimeout(now);
      expect(a.poll(now)).toBe(transmit);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 50, 50]);
    b.take(transmit);
    b.write();
    a.channel.pause(now, transmit);
    a.take(b.poll()!);
    expect(a.poll(now)).toBe(transmit);
    a.channel.pause(now, transmit);
    expect(a.channel.pausedUntil).toBe(now + 1);
  });
});

describe('what was never sent', () => {
  test('is known for each record by the number of its envelope', () => {
    const { a } = new ChannelPair(1_000);
    const step = (bytes: number): number => {
      a.write(bytes);
      return a.channel.envelope;
    };
    const [first, second, third] = [step(10), step(10), step(66_000)];
    expect([first, second, third]).toEqual([1, 1, 2]);
    const unsent = (): boolean[] => [first, second, third].map((n) => a.channel.isUnsent(n));
    expect(unsent()).toEqual([true, true, true]);
    const transmit = a.poll()!;
    expect(unsent()).toEqual([false, false, true]);
    a.channel.pause(0, transmit);
    expect(unsent()).toEqual([true, true, true]);
  });

  test('does not include what an acknowledgement that was refused stands behind', () => {
    const { a, b } = new ChannelPair(100);
    b.write(20);
    const { envelope: number } = b.channel;
    b.poll();
    a.write(90);
    b.take(a.poll()!);
    b.channel.pause(0, b.poll()!);
    expect(b.channel.isUnsent(number)).toBe(false);
  });
});

test('a delay is what a message took beyond the quickest', () => {
  const { a, b } = new ChannelPair();
  const delays = [5, 0, 30].map((delay, i) => {
    a.write();
    b.take(a.poll(i * 100)!, 1_000_000 + i * 100 + delay);
    return b.channel.delayMs;
  });
  expect(delays).toEqual([0, 0, 30]);
});

test('a closed channel sends nothing and gives its buffer back', () => {
  const side = new Side();
  side.write(500);
  const { buffer } = side.channel;
  side.channel.close();
  expect(side.poll()).toBeUndefined();
  expect(side.outbox.takeScratch(500)).toBe(buffer);
});

test('an acknowledgement alone is a header and nothing else', () => {
  const { a, b } = new ChannelPair(100);
  a.write(50);
  b.take(a.poll()!);
  expect(b.poll()!.frames.map((frame) => frame.length)).toEqual([ENVELOPE.headerBytes]);
});

function digits({ frames }: Transmit): string {
  return toHex(concat(...frames));
}
