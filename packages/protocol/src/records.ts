import type { RefusedContract } from './descriptor.ts';
import { blob, choice, flag, group, integer, list, openChoice, optional, text } from './fields.ts';
import { LIMITS } from './limits.ts';
import type { FixedRecord, MapRecord, ReservedRecord } from './record-definition.ts';
import { fixedRecord, mapRecord, reservedRecord } from './record-definition.ts';

/**
 * All records of the native protocol. Numbers are the wire format: never reuse one.
 *
 * Hot records (one or more per call) have fixed fields; the rest carry one MessagePack map. Either way bytes or
 * names that a receiver does not know are skipped, so fields can be added without a new version.
 */

// Sessions

export interface Hello {
  readonly role: 'client' | 'worker';
  /** The process's own id for its whole life. */
  readonly instance: Uint8Array;
  /** Differs in each HELLO of an instance. One whose session the connection already has is a repetition: ignored. */
  readonly nonce: number;
  /** The session that this one replaces: the broker ends it at once. */
  readonly previous?: number;
}

export const HELLO: MapRecord<Hello> = mapRecord(
  1,
  'HELLO',
  'peer → broker',
  'Asks for a session. A peer says nothing else without one.',
  { role: choice('client', 'worker'), instance: blob(16), nonce: integer(), previous: optional(integer()) },
);

export interface Welcome {
  /** The nonce of the HELLO that this answers. */
  readonly nonce: number;
  /** Stable name of the broker. */
  readonly broker: string;
  /** Random per start of the broker. */
  readonly epoch: number;
  /** How often each side must be heard. */
  readonly heartbeatMs: number;
  readonly bodyBytesMax: number;
  readonly windowBytes: number;
  /** How many calls this client may have outstanding here. */
  readonly callsMax: number;
  /** Other brokers that this one knows of. */
  readonly brokers: readonly string[];
}

export const WELCOME: MapRecord<Welcome> = mapRecord(
  2,
  'WELCOME',
  'broker → peer',
  'Grants the session that the header names.',
  {
    nonce: integer(),
    broker: text(LIMITS.nameBytesMax),
    epoch: integer(),
    heartbeatMs: integer(),
    bodyBytesMax: integer(),
    windowBytes: integer(),
    callsMax: integer(),
    brokers: list(text(1_024), 64),
  },
);

/** `draining`: the broker is shutting down. `limit`: it has as many peers as it may have. */
export type RefusedWhy = 'unknown_session' | 'version' | 'limit' | 'protocol' | 'draining';

export interface Refused {
  readonly why: RefusedWhy;
  /** The session that the refused message named. */
  readonly session: number;
  /** Call numbers of every REQUEST in the refused message. */
  readonly calls: readonly number[];
  readonly detail?: string;
}

export const REFUSED: MapRecord<Refused> = mapRecord(
  3,
  'REFUSED',
  'broker → peer',
  'Nothing in the refused message was acted on. For each REQUEST in it this is the proof that it was not executed.',
  {
    why: openChoice('protocol', 'unknown_session', 'version', 'limit', 'protocol', 'draining'),
    session: integer(),
    calls: list(integer(), LIMITS.recordsMax),
    detail: optional(text(1_024)),
  },
);

export interface Declare {
  readonly route: number;
  readonly service: string;
  readonly method: string;
  readonly fingerprint: string;
  /** Other fingerprints that the caller understands. */
  readonly accepts: readonly string[];
  /** Fingerprints it does not, each with the reason. */
  readonly refuses?: readonly RefusedContract[] | undefined;
  readonly idempotent: boolean;
}

export const DECLARE: MapRecord<Declare> = mapRecord(
  4,
  'DECLARE',
  'client → broker',
  'Numbers a route before its first use in a session.',
  {
    route: integer(LIMITS.routesMax - 1),
    service: text(LIMITS.nameBytesMax),
    method: text(LIMITS.nameBytesMax),
    fingerprint: text(64),
    accepts: list(text(64), 256),
    refuses: optional(
      list(group<RefusedContract>({ fingerprint: text(64), why: text(1_024) }), LIMITS.formerVersionsMax),
    ),
    idempotent: flag(),
  },
);

