import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZmtpReader } from './reader.ts';
import { encodeCommand, encodeMessage } from './writer.ts';

const LIMIT = 100_000;

/** What a reader makes of bytes that come in these pieces. */
function read(pieces: readonly Uint8Array[], limit = LIMIT): unknown[] {
  const reader = new ZmtpReader(limit);
  const items: unknown[] = [];
  for (const piece of pieces) {
    reader.put(piece);
    for (let item = reader.take(); item !== undefined; item = reader.take()) {
      items.push(item.kind === 'message' ? item.frames.map(summary) : summary(item.body));
    }
  }
  return items;
}

/** A frame's length and the sum of its bytes, each weighed by its place. */
function summary(frame: Uint8Array): string {
  let sum = 0;
  for (let at = 0; at < frame.length; at++) sum = (sum * 31 + frame[at]!) >>> 0;
  return `${frame.length}:${sum}`;
}

function filled(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + seed) & 0xff);
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
}

const lengths = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(255, 256, 4_096, 4_097, 16_384, 16_385, 70_000),
);

test('reads what was written, however it is cut', () => {
  const messages = fc.array(fc.array(lengths, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { maxLength: 12 }), (sizes, places) => {
      const sent = sizes.map((frames, i) => frames.map((length, j) => filled(length, i * 16 + j)));
      const bytes = Buffer.concat(sent.flatMap((frames) => [...encodeMessage(frames), encodeCommand(filled(5, 1))]));
      const expected = sent.flatMap((frames) => [frames.map(summary), summary(filled(5, 1))]);
      expect(read(cut(bytes, places), 200_000)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('reads byte by byte', () => {
  const bytes = Buffer.concat(encodeMessage([filled(0, 0), filled(300, 1), filled(5_000, 2)]));
  expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([
    [filled(0, 0), filled(300, 1), filled(5_000, 2)].map(summary),
  ]);
});

test('takes a command between the frames of a message', () => {
  const [message] = encodeMessage([filled(1, 0), filled(2, 0)]);
  const bytes = Buffer.concat([message!.subarray(0, 3), encodeCommand(filled(4, 9)), message!.subarray(3)]);
  expect(read([bytes])).toEqual([summary(filled(4, 9)), [filled(1, 0), filled(2, 0)].map(summary)]);
});

test('a large frame is not a view of what it came in, which its sender may be long', () => {
  const reader = new ZmtpReader(LIMIT);
  reader.put(Buffer.concat([...encodeMessage([filled(5_000, 0)]), Buffer.alloc(50_000)]));
  const item = reader.take();
  expect(item).toMatchObject({ kind: 'message' });
  expect(item?.kind === 'message' && item.frames[0]!.buffer.byteLength).toBe(5_000);
});

describe('refuses', () => {
  const long = (flags: number, size: bigint): Buffer => {
    const header = Buffer.alloc(9);
    header[0] = flags;
    header.writeBigUInt64BE(size, 1);
    return header;
  };

  test.each<[string, Uint8Array]>([
    ['a reserved flag', Uint8Array.of(8, 0)],
    ['a command in parts', Uint8Array.of(5, 0)],
    ['a frame over the limit, before its bytes come', long(2, BigInt(LIMIT) + 1n)],
    ['a size beyond 32 bits', long(2, 2n ** 40n)],
    ['a size of 64 bits', long(2, 2n ** 64n - 1n)],
    ['a large command', long(6, 70_000n)],
    ['a message of large frames', Buffer.concat([0, 1, 2].flatMap(() => [long(3, 70_000n), Buffer.alloc(70_000)]))],
    ['a message of empty frames without end', Buffer.alloc(2 * 4_000, Uint8Array.of(1, 0))],
  ])('%s', (_, bytes) => {
    expect(() => read([bytes])).toThrow(expect.objectContaining({ name: 'ZmtpError' }));
  });

  test('nothing else than with an error of its own, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(), { maxLength: 3 }), (bytes, places) => {
        let error: unknown;
        try {
          read(cut(bytes, places));
        } catch (thrown) {
          error = thrown;
        }
        expect([undefined, 'ZmtpError']).toContain((error as Error | undefined)?.name);
      }),
    );
  });
});
