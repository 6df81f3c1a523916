import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerView } from './answer-codec.ts';
import { assert } from './assert.ts';
import { concat } from './bytes.test-kit.ts';
import { CallView } from './call-codec.ts';
import { CODES } from './codes.ts';
import { readMap, readNumber } from './cold-codec.ts';
import { ENVELOPE, EnvelopeReader, writeEnvelopeHeader } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { readAwait, readOffer } from './recovery-codec.ts';
import { COLD_RECORDS } from './records.test-kit.ts';
import { REQUEST } from './records.ts';
import { envelope, readEnvelope } from './wire.test-kit.ts';

const fault = (...frames: Uint8Array[]): string | undefined => new EnvelopeReader().reset(frames)?.kind;

describe('the header', () => {
  test('has every field where the definition says', () => {
    const bytes = new Uint8Array(24).fill(0xee);
    writeEnvelopeHeader(bytes, { session: 2 ** 52 + 5, seq: 2 ** 32 - 1, ack: 7, sentAt: 2 ** 31 });
    const reader = readEnvelope([bytes]);
    expect([reader.session, reader.seq, reader.ack, reader.sentAt]).toEqual([2 ** 52 + 5, 2 ** 32 - 1, 7, 2 ** 31]);
    expect(reader.next()).toBe(false);
  });

  test.each<[string, Uint8Array[]]>([
    ['no frame', []],
    ['an empty frame', [new Uint8Array(0)]],
    ['the hiccup mark', [Uint8Array.of(0)]],
    ['an MDP worker', [new Uint8Array(0), new TextEncoder().encode('MDPW01')]],
    ['an MDP client', [new TextEncoder().encode('MDPC02'), Uint8Array.of(1)]],
    ['half a magic', [Uint8Array.of(0xab, 0x52)]],
    ['another magic', [concat(Uint8Array.of(0xab, 0x52, 0x57, 1), new Uint8Array(20))]],
  ])('tells %s from an envelope', (_, frames) => {
    expect(fault(...frames)).toBe('foreign');
  });

  test('tells the version of a newer peer, however the rest looks', () => {
    expect(new EnvelopeReader().reset([Uint8Array.of(0xab, 0x52, 0x56, 9)])).toEqual({
      kind: 'version',
      why: 'protocol version 9, this side speaks 1',
    });
  });

  test('no byte of ASCII begins an envelope', () => {
    expect(ENVELOPE.magic[0]).toBeGreaterThan(0x7f);
  });
});

describe('the records', () => {
  const record = { type: 26, payload: Uint8Array.of(1, 2, 3) };

  test('are stepped through in order', () => {
    const reader = readEnvelope([envelope([{ type: 1, flags: 5 }, record, { type: 200 }])]);
    const seen: number[][] = [];
    while (reader.next()) seen.push([reader.type, reader.flags, reader.end - reader.start]);
    expect(seen).toEqual([
      [1, 5, 0],
      [26, 0, 3],
      [200, 0, 0],
    ]);
    reader.rewind();
    expect(reader.next() && reader.type).toBe(1);
  });

  test('may be none: an acknowledgement', () => {
    expect(readEnvelope([envelope([])]).next()).toBe(false);
  });

  test('are counted for the window with both frames', () => {
    expect(readEnvelope([envelope([record]), new Uint8Array(100)]).messageBytes).toBe(24 + 9 + 100);
  });

  test.each<[string, Uint8Array[]]>([
    ['three frames', [envelope([record]), new Uint8Array(1), new Uint8Array(1)]],
    ['a length one too long', [envelope([{ ...record, length: 4 }])]],
    ['a length of 4 GiB', [envelope([{ ...record, length: 0xffffffff }])]],
    ['a length whose sum would wrap 32 bits', [envelope([record, { type: 1, length: 0xffffffff - 32 }])]],
    ['a record header that is cut off', [concat(envelope([record]), new Uint8Array(5))]],
    ['a header that is cut off', [envelope([]).subarray(0, 23)]],
  ])('are refused as a whole for %s', (_, frames) => {
    expect(fault(...frames)).toBe('malformed');
  });

  test('are limited in number', () => {
    const bytes = (count: number): Uint8Array =>
      concat(envelope([]), new Uint8Array(count * ENVELOPE.recordHeaderBytes));
    expect(fault(bytes(LIMITS.recordsMax))).toBeUndefined();
    expect(fault(bytes(LIMITS.recordsMax + 1))).toBe('malformed');
  });

  test('fill an envelope of the usual size without meeting that limit', () => {
    expect(LIMITS.envelopeBytes / ENVELOPE.recordHeaderBytes).toBeLessThan(LIMITS.recordsMax);
  });

  test('a cut at any byte is noticed, or falls between two records', () => {
    const whole = envelope([record, { type: 1 }, { type: 2, payload: new Uint8Array(70) }]);
    const ends = [24, 33, 39, whole.length];
    for (let length = 0; length < whole.length; length++) {
      const kind = fault(whole.subarray(0, length));
      expect(kind).toBe(length < 4 ? 'foreign' : ends.includes(length) ? undefined : 'malformed');
    }
  });
});