export interface OfferedMethod {
  readonly service: string;
  readonly version: string;
  readonly method: string;
  readonly fingerprint: string;
  /** Other fingerprints that the worker understands. */
  readonly accepts: readonly string[];
  /** Fingerprints it does not, each with the reason. */
  readonly refuses: readonly RefusedContract[];
  readonly idempotent: boolean;
  readonly key: readonly string[];
  /** How long a dispatch may go without an EXTEND, in ms. Absent: until the deadline of the call. */
  readonly leaseMs?: number | undefined;
  /** The handler goes on when its caller is gone. */
  readonly finish?: boolean | undefined;
}

export interface Ready {
  readonly methods: readonly OfferedMethod[];
  /** For people: how this worker is called where workers are listed. */
  readonly label?: string;
  /** Services that the worker answers DESCRIBE for. Absent: none; it may not know that record. */
  readonly described?: readonly DescribedService[] | undefined;
}

export interface DescribedService {
  readonly service: string;
  /** The first line of what its contract says about it, shown where services are listed. */
  readonly summary?: string | undefined;
}

export const READY: MapRecord<Ready> = mapRecord(
  5,
  'READY',
  'worker → broker',
  "Lists a worker's methods. The number of a method is its place in the list.",
  {
    methods: list(
      group<OfferedMethod>({
        service: text(LIMITS.nameBytesMax),
        version: text(64),
        method: text(LIMITS.nameBytesMax),
        fingerprint: text(64),
        accepts: list(text(64), 256),
        refuses: list(group({ fingerprint: text(64), why: text(1_024) }), 256),
        idempotent: flag(),
        key: list(text(255), 16),
        leaseMs: optional(integer(LIMITS.callTimeoutMaxMs)),
        finish: optional(flag()),
      }),
      LIMITS.methodsMax,
    ),
    label: optional(text(255)),
    described: optional(
      list(
        group<DescribedService>({
          service: text(LIMITS.nameBytesMax),
          summary: optional(text(LIMITS.summaryMax)),
        }),
        LIMITS.methodsMax,
      ),
    ),
  },
);

// Calls

type CallField = 'attempt' | 'priority' | 'remainingMs' | 'keyBytes' | 'metadataBytes' | 'bodyBytes';

const CALL_FIELDS = {
  attempt: ['u8', 'which start of the call this may be: 1 for the first; resends and re-dispatches count'],
  priority: ['u8', '0 (first) to 3 (last); 1 unless the caller says otherwise'],
  remainingMs: ['u32', 'milliseconds until the deadline, as the sender sees it'],
  keyBytes: ['u16', 'length of the key; 0 = no key'],
  metadataBytes: ['u16', 'length of the metadata, a MessagePack map of strings; 0 = none'],
  bodyBytes: ['u32', 'length of the body if it is in this record'],
} as const;

const CALL_REST = 'key, metadata, and the body unless it is in the next frame';

export const REQUEST: FixedRecord<'call' | 'route' | CallField> = fixedRecord(
  16,
  'REQUEST',
  'client → broker',
  'One call. A number that is already pending in the session is dropped.',
  {
    call: ['u53', "call number: the client's own counter"],
    route: ['u16', 'number that a DECLARE gave to the route'],
    ...CALL_FIELDS,
  },
  CALL_REST,
);

/** From `call` on the layout is that of REQUEST, so that a broker copies a request and patches its head. */
export const DISPATCH: FixedRecord<'dispatch' | 'instance' | 'call' | 'method' | CallField> = fixedRecord(
  17,
  'DISPATCH',
  'broker → worker',
  'Hands a call to a worker.',
  {
    dispatch: ['u53', "dispatch id: the broker's, of this worker's session alone"],
    instance: ['bytes16', 'instance id of the client; with the call number it is the call id'],
    call: ['u53', 'call number'],
    method: ['u16', 'place of the method in the READY of the worker'],
    ...CALL_FIELDS,
  },
  CALL_REST,
);

