import { copyRange, readU16, readU32, readU53, writeU16, writeU32, writeU53 } from './bytes.ts';
import type { Channel } from './channel.ts';
import type { EnvelopeReader } from './envelope.ts';
import { RECORD_FLAGS } from './envelope.ts';
import { LIMITS } from './limits.ts';
import { readBody } from './recovery-codec.ts';
import { DESCRIBE, DESCRIPTION } from './records.ts';

/** What a DESCRIBE says. */
export interface Describe {
  /** The broker's number of the question, of this worker's session alone. */
  readonly id: number;
  /** Place in the worker's READY of a method of the service. */
  readonly method: number;
}

/** What a DESCRIPTION says. */
export interface Described {
  readonly id: number;
  readonly outcome: DescribedOutcome;
  /** The description, as MessagePack. Empty if there is none. */
  readonly body: Uint8Array;
}

/** What came of a DESCRIBE: numbers are the wire format. */
export const DESCRIBED_OUTCOMES = ['described', 'unknown', 'too_large', 'failed'] as const;

/**
 * `unknown`: the worker has no description of that service. `too_large`: it is larger than the broker takes, or nested
 * more deeply. `failed`: it could not be loaded.
 */
export type DescribedOutcome = (typeof DESCRIBED_OUTCOMES)[number];

/** Appends a DESCRIBE. It is sent only to who said in READY what it can describe. */
export function writeDescribe(channel: Channel, { id, method }: Describe): void {
  const at = channel.reserve(DESCRIBE.type, 0, DESCRIBE.bytes);
  writeU53(channel.buffer, at + DESCRIBE.at.id, id);
  writeU16(channel.buffer, at + DESCRIBE.at.method, method);
}

/** Reads the record that the reader stands at. Returns `undefined` if it is too short. */
export function readDescribe({ bytes, start, end }: EnvelopeReader): Describe | undefined {
  if (end - start < DESCRIBE.bytes) return undefined;
  return { id: readU53(bytes, start + DESCRIBE.at.id), method: readU16(bytes, start + DESCRIBE.at.method) };
}

/** Appends a DESCRIPTION. */
export function writeDescription(channel: Channel, { id, outcome, body }: Described): void {
  const isInline = body.length <= LIMITS.largeBodyBytes;
  const at = isInline
    ? channel.reserve(DESCRIPTION.type, 0, DESCRIPTION.bytes + body.length)
    : channel.reserveWithTail(DESCRIPTION.type, RECORD_FLAGS.bodyInNextFrame, DESCRIPTION.bytes, body);
  const { buffer } = channel;
  writeU53(buffer, at + DESCRIPTION.at.id, id);
  buffer[at + DESCRIPTION.at.outcome] = DESCRIBED_OUTCOMES.indexOf(outcome);
  writeU32(buffer, at + DESCRIPTION.at.bodyBytes, isInline ? body.length : 0);
  if (isInline) copyRange(body, 0, body.length, buffer, at + DESCRIPTION.bytes);
}

/** Reads and copies the record that the reader stands at. Returns `undefined` if its lengths do not agree. */
export function readDescription(reader: EnvelopeReader): Described | undefined {
  const { bytes, start, end } = reader;
  if (end - start < DESCRIPTION.bytes) return undefined;
  const body = readBody(reader, start + DESCRIPTION.bytes, readU32(bytes, start + DESCRIPTION.at.bodyBytes));
  if (body === undefined) return undefined;
  const outcome = DESCRIBED_OUTCOMES[bytes[start + DESCRIPTION.at.outcome]!] ?? 'failed';
  return { id: readU53(bytes, start + DESCRIPTION.at.id), outcome, body };
}
