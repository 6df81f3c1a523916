import { readU53, writeU53 } from './bytes.ts';
import type { Channel } from './channel.ts';
import type { EnvelopeReader } from './envelope.ts';
import { ENVELOPE, RECORD_FLAGS, writeEnvelopeHeader, writeRecordHeader } from './envelope.ts';
import { readFields } from './fields.ts';
import type { FixedRecord, MapRecord } from './record-definition.ts';
import { DEMAND, EXTEND, HEARTBEAT } from './records.ts';
import type { Instant, PeerId, Transmit } from './session.ts';
import { decodeValue, encodeValue } from './values.ts';

/** Appends a record that carries a map. */
export function writeMap<T>(channel: Channel, record: MapRecord<T>, value: T): void {
  const bytes = encodeMap(value);
  const at = channel.reserve(record.type, 0, bytes.length);
  channel.buffer.set(bytes, at);
}

/** Reads the record that the reader stands at. Returns `undefined` if it is not what it should be. */
export function readMap<T>(reader: EnvelopeReader, record: MapRecord<T>): T | undefined {
  const decoded = decodeValue(reader.bytes.subarray(reader.start, reader.end));
  return decoded.ok ? readFields<T>(record.fields, decoded.value) : undefined;
}

/** Makes a message that belongs to no session: HELLO, and REFUSED towards a peer that has none. */
export function strayMessage<T>(now: Instant, peer: PeerId, record: MapRecord<T>, value: T): Transmit {
  const map = encodeMap(value);
  const bytes = new Uint8Array(ENVELOPE.headerBytes + ENVELOPE.recordHeaderBytes + map.length);
  writeEnvelopeHeader(bytes, { session: 0, seq: 0, ack: 0, sentAt: Math.floor(now) >>> 0 });
  const at = writeRecordHeader(bytes, ENVELOPE.headerBytes, record.type, 0, map.length);
  bytes.set(map, at);
  return { peer, frames: [bytes] };
}

/** Appends a record that is one number: CANCEL, REJECT, CREDIT, DEMAND, EXTEND. */
export function writeNumber(channel: Channel, record: FixedRecord, value: number): void {
  const at = channel.reserve(record.type, ADVISORY.has(record.type) ? 0 : RECORD_FLAGS.mustUnderstand, record.bytes);
  writeU53(channel.buffer, at, value);
}

/** Reads a record that is one number. Returns `undefined` if it is too short. */
export function readNumber(reader: EnvelopeReader): number | undefined {
  return reader.end - reader.start < 8 ? undefined : readU53(reader.bytes, reader.start);
}

/** Appends a HEARTBEAT. A full window would keep it here, but not an acknowledgement, which is heard as well. */
export function writeHeartbeat(channel: Channel): void {
  if (channel.isBlocked) return channel.acknowledgeSoon();
  channel.reserve(HEARTBEAT.type, 0, HEARTBEAT.bytes);
}

/**
 * Encodes what a record carries, for readers in any language: what is absent is left out, and an integer is an integer
 * whatever its size. msgpackr writes a number beyond 32 bits as a float, and only a bigint as an integer.
 */
function encodeMap(map: unknown): Uint8Array {
  return encodeValue(lowered(map));
}

function lowered(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) && value > U32_MAX ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const present = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(present.map(([name, v]) => [name, lowered(v)]));
}

const U32_MAX = 0xffffffff;

/** A peer that does not know these may skip them: they only help. */
const ADVISORY: ReadonlySet<number> = new Set([DEMAND.type, EXTEND.type]);
