import { readU16, readU32, readU53, writeU32, writeU53 } from './bytes.ts';
import { LIMITS } from './limits.ts';

/**
 * Theory of operation.
 *
 * One ZeroMQ message carries one envelope: a frame with a header and any number of records, and at most one more
 * frame, the body of the last record, where that body is large. The header is paid once per message; a record is
 * cheap to append and cheap to skip. That is where the throughput comes from.
 *
 * Decoding is total. Any bytes give records or a `Malformed` value; nothing throws, and nothing is allocated per
 * record: an `EnvelopeReader` is reset for each message and steps from record to record.
 */
export const ENVELOPE = {
  /** Not ASCII, so no MDP header; not one byte, so no hiccup mark; not empty, so no delimiter. */
  magic: [0xab, 0x52, 0x56],
  version: 1,
  headerBytes: 24,
  recordHeaderBytes: 6,
  at: { magic: 0, version: 3, session: 4, seq: 12, ack: 16, sentAt: 20 },
} as const;

/** Bits of a record's flags that mean the same in every record. */
export const RECORD_FLAGS = {
  /** A receiver that does not know this type must end the session instead of skipping the record. */
  mustUnderstand: 1,
  /** The body is the second frame of the message. */
  bodyInNextFrame: 2,
} as const;

/** The bytes of a peer are not an envelope, or not a sound one. */
export interface Malformed {
  readonly kind: 'foreign' | 'version' | 'malformed';
  readonly why: string;
}

/** Writes the header of an envelope into its first 24 bytes. */
export function writeEnvelopeHeader(
  bytes: Uint8Array,
  header: { session: number; seq: number; ack: number; sentAt: number },
): void {
  bytes.set(ENVELOPE.magic, 0);
  bytes[ENVELOPE.at.version] = ENVELOPE.version;
  writeU53(bytes, ENVELOPE.at.session, header.session);
  writeU32(bytes, ENVELOPE.at.seq, header.seq);
  writeU32(bytes, ENVELOPE.at.ack, header.ack);
  writeU32(bytes, ENVELOPE.at.sentAt, header.sentAt);
}

/** Writes type, flags and length of a record. Returns where its payload begins. */
export function writeRecordHeader(bytes: Uint8Array, at: number, type: number, flags: number, length: number): number {
  bytes[at] = type;
  bytes[at + 1] = flags;
  writeU32(bytes, at + 2, length);
  return at + ENVELOPE.recordHeaderBytes;
}

/** Steps through the records of one message in place. Made once per role and reset for each message. */
export class EnvelopeReader {
  session = 0;
  seq = 0;
  ack = 0;
  sentAt = 0;
  /** The frame that holds the records. */
  bytes: Uint8Array = EMPTY;
  /** The second frame of the message, if there is one. */
  tail: Uint8Array | undefined;
  /** Size of the whole message in bytes, as both ends count it for the window. */
  messageBytes = 0;

  /** The current record: its type, its flags and where its payload lies in `bytes`. */
  type = 0;
  flags = 0;
  start = 0;
  end = 0;

  /** Turns to a new message. Returns what is wrong with it, or `undefined`. */
  reset(frames: readonly Uint8Array[]): Malformed | undefined {
    const head = frames[0];
    const foreign = foreignness(head);
    if (foreign !== undefined) return foreign;
    if (frames.length > 2) return malformed(`${frames.length} frames where at most two are allowed`);
    const bytes = head!;
    this.bytes = bytes;
    this.tail = frames[1];
    this.messageBytes = bytes.length + (frames[1]?.length ?? 0);
    this.session = readU53(bytes, ENVELOPE.at.session);
    this.seq = readU32(bytes, ENVELOPE.at.seq);
    this.ack = readU32(bytes, ENVELOPE.at.ack);
    this.sentAt = readU32(bytes, ENVELOPE.at.sentAt);
    this.rewind();
    return this.#checkRecords();
  }

  /** Goes back before the first record. */
  rewind(): void {
    this.end = ENVELOPE.headerBytes;
  }

  /** Steps to the next record. Returns false after the last one. */
  next(): boolean {
    const at = this.end;
    if (at >= this.bytes.length) return false;
    this.type = this.bytes[at]!;
    this.flags = this.bytes[at + 1]!;
    this.start = at + ENVELOPE.recordHeaderBytes;
    this.end = this.start + readU32(this.bytes, at + 2);
    return true;
  }

  /** Walks all lengths once, so that stepping needs no further checks. */
  #checkRecords(): Malformed | undefined {
    const { bytes } = this;
    let at: number = ENVELOPE.headerBytes;
    for (let count = 0; at < bytes.length; count++) {
      if (count >= LIMITS.recordsMax) return malformed('too many records in one envelope');
      if (at + ENVELOPE.recordHeaderBytes > bytes.length) return malformed('a record header is cut off');
      at += ENVELOPE.recordHeaderBytes + readU32(bytes, at + 2);
      if (at > bytes.length) return malformed('a record is longer than its envelope');
    }
    return undefined;
  }
}

function foreignness(head: Uint8Array | undefined): Malformed | undefined {
  if (head === undefined || head.length < 4) return FOREIGN;
  if (head[0] !== ENVELOPE.magic[0] || readU16(head, 1) !== MAGIC_REST) return FOREIGN;
  if (head[ENVELOPE.at.version] !== ENVELOPE.version) {
    return {
      kind: 'version',
      why: `protocol version ${head[ENVELOPE.at.version]}, this side speaks ${ENVELOPE.version}`,
    };
  }
  return head.length < ENVELOPE.headerBytes ? malformed('the envelope header is cut off') : undefined;
}

function malformed(why: string): Malformed {
  return { kind: 'malformed', why };
}

const FOREIGN: Malformed = { kind: 'foreign', why: 'not a Reeve envelope' };
const MAGIC_REST = ENVELOPE.magic[1] | (ENVELOPE.magic[2] << 8);
const EMPTY: Uint8Array = new Uint8Array(0);
