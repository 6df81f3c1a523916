import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import {
  DESCRIBED_OUTCOMES,
  readDescribe,
  readDescription,
  writeDescribe,
  writeDescription,
} from './description-codec.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { DESCRIBE, DESCRIPTION } from './records.ts';
import { Side, envelope, firstRecord } from './wire.test-kit.ts';

const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .constantFrom(LIMITS.largeBodyBytes, LIMITS.largeBodyBytes + 1, 70_000)
    .map((bytes) => new Uint8Array(bytes).fill(3)),
);

test('a DESCRIBE survives', () => {
  const asked = fc.record({ id: fc.maxSafeNat(), method: fc.nat(0xffff) });
  const property = fc.property(asked, (describe) => {
    const side = new Side();
    writeDescribe(side.channel, describe);
    expect(readDescribe(firstRecord(side.poll()!.frames))).toEqual(describe);
  });
  fc.assert(property);
});

test('a DESCRIPTION survives, a large one as a frame of its own', () => {
  const answers = fc.record({ id: fc.maxSafeNat(), outcome: fc.constantFrom(...DESCRIBED_OUTCOMES), body: bodies });
  const property = fc.property(answers, (described) => {
    const side = new Side();
    writeDescription(side.channel, described);
    const { frames } = side.poll()!;
    expect(frames[1]).toBe(described.body.length > LIMITS.largeBodyBytes ? described.body : undefined);
    const read = readDescription(firstRecord(frames))!;
    expect({ ...read, body: toHex(read.body) }).toEqual({ ...described, body: toHex(described.body) });
  });
  fc.assert(property);
});

test('what is too short, or longer than its record, is unreadable', () => {
  const payload = new Uint8Array(DESCRIPTION.bytes);
  payload[DESCRIPTION.at.bodyBytes] = 1;
  const short = (type: number, bytes: number) => firstRecord([envelope([{ type, payload: new Uint8Array(bytes) }])]);
  expect(readDescribe(short(DESCRIBE.type, DESCRIBE.bytes - 1))).toBeUndefined();
  expect(readDescription(short(DESCRIPTION.type, DESCRIPTION.bytes - 1))).toBeUndefined();
  expect(readDescription(firstRecord([envelope([{ type: DESCRIPTION.type, payload }])]))).toBeUndefined();
  const claimed = { type: DESCRIPTION.type, flags: RECORD_FLAGS.bodyInNextFrame, payload };
  expect(readDescription(firstRecord([envelope([claimed]), new Uint8Array(1)]))).toBeUndefined();
});

test('an outcome that a newer worker has is a failure', () => {
  const payload = new Uint8Array(DESCRIPTION.bytes);
  payload[DESCRIPTION.at.outcome] = 77;
  expect(readDescription(firstRecord([envelope([{ type: DESCRIPTION.type, payload }])]))).toMatchObject({
    outcome: 'failed',
  });
});
