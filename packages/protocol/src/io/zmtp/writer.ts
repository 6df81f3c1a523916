import { COMMAND, LONG, MORE, SHORT_SIZE_MAX } from './flags.ts';

/**
 * A message as the byte strings to be written (RFC 37, "Framing"). Small frames share one with the headers: a write of
 * many pieces costs more than the copy. A large frame stays where it is, and must not change until it was written.
 */
export function encodeMessage(frames: readonly Uint8Array[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const last = frames.length - 1;
  for (let first = 0; first <= last;) {
    // A run of frames up to a large one, whose header still belongs to the run.
    let end = first;
    let bytes = 0;
    for (; end <= last; end++) {
      const { length } = frames[end]!;
      bytes += headerBytes(length);
      if (length > COPY_BYTES_MAX) break;
      bytes += length;
    }
    const run = Buffer.allocUnsafe(bytes);
    let at = 0;
    for (let i = first; i < end; i++) {
      at = writeHeader(run, at, i < last ? MORE : 0, frames[i]!.length);
      run.set(frames[i]!, at);
      at += frames[i]!.length;
    }
    if (end <= last) writeHeader(run, at, end < last ? MORE : 0, frames[end]!.length);
    chunks.push(run);
    if (end <= last) chunks.push(frames[end]!);
    first = end + 1;
  }
  return chunks;
}

export function encodeCommand(body: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes(body.length) + body.length);
  bytes.set(body, writeHeader(bytes, 0, COMMAND, body.length));
  return bytes;
}

function headerBytes(length: number): number {
  return length > SHORT_SIZE_MAX ? 9 : 2;
}

function writeHeader(target: Buffer, at: number, flags: number, length: number): number {
  if (length <= SHORT_SIZE_MAX) {
    target[at] = flags;
    target[at + 1] = length;
    return at + 2;
  }
  target[at] = flags | LONG;
  target.writeUInt32BE(0, at + 1);
  target.writeUInt32BE(length, at + 5);
  return at + 9;
}

/** Copying this much takes about as long as one more piece in a write. */
const COPY_BYTES_MAX = 16_384;
