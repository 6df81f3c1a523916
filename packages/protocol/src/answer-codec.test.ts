import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailureHead } from './answer-codec.ts';
import { AnswerView, encodeDetail, failureHead, forwardReply, writeFailure, writeReply } from './answer-codec.ts';
import { concat } from './bytes.test-kit.ts';
import { toHex } from './bytes.ts';
import { CODES, codeNumber } from './codes.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { FAILURE, REPLY } from './records.ts';
import { decodeValue } from './values.ts';
import { EXECUTED, VERDICTS } from './verdicts.ts';
import { Side, envelope, firstRecord } from './wire.test-kit.ts';

const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(LIMITS.largeBodyBytes, LIMITS.largeBodyBytes + 1, 70_000).map(pattern),
);

describe('a REPLY survives', () => {
  const replies = fc.record({
    id: fc.maxSafeNat(),
    fingerprint: fc.nat(0xffff),
    starts: fc.nat(255),
    body: bodies,
  });

  test('from a worker', () => {
    const property = fc.property(replies, ({ id, fingerprint, starts, body }) => {
      const side = new Side();
      writeReply(side.channel, id, fingerprint, starts, body);
      const view = new AnswerView();
      expect(view.readReply(firstRecord(side.poll()!.frames))).toBe(true);
      expect([view.id, view.fingerprint, view.starts]).toEqual([id, fingerprint, starts]);
      expect(toHex(view.body)).toBe(toHex(body));
    });
    fc.assert(property);
  });

  test('through a broker, which does not copy a large body', () => {
    const property = fc.property(replies, fc.maxSafeNat(), ({ id, fingerprint, body }, call) => {
      const [worker, broker] = [new Side(), new Side()];
      writeReply(worker.channel, id, fingerprint, 0, body);
      const view = new AnswerView();
      view.readReply(firstRecord(worker.poll()!.frames));
      forwardReply(broker.channel, call, 2, view);
      const { frames } = broker.poll()!;
      expect(frames[1]).toBe(body.length > LIMITS.largeBodyBytes ? body : undefined);
      expect(view.readReply(firstRecord(frames))).toBe(true);
      expect([view.id, view.fingerprint, view.starts]).toEqual([call, fingerprint, 2]);
      expect(toHex(view.body)).toBe(toHex(body));
    });
    fc.assert(property);
  });

  test('through a broker also where a peer put a large body inline', () => {
    const payload = new Uint8Array(REPLY.bytes + 100_000).fill(7);
    new DataView(payload.buffer).setUint32(REPLY.at.bodyBytes, 100_000, true);
    const view = new AnswerView();
    expect(view.readReply(firstRecord([envelope([{ type: REPLY.type, payload }])]))).toBe(true);
    const broker = new Side();
    forwardReply(broker.channel, 1, 1, view);
    expect(view.readReply(firstRecord(broker.poll()!.frames))).toBe(true);
    expect([view.body.length, view.body.every((b) => b === 7)]).toEqual([100_000, true]);
  });
});

describe('a FAILURE survives', () => {
  const heads: fc.Arbitrary<FailureHead> = fc.record({
    id: fc.maxSafeNat(),
    code: fc.nat(255),
    reason: fc.nat(255),
    executed: fc.constantFrom(...EXECUTED),
    starts: fc.nat(255),
    retryAfterMs: fc.nat(2 ** 32 - 1),
  });

  test('with any head and detail', () => {
    const property = fc.property(heads, bodies, (head, detail) => {
      const side = new Side();
      writeFailure(side.channel, head, detail);
      const view = new AnswerView();
      expect(view.readFailure(firstRecord(side.poll()!.frames))).toBe(true);
      const { id, code, reason, executed, starts, retryAfterMs } = view;
      expect({ id, code, reason, executed, starts, retryAfterMs }).toEqual(head);
      expect(toHex(view.body)).toBe(toHex(detail));
    });
    fc.assert(property);
  });

  test.each(Object.entries(VERDICTS))('of the verdict %s', (_, verdict) => {
    const side = new Side();
    writeFailure(side.channel, failureHead(verdict, 5, 2, 0.5), encodeDetail({ message: verdict.when }));
    const view = new AnswerView();
    view.readFailure(firstRecord(side.poll()!.frames));
    const { id, codeName, reason, executed, starts, retryAfterMs } = view;
    expect([id, codeName, reason, executed, starts, retryAfterMs]).toEqual([
      ...[5, verdict.code, verdict.number, verdict.executed],
      // A pause is never cut to none.
      ...[2, 1],
    ]);
    expect(decodeValue(view.body)).toEqual({ ok: true, value: { message: verdict.when } });
  });

  test('with numbers of a newer peer', () => {
    const payload = new Uint8Array(FAILURE.bytes).fill(0);
    payload[FAILURE.at.code] = 99;
    payload[FAILURE.at.executed] = 9;
    const view = new AnswerView();
    expect(view.readFailure(firstRecord([envelope([{ type: FAILURE.type, payload }])]))).toBe(true);
    expect([view.codeName, view.executed]).toEqual(['unknown', 'unknown']);
  });

  test('with every code', () => {
    expect(CODES.map(codeNumber)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });
});

describe('a record whose lengths do not agree is refused', () => {
  const body = Uint8Array.of(1, 2, 3);
  const tailFlag = RECORD_FLAGS.bodyInNextFrame;
  const forms = [
    { record: REPLY, read: (view: AnswerView, r: ReturnType<typeof firstRecord>) => view.readReply(r) },
    { record: FAILURE, read: (view: AnswerView, r: ReturnType<typeof firstRecord>) => view.readFailure(r) },
  ];

  test.each(forms)('$record.name', ({ record, read }) => {
    const head = (bodyBytes: number): Uint8Array => {
      const bytes = new Uint8Array(record.bytes);
      new DataView(bytes.buffer).setUint32(record.at.bodyBytes, bodyBytes, true);
      return bytes;
    };
    const isRead = (payload: Uint8Array, flags: number = 0, ...more: Uint8Array[]): boolean =>
      read(new AnswerView(), firstRecord([envelope([{ type: record.type, flags, payload }]), ...more]));
    expect(isRead(concat(head(3), body))).toBe(true);
    expect(isRead(concat(head(3), body, body))).toBe(true);
    expect(isRead(concat(head(4), body))).toBe(false);
    expect(isRead(concat(head(0xffffffff), body))).toBe(false);
    expect(isRead(head(0).subarray(1))).toBe(false);
    const next = { type: record.type, payload: new Uint8Array(50) };
    const beyond = firstRecord([envelope([{ type: record.type, payload: concat(head(4), body) }, next])]);
    expect(read(new AnswerView(), beyond)).toBe(false);
    expect(isRead(head(0), tailFlag, body)).toBe(true);
    expect(isRead(head(0), tailFlag)).toBe(false);
    expect(isRead(concat(head(3), body), tailFlag, body)).toBe(false);
  });
});

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251);
}
