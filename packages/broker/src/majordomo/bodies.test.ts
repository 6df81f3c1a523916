import { decodeValue, encodeValue } from '@reeve/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NativeBody } from './bodies.ts';
import { fromNative, toNative } from './bodies.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (frame: Uint8Array): string => new TextDecoder().decode(frame);
const value = (body: NativeBody | string): unknown => decodeValue((body as NativeBody).bytes);

test('raw frames come back as they were, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array(), { minLength: 1, maxLength: 4 }), (frames) => {
      const { bytes: native } = toNative(frames, 'raw') as NativeBody;
      expect((fromNative(native, 'raw') as Uint8Array[]).map((frame) => [...frame])).toEqual(frames.map((f) => [...f]));
    }),
  );
  expect(fromNative(encodeValue({ a: 1 }), 'raw')).toBe('a value that is neither bytes nor a list of bytes');
  expect(fromNative(encodeValue([]), 'raw')).toBe('a value that is neither bytes nor a list of bytes');
});

test('JSON becomes MessagePack and back', () => {
  const body = toNative([bytes('{"name":"Ada","n":[1,2.5,null]}')], 'json');
  expect(value(body)).toEqual({ ok: true, value: { name: 'Ada', n: [1, 2.5, null] } });
  const [frame] = fromNative(encodeValue({ id: 2n ** 60n, at: new Date(0), raw: Uint8Array.of(1, 2) }), 'json');
  expect(text(frame as Uint8Array)).toBe('{"id":"1152921504606846976","at":"1970-01-01T00:00:00.000Z","raw":"AQI="}');
});

test('without a form it is MessagePack if it can be, else JSON, and the answer is in kind', () => {
  const packed = encodeValue({ name: 'Ada' });
  expect(toNative([packed], undefined)).toMatchObject({ form: 'msgpack' });
  expect(value(toNative([packed], undefined))).toEqual({ ok: true, value: { name: 'Ada' } });
  expect(toNative([bytes('{"name":"Ada"}')], undefined)).toMatchObject({ form: 'json' });
  expect(toNative([bytes('"Ada"')], undefined)).toMatchObject({ form: 'json' });
  expect(toNative([bytes('true')], undefined)).toMatchObject({ form: 'json' });
  expect(toNative([bytes('12')], undefined)).toMatchObject({ form: 'json' });
  // The one text that is both.
  expect(toNative([bytes('5')], undefined)).toMatchObject({ form: 'msgpack' });
  expect(toNative([bytes('Ada')], undefined)).toBe('a body that is neither MessagePack nor JSON');
});

test('what a form cannot hold is told', () => {
  expect(toNative([bytes('{'), bytes('}')], 'json')).toBe('a body of 2 frames, where one value is expected');
  expect(toNative([bytes('{')], 'json')).toBe('a body that is not JSON');
  expect(toNative([bytes('{"a":1}')], 'msgpack')).toMatch(/^a body that is not MessagePack: /);
});
