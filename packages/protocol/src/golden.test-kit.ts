import { AnswerView, encodeDetail, failureHead, writeFailure, writePartial, writeReply } from './answer-codec.ts';
import { concat, fromHex } from './bytes.test-kit.ts';
import { toHex } from './bytes.ts';
import { CallView, splitBody, writeDispatch, writeRequest } from './call-codec.ts';
import type { CallParts } from './call-codec.ts';
import { Channel } from './channel.ts';
import { readMap, readNumber, strayMessage, writeHeartbeat, writeMap, writeNumber } from './cold-codec.ts';
import { readDescribe, readDescription, writeDescribe, writeDescription } from './description-codec.ts';
import type { EnvelopeReader } from './envelope.ts';
import { Outbox } from './outbox.ts';
import type { FixedRecord } from './record-definition.ts';
import { readAwait, readOffer, writeAwait, writeOffer } from './recovery-codec.ts';
import {
  AWAIT,
  CANCEL,
  CREDIT,
  DEMAND,
  DESCRIBE,
  DESCRIPTION,
  DISPATCH,
  EXTEND,
  FAILURE,
  HEDGE,
  HELLO,
  OFFER,
  PARTIAL,
  READY,
  REFUSED,
  REJECT,
  REPLY,
  REQUEST,
  WELCOME,
} from './records.ts';
import type { Ready } from './records.ts';
import { COLD_RECORDS, HOT_RECORDS, mapSamples, READY_SAMPLE } from './records.test-kit.ts';
import { encodeValue } from './values.ts';
import { VERDICTS } from './verdicts.ts';
import { envelope, readEnvelope } from './wire.test-kit.ts';

/**
 * A message that every later version must read as this one does. The files under `golden/` hold the bytes and what
 * they mean; those of a released version are never written again.
 */
export interface Golden {
  readonly name: string;
  readonly about: string;
  readonly frames: readonly Uint8Array[];
}

/** The messages of the version that this source speaks: one for each record, and the forms around them. */
export function goldenMessages(): Golden[] {
  return [
    ...mapMessages(),
    ...callMessages(),
    ...numberMessages(),
    ...recoveryMessages(),
    ...descriptionMessages(),
    ...formMessages(),
  ];
}

/** The content of a golden file. */
export function goldenText({ name, about, frames }: Golden): string {
  const hex = { envelope: toHex(frames[0]!), ...(frames[1] === undefined ? {} : { body: toHex(frames[1]) }) };
  const text = JSON.stringify({ name, about, frames: hex, ...describeMessage(frames) }, undefined, 2);
  // Short lists stand on one line, as the formatter of this repository has them.
  return `${text.replace(/\[\s+([^[\]{}]*?)\s+\]/g, (_, items: string) => `[${items.replace(/,\s+/g, ', ')}]`)}\n`;
}

/** The frames that a golden file holds. */
export function goldenFrames(text: string): Uint8Array[] {
  const { frames } = JSON.parse(text) as { frames: { envelope: string; body?: string } };
  return [fromHex(frames.envelope), ...(frames.body === undefined ? [] : [fromHex(frames.body)])];
}

/** What a message means, as plain data, read with the codecs that the roles use. */
export function describeMessage(frames: readonly Uint8Array[]): object {
  const reader = readEnvelope(frames);
  const { session, seq, ack, sentAt } = reader;
  const records: object[] = [];
  while (reader.next()) records.push(describeRecord(reader));
  return { header: { session, seq, ack, sentAt }, records };
}

function describeRecord(reader: EnvelopeReader): object {
  const { type, flags, start, end } = reader;
  const cold = COLD_RECORDS.find((r) => r.type === type);
  const hot = HOT_RECORDS.find((r) => r.type === type);
  const fields = cold
    ? plain(readMap(reader, cold))
    : hot
      ? describeHot(reader, hot)
      : { payload: hex(reader, start, end) };
  if (fields === undefined) throw new Error(`the record of type ${type} cannot be read`);
  return { type, name: (cold ?? hot)?.name ?? 'unknown', flags, fields };
}

