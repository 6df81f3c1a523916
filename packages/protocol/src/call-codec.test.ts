import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from './bytes.test-kit.ts';
import { toHex } from './bytes.ts';
import type { CallParts } from './call-codec.ts';
import { CallView, splitBody, writeDispatch, writeRequest } from './call-codec.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { DISPATCH, REQUEST } from './records.ts';
import { Side, envelope, firstRecord, readEnvelope } from './wire.test-kit.ts';

const bodies: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(LIMITS.largeBodyBytes - 1, LIMITS.largeBodyBytes, LIMITS.largeBodyBytes + 1, 70_000).map(pattern),
);

const calls: fc.Arbitrary<Call> = fc.record({
  call: fc.maxSafeNat(),
  target: fc.nat(0xffff),
  dispatch: fc.maxSafeNat(),
  instance: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  attempt: fc.nat(255),
  priority: fc.nat(3),
  remainingMs: fc.nat(LIMITS.callTimeoutMaxMs),
  key: fc.option(fc.uint8Array({ minLength: 1, maxLength: LIMITS.keyBytesMax }), { nil: undefined }),
  metadata: fc.option(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), { nil: undefined }),
  body: bodies,
});

interface Call {
  readonly call: number;
  readonly target: number;
  readonly dispatch: number;
  readonly instance: Uint8Array;
  readonly attempt: number;
  readonly priority: number;
  readonly remainingMs: number;
  readonly key: Uint8Array | undefined;
  readonly metadata: Uint8Array | undefined;
  readonly body: Uint8Array;
}

describe('a call survives', () => {
  test('as a REQUEST', () => {
    const property = fc.property(calls, (call) => {
      const side = new Side();
      writeRequest(side.channel, call.target, parts(call));
      const reader = firstRecord(side.drain().at(-1)!.frames);
      expect([reader.type, reader.next()]).toEqual([REQUEST.type, false]);
      const view = new CallView();
      expect(view.readRequest(rewound(reader))).toBe(true);
      expect(seen(view)).toEqual({ ...expected(call), dispatch: 0 });
    });
    fc.assert(property);
  });

  test('as a DISPATCH', () => {
    const property = fc.property(calls, (call) => {
      const side = new Side();
      writeDispatch(side.channel, call.dispatch, call.instance, call.target, parts(call));
      const reader = firstRecord(side.drain().at(-1)!.frames);
      const view = new CallView();
      expect(view.readDispatch(reader)).toBe(true);
      expect(seen(view)).toEqual(expected(call));
      const { bytes, instanceAt } = view;
      expect(toHex(bytes.subarray(instanceAt, instanceAt + 16))).toBe(toHex(call.instance));
    });
    fc.assert(property);
  });

  test('from a REQUEST into a DISPATCH, as a broker passes it on', () => {
    const property = fc.property(calls, (call) => {
      const [client, broker] = [new Side(), new Side()];
      writeRequest(client.channel, call.target, parts(call));
      const view = new CallView();
      view.readRequest(firstRecord(client.drain().at(-1)!.frames));
      const payload = view.bytes.subarray(view.payloadStart, view.payloadEnd);
      writeDispatch(broker.channel, call.dispatch, call.instance, call.target, { ...headOf(view), payload });
      const passedOn = new CallView();
      expect(passedOn.readDispatch(firstRecord(broker.drain().at(-1)!.frames))).toBe(true);
      expect(seen(passedOn)).toEqual(expected(call));
    });
    fc.assert(property);
  });

  test('with many others in one message', () => {
    const side = new Side();
    for (let call = 0; call < 100; call++) writeRequest(side.channel, 1, parts({ ...SMALL, call }));
    const [transmit, ...more] = side.drain();
    expect(more).toHaveLength(0);
    const reader = readEnvelope(transmit!.frames);
    const view = new CallView();
    const numbers: number[] = [];
    while (reader.next()) if (view.readRequest(reader)) numbers.push(view.call);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, call) => call));
  });
});

test('a large body is a frame of its own, and not copied', () => {
  const side = new Side();
  const body = pattern(LIMITS.largeBodyBytes + 1);
  writeRequest(side.channel, 1, parts({ ...SMALL, key: Uint8Array.of(7), body }));
  const [transmit] = side.drain();
  expect(transmit!.frames).toHaveLength(2);
  expect(transmit!.frames[1]).toBe(body);
});

test('time that is left is rounded down, and never less than none', () => {
  const sent = (remainingMs: number): number => {
    const side = new Side();
    writeRequest(side.channel, 1, { ...parts(SMALL), remainingMs });
    const view = new CallView();
    view.readRequest(firstRecord(side.poll()!.frames));
    return view.remainingMs;
  };
  expect([sent(1.9), sent(-5), sent(0), sent(LIMITS.callTimeoutMaxMs)]).toEqual([1, 0, 0, LIMITS.callTimeoutMaxMs]);
});