describe('decoding is total', () => {
  /** Reads a message with every decoder there is. Returns how many records it had. */
  function readWithEverything(frames: readonly Uint8Array[]): number {
    const reader = new EnvelopeReader();
    if (reader.reset(frames) !== undefined) return 0;
    const [call, answer] = [new CallView(), new AnswerView()];
    let count = 0;
    for (; reader.next(); count++) {
      assert(!call.readRequest(reader) || call.payloadEnd <= reader.end, 'a REQUEST lies within its record');
      assert(!call.readDispatch(reader) || call.payloadEnd <= reader.end, 'a DISPATCH lies within its record');
      assert(!answer.readReply(reader) || answer.body.length === answer.bodyEnd - answer.bodyStart, 'it has its body');
      assert(!answer.readFailure(reader) || CODES.includes(answer.codeName), 'a FAILURE has one of the codes');
      readNumber(reader);
      for (const record of COLD_RECORDS) readMap(reader, record);
      readAwait(reader);
      readOffer(reader);
    }
    return count;
  }

  const bytes = fc.uint8Array({ maxLength: 200 });

  test('any frames', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 3 }), (frames) => {
        expect(() => readWithEverything(frames)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  test('any bytes after a sound header', () => {
    fc.assert(
      fc.property(bytes, fc.option(bytes), (rest, tail) => {
        const frames = [concat(envelope([]), rest), ...(tail === null ? [] : [tail])];
        expect(() => readWithEverything(frames)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  const rawRecord = fc.record({ type: fc.nat(60), flags: fc.nat(255), payload: bytes });

  test('sound records with any content', () => {
    fc.assert(
      fc.property(fc.array(rawRecord, { maxLength: 8 }), fc.option(bytes), (records, tail) => {
        const frames = [envelope(records), ...(tail === null ? [] : [tail])];
        expect(readWithEverything(frames)).toBe(records.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('any flipped bit', () => {
    const records = fc.array(rawRecord, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(records, fc.nat(), fc.nat(7), (list, at, bit) => {
        const frame = envelope(list);
        frame[at % frame.length]! ^= 1 << bit;
        expect(() => readWithEverything([frame, new Uint8Array(10)])).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  test('a reader is none the worse for what it has seen', () => {
    const reader = new EnvelopeReader();
    const sound = envelope([{ type: REQUEST.type, payload: new Uint8Array(REQUEST.bytes) }], { session: 5 });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 3 }), (frames) => {
        reader.reset(frames);
        expect(reader.reset([sound])).toBeUndefined();
        expect([reader.session, reader.tail, reader.next(), reader.type]).toEqual([5, undefined, true, REQUEST.type]);
      }),
    );
  });

  test('the second frame of a message is not left for the next', () => {
    const reader = new EnvelopeReader();
    reader.reset([envelope([]), new Uint8Array(1)]);
    reader.reset([envelope([])]);
    expect(reader.tail).toBeUndefined();
  });

  test('time is linear in the size', () => {
    const reader = new EnvelopeReader();
    const stepsOf = (count: number): number => {
      const frame = concat(envelope([]), new Uint8Array(count * ENVELOPE.recordHeaderBytes));
      let reads = 0;
      // Every read of a byte is counted: that does not depend on the machine.
      const counted = new Proxy(frame, {
        get: (target, name): unknown => {
          if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
          return Reflect.get(target, name, target);
        },
      });
      reader.reset([counted]);
      while (reader.next());
      return reads;
    };
    const [small, large] = [stepsOf(1_000), stepsOf(10_000)];
    expect(large / small).toBeLessThan(10.5);
  });
});
