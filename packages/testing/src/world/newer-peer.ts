import { ENVELOPE, RECORDS, writeRecordHeader } from '@reeve/protocol';
import type { Random } from '@reeve/protocol';

/**
 * Turns a message into what a peer of a later version might send: with a record of a type that nobody here knows, or
 * with more bytes at the end of its last record. Both must be passed over.
 */
export function asNewerPeer(frames: readonly Uint8Array[], random: Random): readonly Uint8Array[] {
  const [head] = frames;
  // A body of its own belongs to the last record, which then must stay as it is.
  if (frames.length !== 1 || head === undefined || head.length < ENVELOPE.headerBytes) return frames;
  const last = lastRecordOf(head);
  const isFixed = last !== undefined && FIXED_TYPES.has(head[last]!);
  return [isFixed && random.unit() < 0.5 ? withLongerRecord(head, last) : withUnknownRecord(head, random)];
}

/** Where the header of the last record is. */
function lastRecordOf(head: Uint8Array): number | undefined {
  let last: number | undefined;
  for (let at: number = ENVELOPE.headerBytes; at < head.length;) {
    last = at;
    at += ENVELOPE.recordHeaderBytes + lengthAt(head, at + 2);
  }
  return last;
}

function withUnknownRecord(head: Uint8Array, random: Random): Uint8Array {
  const payloadBytes = random.u32() % 20;
  const longer = new Uint8Array(head.length + ENVELOPE.recordHeaderBytes + payloadBytes);
  longer.set(head);
  writeRecordHeader(longer, head.length, UNKNOWN_TYPE, 0, payloadBytes);
  return longer;
}

function withLongerRecord(head: Uint8Array, record: number): Uint8Array {
  const longer = new Uint8Array(head.length + EXTRA_BYTES);
  longer.set(head);
  writeRecordHeader(longer, record, head[record]!, head[record + 1]!, lengthAt(head, record + 2) + EXTRA_BYTES);
  return longer;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! + bytes[at + 1]! * 2 ** 8 + bytes[at + 2]! * 2 ** 16 + bytes[at + 3]! * 2 ** 24;
}

/** Records whose bytes after the known fields are skipped. A map ends where its value ends. */
const FIXED_TYPES: ReadonlySet<number> = new Set(RECORDS.filter((r) => r.form === 'fixed').map((r) => r.type));
const UNKNOWN_TYPE = 201;
const EXTRA_BYTES = 7;
