import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { AWAIT, OFFER } from './records.ts';
import { readAwait, readOffer, writeAwait, writeOffer } from './recovery-codec.ts';
import { Side, envelope, firstRecord } from './wire.test-kit.ts';

const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .constantFrom(LIMITS.largeBodyBytes, LIMITS.largeBodyBytes + 1, 70_000)
    .map((bytes) => new Uint8Array(bytes).fill(3)),
);

test('an AWAIT survives', () => {
  const awaits = fc.record({ call: fc.maxSafeNat(), route: fc.nat(0xffff), remainingMs: fc.nat(0xffffffff) });
  const property = fc.property(awaits, (awaited) => {
    const side = new Side();
    writeAwait(side.channel, awaited);
    expect(readAwait(firstRecord(side.poll()!.frames))).toEqual(awaited);
  });
  fc.assert(property);
});

// A fraction of a millisecond must not become the 0 that takes it back.
test('an AWAIT rounds its time up', () => {
  const side = new Side();
  writeAwait(side.channel, { call: 1, route: 0, remainingMs: 0.1 });
  expect(readAwait(firstRecord(side.poll()!.frames))).toMatchObject({ remainingMs: 1 });
});

test('an OFFER survives, a large body as a frame of its own', () => {
  const offers = fc.record({
    instance: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    call: fc.maxSafeNat(),
    method: fc.nat(0xffff),
    code: fc.nat(16),
    reason: fc.nat(255),
    body: bodies,
  });
  const property = fc.property(offers, (offer) => {
    const side = new Side();
    writeOffer(side.channel, offer);
    const { frames } = side.poll()!;
    expect(frames[1]).toBe(offer.body.length > LIMITS.largeBodyBytes ? offer.body : undefined);
    const read = readOffer(firstRecord(frames))!;
    expect({ ...read, instance: toHex(read.instance), body: toHex(read.body) }).toEqual({
      ...offer,
      instance: toHex(offer.instance),
      body: toHex(offer.body),
    });
  });
  fc.assert(property);
});

test('what is kept of an OFFER does not change with the frame that it came in', () => {
  const side = new Side();
  writeOffer(side.channel, {
    instance: new Uint8Array(16).fill(7),
    call: 1,
    method: 0,
    code: 0,
    reason: 0,
    body: BODY,
  });
  const { frames } = side.poll()!;
  const read = readOffer(firstRecord(frames))!;
  frames[0]!.fill(0xff);
  expect([read.instance[0], toHex(read.body)]).toEqual([7, toHex(BODY)]);
});

describe('lengths that do not agree are no record', () => {
  const lengthAt = OFFER.at.bodyBytes;

  test('cut off', () => {
    const [short, shorter] = [new Uint8Array(AWAIT.bytes - 1), new Uint8Array(OFFER.bytes - 1)];
    expect(readAwait(firstRecord([envelope([{ type: AWAIT.type, payload: short }])]))).toBeUndefined();
    expect(readOffer(firstRecord([envelope([{ type: OFFER.type, payload: shorter }])]))).toBeUndefined();
  });

  test('a body beyond its end', () => {
    const payload = new Uint8Array(OFFER.bytes + 3);
    payload[lengthAt] = 4;
    expect(readOffer(firstRecord([envelope([{ type: OFFER.type, payload }])]))).toBeUndefined();
  });

  test('a body both in the record and behind it, or in neither', () => {
    const flags = RECORD_FLAGS.bodyInNextFrame;
    const payload = new Uint8Array(OFFER.bytes + 4);
    payload[lengthAt] = 4;
    const record = { type: OFFER.type, flags, payload };
    expect(readOffer(firstRecord([envelope([record]), BODY]))).toBeUndefined();
    expect(readOffer(firstRecord([envelope([{ ...record, payload: new Uint8Array(OFFER.bytes) }])]))).toBeUndefined();
  });
});

const BODY: Uint8Array = Uint8Array.of(1, 2, 3);