/** A worker's answer names the dispatch, the broker's answer names the call. The layout is the same. */
export const REPLY: FixedRecord<'id' | 'fingerprint' | 'starts' | 'reserved' | 'bodyBytes'> = fixedRecord(
  18,
  'REPLY',
  'both',
  'The result of a call: from a worker to the broker, and from the broker to the caller.',
  {
    id: ['u53', 'dispatch id (from a worker) or call number (from a broker)'],
    fingerprint: ['u16', "place in the worker's READY of the method whose contract encoded the body"],
    starts: ['u8', 'how often this broker dispatched the call; 0 from a worker'],
    reserved: ['u8', 'zero'],
    bodyBytes: ['u32', 'length of the body if it is in this record'],
  },
  'the body unless it is in the next frame',
);

export const FAILURE: FixedRecord<'id' | 'code' | 'reason' | 'executed' | 'starts' | 'retryAfterMs' | 'bodyBytes'> =
  fixedRecord(
    19,
    'FAILURE',
    'both',
    'A call that ended without a result.',
    {
      id: ['u53', 'dispatch id (from a worker) or call number (from a broker)'],
      code: ['u8', 'number of the code'],
      reason: ['u8', 'number of the reason'],
      executed: ['u8', '0 no, 1 yes, 2 unknown'],
      starts: ['u8', 'how often this broker dispatched the call; 0 from a worker'],
      retryAfterMs: ['u32', 'advice on when to try again; 0 = none'],
      bodyBytes: ['u32', 'length of the detail, if it is in this record'],
    },
    'the detail: a MessagePack map of `message`, `declared` and `data`, all optional',
  );

export const PARTIAL: FixedRecord<'id' | 'bodyBytes'> = fixedRecord(
  48,
  'PARTIAL',
  'both',
  'Part of a reply, ahead of the REPLY that ends it. Majordomo workers make them; who does not know them skips them.',
  {
    id: ['u53', 'dispatch id (from a worker) or call number (from a broker)'],
    bodyBytes: ['u32', 'length of the body if it is in this record'],
  },
  'the body unless it is in the next frame',
);

export const CANCEL: FixedRecord<'id'> = fixedRecord(
  20,
  'CANCEL',
  'both',
  'The caller no longer wants the result. Towards a client nothing answers it.',
  { id: ['u53', 'call number (from a client) or dispatch id (from a broker)'] },
);

export const REJECT: FixedRecord<'dispatch'> = fixedRecord(
  21,
  'REJECT',
  'worker → broker',
  'Hands back a call whose handler was not started.',
  { dispatch: ['u53', 'dispatch id'] },
);

export const HEDGE: FixedRecord<'id'> = fixedRecord(
  22,
  'HEDGE',
  'client → broker',
  'The answer to an idempotent call is late: the broker may start it on a second worker as well.',
  { id: ['u53', 'call number'] },
);

// Flow and life

export const CREDIT: FixedRecord<'granted'> = fixedRecord(
  24,
  'CREDIT',
  'worker → broker',
  'How many dispatches the worker has allowed since the session began. Absolute: a repeated grant does no harm.',
  { granted: ['u53', 'dispatches allowed since READY'] },
);

export const DEMAND: FixedRecord<'waiting'> = fixedRecord(
  25,
  'DEMAND',
  'broker → worker',
  'How many calls wait at this broker that the worker could serve but has given no credit for.',
  { waiting: ['u53', 'calls waiting; 0 = none any more'] },
);

export const HEARTBEAT: FixedRecord<never> = fixedRecord(
  26,
  'HEARTBEAT',
  'both',
  'Sent only when nothing else was sent for an interval.',
  {},
);

export const EXTEND: FixedRecord<'dispatch'> = fixedRecord(
  27,
  'EXTEND',
  'worker → broker',
  'The handler is at work: prolongs the lease of its call.',
  { dispatch: ['u53', 'dispatch id'] },
);

export const DRAIN: MapRecord<object> = mapRecord(
  28,
  'DRAIN',
  'worker → broker',
  'The worker wants no more dispatches. It finishes what it has started.',
  {},
);

export interface Goaway {
  /** Other brokers that this one knows of. */
  readonly brokers: readonly string[];
}

export const GOAWAY: MapRecord<Goaway> = mapRecord(
  29,
  'GOAWAY',
  'broker → peer',
  'The broker is shutting down. It refuses what comes after this and finishes what it has dispatched.',
  { brokers: list(text(1_024), 64) },
);