describe('a record whose lengths do not agree is refused', () => {
  const body = Uint8Array.of(1, 2, 3);
  const head = (keyBytes: number, metadataBytes: number, bodyBytes: number): Uint8Array => {
    const bytes = new Uint8Array(REQUEST.bytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(REQUEST.at.keyBytes, keyBytes, true);
    view.setUint16(REQUEST.at.metadataBytes, metadataBytes, true);
    view.setUint32(REQUEST.at.bodyBytes, bodyBytes, true);
    return bytes;
  };
  const read = (payload: Uint8Array, flags: number = 0, ...more: Uint8Array[]): boolean =>
    new CallView().readRequest(firstRecord([envelope([{ type: REQUEST.type, flags, payload }]), ...more]));
  const tailFlag = RECORD_FLAGS.bodyInNextFrame;

  test.each<[string, boolean, boolean]>([
    ['as it should be', read(concat(head(1, 1, 1), body)), true],
    ['with bytes of a newer peer after it', read(concat(head(1, 1, 1), body, body)), true],
    ['key beyond the end', read(concat(head(4, 0, 0), body)), false],
    ['metadata beyond the end', read(concat(head(1, 3, 0), body)), false],
    ['body beyond the end', read(concat(head(1, 1, 2), body)), false],
    ['lengths whose sum would wrap 32 bits', read(concat(head(0xffff, 0xffff, 0xffffffff), body)), false],
    ['fixed fields cut off', read(head(0, 0, 0).subarray(1)), false],
    ['body in a second frame', read(head(0, 0, 0), tailFlag, body), true],
    ['body in a second frame that is not there', read(head(0, 0, 0), tailFlag), false],
    ['body in both places', read(concat(head(0, 0, 3), body), tailFlag, body), false],
    ['a second frame that nothing speaks of', read(head(0, 0, 0), 0, body), true],
  ])('%s', (_, accepted, should) => {
    expect(accepted).toBe(should);
  });

  test('a body does not reach into the next record', () => {
    const next = { type: REQUEST.type, payload: new Uint8Array(50) };
    const reader = firstRecord([envelope([{ type: REQUEST.type, payload: concat(head(0, 0, 4), body) }, next])]);
    expect(new CallView().readRequest(reader)).toBe(false);
  });

  test('only the last record may have the second frame', () => {
    const record = { type: REQUEST.type, flags: tailFlag, payload: head(0, 0, 0) };
    const reader = readEnvelope([envelope([record, record]), body]);
    const view = new CallView();
    expect([reader.next() && view.readRequest(reader), reader.next() && view.readRequest(reader)]).toEqual([
      false,
      true,
    ]);
  });

  test('a DISPATCH is longer than a REQUEST', () => {
    const payload = new Uint8Array(DISPATCH.bytes - 1);
    const reader = firstRecord([envelope([{ type: DISPATCH.type, payload }])]);
    expect(new CallView().readDispatch(reader)).toBe(false);
  });
});

test('a view forgets the call before', () => {
  const [large, small] = [new Side(), new Side()];
  const big = { ...SMALL, key: Uint8Array.of(1), metadata: Uint8Array.of(2), body: pattern(9_000) };
  writeDispatch(large.channel, 9, new Uint8Array(16), 1, parts(big));
  writeRequest(small.channel, 1, parts(SMALL));
  const view = new CallView();
  view.readDispatch(firstRecord(large.poll()!.frames));
  view.readRequest(firstRecord(small.poll()!.frames));
  expect(seen(view)).toEqual({ ...expected(SMALL), dispatch: 0 });
});

const SMALL: Call = {
  ...{ call: 5, target: 1, dispatch: 9, instance: new Uint8Array(16), attempt: 1, priority: 1, remainingMs: 1_000 },
  ...{ key: undefined, metadata: undefined, body: Uint8Array.of(1, 2) },
};

function parts(call: Call): CallParts {
  const { key, metadata, body } = call;
  const split = splitBody(key, metadata, body);
  return { ...call, ...split, keyBytes: key?.length ?? 0, metadataBytes: metadata?.length ?? 0 };
}

function headOf(view: CallView): Omit<CallParts, 'payload'> {
  const { call, attempt, priority, remainingMs, keyBytes, metadataBytes, tail } = view;
  return { call, attempt, priority, remainingMs, keyBytes, metadataBytes, tail };
}

/** What a view says, with the parts of the payload cut out. */
function seen(view: CallView): object {
  const { bytes, payloadStart, payloadEnd, keyBytes, metadataBytes, tail } = view;
  const metadataAt = payloadStart + keyBytes;
  const bodyAt = metadataAt + metadataBytes;
  const body = tail ?? bytes.subarray(bodyAt, payloadEnd);
  expect(body.length).toBe(view.bodyBytes);
  return {
    ...{ call: view.call, target: view.target, dispatch: view.dispatch, attempt: view.attempt },
    ...{ priority: view.priority, remainingMs: view.remainingMs, hasTail: tail !== undefined },
    key: toHex(bytes.subarray(payloadStart, metadataAt)),
    metadata: toHex(bytes.subarray(metadataAt, bodyAt)),
    body: toHex(body),
  };
}

function expected(one: Call): object {
  const { call, target, dispatch, attempt, priority, remainingMs, key = NONE, metadata = NONE, body } = one;
  const numbers = { call, target, dispatch, attempt, priority, remainingMs };
  const hasTail = body.length > LIMITS.largeBodyBytes;
  return { ...numbers, hasTail, key: toHex(key), metadata: toHex(metadata), body: toHex(body) };
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251);
}

function rewound<T extends { rewind(): void; next(): boolean }>(reader: T): T {
  reader.rewind();
  reader.next();
  return reader;
}

const NONE: Uint8Array = new Uint8Array(0);