function describeHot(reader: EnvelopeReader, record: FixedRecord): object | undefined {
  const [call, answer] = [new CallView(), new AnswerView()];
  if (record === REQUEST) return call.readRequest(reader) ? describeCall(call, 'route') : undefined;
  if (record === DISPATCH) {
    if (!call.readDispatch(reader)) return undefined;
    const instance = hex(reader, call.instanceAt, call.instanceAt + 16);
    return { dispatch: call.dispatch, instance, ...describeCall(call, 'method') };
  }
  if (record === REPLY) {
    if (!answer.readReply(reader)) return undefined;
    const { id, fingerprint, starts, hasTail, body } = answer;
    return { id, fingerprint, starts, hasTail, body: toHex(body) };
  }
  if (record === PARTIAL) {
    if (!answer.readPartial(reader)) return undefined;
    const { id, hasTail, body } = answer;
    return { id, hasTail, body: toHex(body) };
  }
  if (record === FAILURE) {
    if (!answer.readFailure(reader)) return undefined;
    const { id, code, reason, executed, starts, retryAfterMs, hasTail, body } = answer;
    return { id, code, reason, executed, starts, retryAfterMs, hasTail, body: toHex(body) };
  }
  if (record === AWAIT) return readAwait(reader);
  if (record === OFFER) return plain(readOffer(reader));
  if (record === DESCRIBE) return readDescribe(reader);
  if (record === DESCRIPTION) return plain(readDescription(reader));
  const [field] = Object.keys(record.fields);
  return field === undefined ? {} : { [field]: readNumber(reader) };
}

function describeCall(view: CallView, target: 'route' | 'method'): object {
  const { bytes, call, attempt, priority, remainingMs, payloadStart, payloadEnd, tail } = view;
  const metadataAt = payloadStart + view.keyBytes;
  const bodyAt = metadataAt + view.metadataBytes;
  return {
    ...{ call, [target]: view.target, attempt, priority, remainingMs },
    key: toHex(bytes.subarray(payloadStart, metadataAt)),
    metadata: toHex(bytes.subarray(metadataAt, bodyAt)),
    hasTail: tail !== undefined,
    body: toHex(tail ?? bytes.subarray(bodyAt, payloadEnd)),
  };
}

function mapMessages(): Golden[] {
  return mapSamples().map(({ record, value }) => {
    const write = (channel: Channel): void => writeMap(channel, record, value);
    const isStray = record.type === HELLO.type || record.type === REFUSED.type;
    const inSession = record.type === WELCOME.type ? firstSaid : said;
    const { frames } = isStray ? strayMessage(NOW, 1, record, value) : inSession(write);
    return { name: record.name.toLowerCase(), about: record.doc, frames };
  });
}

function callMessages(): Golden[] {
  const parts = (body: Uint8Array): CallParts => {
    const [key, metadata] = [text('o-1'), encodeValue({ traceparent: '00-4bf9-00f0-01' })];
    const { payload } = splitBody(key, metadata, body);
    const sizes = { keyBytes: key.length, metadataBytes: metadata.length };
    return { call: 2 ** 33 + 5, attempt: 1, priority: 2, remainingMs: 9_500, ...sizes, payload, tail: undefined };
  };
  const withTail = { ...parts(NOTHING), tail: INPUT };
  const failure = { ...failureHead(VERDICTS.declared, 7, 2, 250), code: 5 };
  const detail = encodeDetail({ message: 'sold out', declared: 'OUT_OF_STOCK', data: { sku: 'A1' } });
  return [
    record(REQUEST, (channel) => writeRequest(channel, 3, parts(INPUT))),
    record(DISPATCH, (channel) => writeDispatch(channel, 65_539, INSTANCE, 1, parts(INPUT))),
    record(REPLY, (channel) => writeReply(channel, 65_539, 1, 0, OUTPUT)),
    record(PARTIAL, (channel) => writePartial(channel, 65_539, OUTPUT)),
    record(FAILURE, (channel) => writeFailure(channel, failure, detail)),
    {
      name: 'request-two-frames',
      about: 'A REQUEST whose body is the second frame of its message.',
      frames: said((channel) => writeRequest(channel, 3, withTail)).frames,
    },
    {
      name: 'reply-two-frames',
      about: 'A REPLY of more than 8 KiB would leave in two frames like these.',
      frames: [
        envelope([{ type: REPLY.type, flags: 3, payload: fromHex('0700000000000000 0100 01 00 00000000') }], HEADER),
        OUTPUT,
      ],
    },
  ];
}

function numberMessages(): Golden[] {
  const numbers: readonly (readonly [FixedRecord, number])[] = [
    [CANCEL, 7],
    [HEDGE, 7],
    [REJECT, 65_539],
    [CREDIT, 2 ** 40],
    [DEMAND, 12],
    [EXTEND, 65_539],
  ];
  return numbers.map(([one, value]) => record(one, (channel) => writeNumber(channel, one, value)));
}