export interface Bye {
  readonly why: 'closed' | 'drained' | 'slow' | 'silent' | 'protocol' | 'replaced';
  readonly detail?: string;
}

export const BYE: MapRecord<Bye> = mapRecord(30, 'BYE', 'both', 'The session is over, by intent.', {
  why: openChoice('closed', 'closed', 'drained', 'slow', 'silent', 'protocol', 'replaced'),
  detail: optional(text(1_024)),
});

// Recovery

export const AWAIT: FixedRecord<'call' | 'route' | 'remainingMs'> = fixedRecord(
  32,
  'AWAIT',
  'client → broker',
  'An at-most-once call whose session was lost: should its worker offer the result, the client still wants it.',
  {
    call: ['u53', "call number; with the instance id of the session's own client it is the call id"],
    route: ['u16', 'number that a DECLARE gave to the route'],
    remainingMs: ['u32', 'how long the client goes on waiting; 0 = no longer'],
  },
);

export const OFFER: FixedRecord<'instance' | 'call' | 'method' | 'code' | 'reason' | 'bodyBytes'> = fixedRecord(
  33,
  'OFFER',
  'worker → broker',
  'How the handler of an at-most-once call ended whose session was lost. It was started: `executed` is `yes`.',
  {
    instance: ['bytes16', 'instance id of the client; with the call number it is the call id'],
    call: ['u53', 'call number'],
    method: ['u16', 'place of the method in the READY of this session'],
    code: ['u8', 'number of the code of a failure; 0 = a reply'],
    reason: ['u8', 'number of the reason of a failure'],
    bodyBytes: ['u32', 'length of the body if it is in this record'],
  },
  'the output, or the detail of a failure, unless it is in the next frame',
);

// What services say of themselves

export const DESCRIBE: FixedRecord<'id' | 'method'> = fixedRecord(
  34,
  'DESCRIBE',
  'broker → worker',
  'Somebody wants to know what a service is like. Sent only to who said in READY that it can describe it.',
  {
    id: ['u53', "number of the question: the broker's, of this worker's session alone"],
    method: ['u16', 'place of a method of the service in the READY of the worker'],
  },
);

export const DESCRIPTION: FixedRecord<'id' | 'outcome' | 'bodyBytes'> = fixedRecord(
  35,
  'DESCRIPTION',
  'worker → broker',
  'The answer to a DESCRIBE. The broker passes the body on unread.',
  {
    id: ['u53', 'number of the question'],
    outcome: ['u8', '0 described, 1 there is no description, 2 it is too large, 3 it could not be made'],
    bodyBytes: ['u32', 'length of the body if it is in this record'],
  },
  'the description (§20.1), a MessagePack map, unless it is in the next frame; empty if there is none',
);

// Kept for later

const RESERVED: readonly ReservedRecord[] = [
  reservedRecord(40, 'AUTH', 'peer → broker', 'Proof of a principal.'),
  reservedRecord(41, 'CHALLENGE', 'broker → peer', 'What AUTH must sign.'),
  reservedRecord(49, 'BODY', 'both', 'A piece of a body that is sent in pieces.'),
  reservedRecord(50, 'STREAM_CREDIT', 'both', 'How many parts the receiver is ready for.'),
];

/** A definition of any form, as the tables of the specification read it. */
export type AnyRecord = FixedRecord | MapRecord<never> | ReservedRecord;

/** All records in the order of their numbers. */
export const RECORDS: readonly AnyRecord[] = [
  ...[HELLO, WELCOME, REFUSED, DECLARE, READY],
  ...[REQUEST, DISPATCH, REPLY, FAILURE, CANCEL, REJECT, HEDGE],
  ...[CREDIT, DEMAND, HEARTBEAT, EXTEND, DRAIN, GOAWAY, BYE],
  ...[AWAIT, OFFER, DESCRIBE, DESCRIPTION],
  ...RESERVED.filter(({ type }) => type < PARTIAL.type),
  PARTIAL,
  ...RESERVED.filter(({ type }) => type > PARTIAL.type),
] as readonly AnyRecord[];
