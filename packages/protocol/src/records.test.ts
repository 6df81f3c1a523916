import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeValue, encodeValue } from './values.ts';
import { readMap, readNumber, strayMessage, writeMap, writeNumber } from './cold-codec.ts';
import type { MapRecord } from './record-definition.ts';
import { WIDTHS } from './record-definition.ts';
import { BYE, CREDIT, DECLARE, GOAWAY, HELLO, READY, RECORDS, REFUSED, WELCOME } from './records.ts';
import type { AnyRecord } from './records.ts';
import { EnvelopeReader } from './envelope.ts';
import { concat } from './bytes.test-kit.ts';
import { COLD_RECORDS, mapSamples } from './records.test-kit.ts';
import { Side, envelope, firstRecord } from './wire.test-kit.ts';

describe('the definitions', () => {
  const records: readonly AnyRecord[] = RECORDS;

  test('have numbers of their own, in order', () => {
    const numbers = records.map((r) => r.type);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(numbers.every((n) => n > 0 && n < 256)).toBe(true);
  });

  test('have names of their own', () => {
    expect(new Set(records.map((r) => r.name)).size).toBe(records.length);
  });

  test('lay fixed fields out without gaps', () => {
    for (const record of records) {
      if (record.form !== 'fixed') continue;
      let at = 0;
      for (const [name, [width]] of Object.entries<readonly [keyof typeof WIDTHS, string]>(record.fields)) {
        expect((record.at as Record<string, number>)[name]).toBe(at);
        at += WIDTHS[width];
      }
      expect(record.bytes).toBe(at);
    }
  });
});

describe('records that carry a map', () => {
  test.each(mapSamples())('$record.name survives', ({ record, value }) => {
    const side = new Side();
    writeMap(side.channel, record, value);
    expect(plain(readMap(firstRecord(side.poll()!.frames), record))).toEqual(value);
  });

  test.each(mapSamples())('$record.name with names that nobody knows', ({ record, value }) => {
    const payload = encodeValue({ ...value, fromTheFuture: { a: [1] } });
    expect(readMap(firstRecord([envelope([{ type: record.type, payload }])]), record)).toEqual(value);
  });

  test.each(mapSamples().flatMap(({ record, value }) => required(record, value)))(
    '$record.name without $name, or with a wrong one',
    ({ record, value, name }) => {
      const { [name]: _, ...rest } = value;
      for (const wrong of [rest, { ...rest, [name]: { wrong: true } }, { ...rest, [name]: -1.5 }]) {
        const reader = firstRecord([envelope([{ type: record.type, payload: encodeValue(wrong) }])]);
        expect(readMap(reader, record)).toBeUndefined();
      }
    },
  );

  test.each(COLD_RECORDS)('$name out of any bytes', (record) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (payload) => {
        const reader = firstRecord([envelope([{ type: record.type, payload }])]);
        expect(() => readMap(reader, record)).not.toThrow();
      }),
    );
  });

  test.each(COLD_RECORDS)('$name out of a hostile map', (record) => {
    const names = [...Object.keys(record.fields), '__proto__', 'constructor', 'toString', 'length'];
    const value = fc.anything({ maxDepth: 3, key: fc.constantFrom(...names) });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (map) => {
        const reader = firstRecord([envelope([{ type: record.type, payload: encodeAnything(map) }])]);
        const read: object | undefined = readMap(reader, record);
        expect(Object.keys(read ?? {}).every((name) => name in record.fields)).toBe(true);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
    );
  });

  test('large integers are integers to every language', () => {
    const side = new Side();
    writeMap(side.channel, REFUSED, { why: 'limit', session: 2 ** 52, calls: [1, 2 ** 40] });
    const reader = firstRecord(side.poll()!.frames);
    // 0xd3: a 64-bit integer. msgpackr by itself writes a number of this size as a float.
    const payload = reader.bytes.subarray(reader.start, reader.end);
    expect(payload.includes(0xcb)).toBe(false);
    expect(decodeValue(payload)).toEqual({ ok: true, value: { why: 'limit', session: 2 ** 52, calls: [1, 2 ** 40] } });
  });

  test('what is absent is left out', () => {
    const side = new Side();
    writeMap(side.channel, BYE, { why: 'closed', detail: undefined } as never);
    const reader = firstRecord(side.poll()!.frames);
    expect(decodeValue(reader.bytes.subarray(reader.start, reader.end))).toEqual({
      ok: true,
      value: { why: 'closed' },
    });
  });

  test('a reason of a newer peer does not hide the rest', () => {
    const refused = { why: 'overheated', session: 9, calls: [4, 5] };
    const reader = firstRecord([envelope([{ type: REFUSED.type, payload: encodeValue(refused) }])]);
    expect(readMap(reader, REFUSED)).toEqual({ why: 'protocol', session: 9, calls: [4, 5] });
    const bye = firstRecord([envelope([{ type: BYE.type, payload: encodeValue({ why: 'bored', detail: 'so' }) }])]);
    expect(readMap(bye, BYE)).toEqual({ why: 'closed', detail: 'so' });
  });
});

describe('records that are one number', () => {
  test('survive', () => {
    const side = new Side();
    writeNumber(side.channel, CREDIT, Number.MAX_SAFE_INTEGER);
    expect(readNumber(firstRecord(side.poll()!.frames))).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('may have bytes after it, but none missing', () => {
    const payload = new Uint8Array(8).fill(1);
    const longer = envelope([{ type: CREDIT.type, payload: concat(payload, Uint8Array.of(9, 9)) }]);
    expect(readNumber(firstRecord([longer]))).toBe(0x01010101010101);
    const shorter = envelope([{ type: CREDIT.type, payload: payload.subarray(1) }]);
    expect(readNumber(firstRecord([shorter]))).toBeUndefined();
  });
});

test('a message without a session has no number either', () => {
  const transmit = strayMessage(12.7, 3, GOAWAY, { brokers: [] });
  const reader = new EnvelopeReader();
  expect(reader.reset(transmit.frames)).toBeUndefined();
  expect([transmit.peer, reader.session, reader.seq, reader.ack, reader.sentAt]).toEqual([3, 0, 0, 0, 12]);
  expect(HELLO.type).toBe(1);
  expect([WELCOME, DECLARE, READY].map((r) => r.type)).toEqual([2, 4, 5]);
});

/** A case for each field that must be there. */
function required(
  record: MapRecord<object>,
  value: object,
): { record: MapRecord<object>; value: Record<string, unknown>; name: string }[] {
  return Object.entries<{ kind: string }>(record.fields)
    .filter(([, { kind }]) => !kind.endsWith(', optional'))
    .map(([name]) => ({ record, value: value as Record<string, unknown>, name }));
}

/** The same with plain byte arrays: a frame that is a `Buffer` gives `Buffer`s. */
function plain(value: object | undefined): object {
  const entries = Object.entries(value ?? {}) as [string, unknown][];
  return Object.fromEntries(entries.map(([name, v]) => [name, v instanceof Uint8Array ? new Uint8Array(v) : v]));
}

/** Encodes what can be encoded; symbols, functions and the like become nil. */
function encodeAnything(value: unknown): Uint8Array {
  try {
    return encodeValue(value);
  } catch {
    return encodeValue(null);
  }
}