function recoveryMessages(): Golden[] {
  const head = { instance: INSTANCE, call: 2 ** 33 + 5, method: 1 };
  const detail = encodeDetail({ message: 'sold out', declared: 'OUT_OF_STOCK' });
  const failure = { ...head, code: 9, reason: VERDICTS.declared.number, body: detail };
  return [
    record(AWAIT, (channel) => writeAwait(channel, { call: 2 ** 33 + 5, route: 3, remainingMs: 1_999.5 })),
    record(OFFER, (channel) => writeOffer(channel, { ...head, code: 0, reason: 0, body: OUTPUT })),
    { name: 'offer-failure', about: 'An OFFER of a failure.', frames: said((c) => writeOffer(c, failure)).frames },
  ];
}

function descriptionMessages(): Golden[] {
  const body = encodeValue({ name: 'orders', version: '1.2.0', methods: {}, shapes: {} });
  const none = { id: 2 ** 33 + 7, outcome: 'too_large', body: NOTHING } as const;
  return [
    record(DESCRIBE, (channel) => writeDescribe(channel, { id: 2 ** 33 + 7, method: 1 })),
    record(DESCRIPTION, (channel) => writeDescription(channel, { id: 2 ** 33 + 7, outcome: 'described', body })),
    {
      name: 'description-none',
      about: 'A DESCRIPTION that says why there is none.',
      frames: said((channel) => writeDescription(channel, none)).frames,
    },
    {
      name: 'ready-undescribed',
      about: 'A READY of a worker that can describe nothing.',
      frames: said((channel) => writeMap(channel, READY, UNDESCRIBED)).frames,
    },
  ];
}

/** As workers wrote it that knew no DESCRIBE. */
const UNDESCRIBED: Ready = { methods: READY_SAMPLE.methods, label: 'orders-7' };

function formMessages(): Golden[] {
  const credit = { type: CREDIT.type, flags: 1, payload: fromHex('1000000000000000') };
  return [
    { name: 'heartbeat', about: 'Nothing else was sent for an interval.', frames: said(writeHeartbeat).frames },
    { name: 'acknowledgement', about: 'A message without records.', frames: [envelope([], HEADER)] },
    {
      name: 'several-records',
      about: 'Records that were made in one turn of the loop leave together.',
      frames: said((channel) => {
        writeReply(channel, 1, 0, 0, OUTPUT);
        writeReply(channel, 2, 0, 0, NOTHING);
        writeNumber(channel, CREDIT, 18);
      }).frames,
    },
    {
      name: 'later-version',
      about: 'A record that is longer than it was, and one that did not exist: bytes and records to be skipped.',
      frames: [
        envelope(
          [
            { ...credit, payload: concat(credit.payload, Uint8Array.of(0xaa, 0xbb)) },
            { type: 200, payload: Uint8Array.of(1, 2, 3) },
            credit,
          ],
          HEADER,
        ),
      ],
    },
  ];
}

function record({ name, doc }: FixedRecord, write: (channel: Channel) => void): Golden {
  return { name: name.toLowerCase(), about: doc, frames: said(write).frames };
}

/** The first message of a session, as a channel makes it. */
function firstSaid(write: (channel: Channel) => void): Message {
  const outbox = new Outbox();
  write(new Channel(outbox, 1, HEADER.session, NOW));
  return outbox.poll(NOW)!;
}

/** A later one. */
function said(write: (channel: Channel) => void): Message {
  const outbox = new Outbox();
  const channel = new Channel(outbox, 1, HEADER.session, NOW);
  for (let seq = 1; seq <= HEADER.ack; seq++) channel.accept(NOW, readEnvelope([envelope([], { seq })]));
  writeHeartbeat(channel);
  outbox.poll(NOW);
  write(channel);
  return outbox.poll(NOW)!;
}

interface Message {
  readonly frames: readonly Uint8Array[];
}

function plain(map: object | undefined): object | undefined {
  if (map === undefined) return undefined;
  const entries = Object.entries(map) as [string, unknown][];
  return Object.fromEntries(entries.map(([name, v]) => [name, v instanceof Uint8Array ? toHex(v) : v]));
}

function hex({ bytes }: EnvelopeReader, start: number, end: number): string {
  return toHex(bytes.subarray(start, end));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

const NOW = 305_419_896.5;
const HEADER = { session: 2 ** 52 + 77, seq: 2, ack: 3, sentAt: Math.floor(NOW) };
const INSTANCE: Uint8Array = Uint8Array.from({ length: 16 }, (_, i) => i);
const INPUT: Uint8Array = encodeValue({ orderId: 'o-1', lines: [{ sku: 'A1', quantity: 3 }] });
const OUTPUT: Uint8Array = encodeValue({ accepted: true, etaDate: new Date(1_500_000_000_001), cents: 2n ** 40n });
const NOTHING: Uint8Array = new Uint8Array(0);
