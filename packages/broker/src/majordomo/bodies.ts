import { copyOut, decodeValue, encodeValue } from '@reeve/protocol';

/** What the frames of a Majordomo body hold. */
export type BodyForm = 'raw' | 'msgpack' | 'json';

/** A body as native peers send it, and the form in which its answer is expected. */
export interface NativeBody {
  readonly bytes: Uint8Array;
  readonly form: BodyForm;
}

/**
 * Turns the frames of a Majordomo body into a native one. `undefined` form: MessagePack or JSON, whichever it is; one
 * frame that is both, a digit alone, is MessagePack. Returns what is wrong in words.
 */
export function toNative(frames: readonly Uint8Array[], form: BodyForm | undefined): NativeBody | string {
  if (form === 'raw') return { bytes: encodeValue(frames.length === 1 ? frames[0] : frames), form };
  const [frame] = frames;
  if (frame === undefined || frames.length > 1) return `a body of ${frames.length} frames, where one value is expected`;
  if (form !== 'json') {
    const decoded = decodeValue(frame);
    // A copy: the frame is good only while its message is handled.
    if (decoded.ok) return { bytes: copyOut(frame, 0, frame.length), form: 'msgpack' };
    if (form === 'msgpack') return `a body that is not MessagePack: ${decoded.why}`;
  }
  try {
    return { bytes: encodeValue(JSON.parse(decoder.decode(frame))), form: 'json' };
  } catch {
    return form === 'json' ? 'a body that is not JSON' : 'a body that is neither MessagePack nor JSON';
  }
}

/** Turns a native body into the frames of a Majordomo one. Returns what is wrong in words. */
export function fromNative(bytes: Uint8Array, form: BodyForm): readonly Uint8Array[] | string {
  // A view is enough: native messages belong to who has received them.
  if (form === 'msgpack') return [bytes];
  const decoded = decodeValue(bytes);
  if (!decoded.ok) return decoded.why;
  const { value } = decoded;
  if (form === 'json') return [encoder.encode(JSON.stringify(value, jsonValue) ?? 'null')];
  if (value instanceof Uint8Array) return [value];
  if (Array.isArray(value) && value.length > 0 && value.every((item) => item instanceof Uint8Array)) return value;
  return 'a value that is neither bytes nor a list of bytes';
}

/** JSON has no bytes and no large integers: they become base64 and decimal text. */
function jsonValue(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  // As it is: bytes that are a Buffer have become something else in `value` already.
  const own = this[name];
  if (typeof own === 'bigint') return own.toString();
  return own instanceof Uint8Array ? Buffer.from(own).toString('base64') : value;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();
