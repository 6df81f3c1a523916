export type { FailureDetail, FailureHead } from './answer-codec.ts';
export {
  AnswerView,
  encodeDetail,
  failureHead,
  forwardReply,
  writeFailure,
  writePartial,
  writeReply,
} from './answer-codec.ts';
export { announcedMs } from './announced.ts';
export { AssertionError, assert } from './assert.ts';
export { NO_BYTES, bytesEqual, copyOut, readU53, toHex, writeU53 } from './bytes.ts';
export type { HashKey } from './body-hash.ts';
export { bodyHash, drawHashKey } from './body-hash.ts';
export { bodyMemory } from './body-memory.ts';
export type { CallParts } from './call-codec.ts';
export { CallView, splitBody, writeDispatch, writeRequest } from './call-codec.ts';
export type { Acceptance } from './channel.ts';
export { Channel } from './channel.ts';
export type { Code } from './codes.ts';
export { CODES, codeFromNumber, codeNumber, isCode } from './codes.ts';
export { readMap, readNumber, strayMessage, writeHeartbeat, writeMap, writeNumber } from './cold-codec.ts';
export type { Describe, Described, DescribedOutcome } from './description-codec.ts';
export {
  DESCRIBED_OUTCOMES,
  readDescribe,
  readDescription,
  writeDescribe,
  writeDescription,
} from './description-codec.ts';
export type { ErrorDescription, MethodDescription, ServiceDescription } from './description.ts';
export type { MethodDescriptor, RefusedContract, ServiceDescriptor } from './descriptor.ts';
export type { Malformed } from './envelope.ts';
export { ENVELOPE, EnvelopeReader, RECORD_FLAGS, writeEnvelopeHeader, writeRecordHeader } from './envelope.ts';
export { Fifo } from './fifo.ts';
export type { Limits, LimitRow } from './limits.ts';
export { LIMITS, LIMIT_TABLE, transportTimeoutMs } from './limits.ts';
export type { Logger } from './logger.ts';
export { silentLogger } from './logger.ts';
export { Outbox } from './outbox.ts';
export type { Awaited, Offered } from './recovery-codec.ts';
export { readAwait, readOffer, writeAwait, writeOffer } from './recovery-codec.ts';
export type { Direction, FixedRecord, MapRecord, ReservedRecord } from './record-definition.ts';
export type { Random } from './random.ts';
export { randomBytes, randomToken, seededRandom } from './random.ts';
export type {
  AnyRecord,
  Bye,
  Declare,
  DescribedService,
  Goaway,
  Hello,
  OfferedMethod,
  Ready,
  Refused,
  RefusedWhy,
  Welcome,
} from './records.ts';
export {
  AWAIT,
  BYE,
  CANCEL,
  CREDIT,
  DECLARE,
  DEMAND,
  DESCRIBE,
  DESCRIPTION,
  DISPATCH,
  DRAIN,
  EXTEND,
  FAILURE,
  GOAWAY,
  HEARTBEAT,
  HEDGE,
  HELLO,
  OFFER,
  PARTIAL,
  READY,
  RECORDS,
  REFUSED,
  REJECT,
  REPLY,
  REQUEST,
  WELCOME,
} from './records.ts';
export type { ReeveErrorDetails } from './reeve-error.ts';
export { ReeveError } from './reeve-error.ts';
export { Ring, RingNode } from './ring.ts';
export type {
  AnyShape,
  ArrayShape,
  BigintShape,
  BooleanShape,
  BytesShape,
  DateShape,
  EnumShape,
  IntersectionShape,
  LiteralShape,
  MapShape,
  NeverShape,
  NullableShape,
  NullShape,
  NumberShape,
  ObjectShape,
  RecordShape,
  RefShape,
  SetShape,
  Shape,
  Shapes,
  StringShape,
  TemplateShape,
  TupleShape,
  UndefinedShape,
  UnionShape,
  AmbiguousUnion,
  CompiledShape,
  Issue,
} from './shape/index.ts';
export { compileShape, findAmbiguousUnion, mergeObjects, pathText } from './shape/index.ts';
export type { Instant, PeerChange, PeerId, Refusal, Session, Transmit } from './session.ts';
export { TimerNode, TimerWheel } from './timer-wheel.ts';
export type { Timed, UplinkHost, UplinkLost, UplinkNews, UplinkState } from './uplink.ts';
export { Uplink } from './uplink.ts';
export type { Decoded } from './values.ts';
export { decodeBody, decodeValue, encodeValue } from './values.ts';
export type { Executed, Reason, Verdict } from './verdicts.ts';
export { EXECUTED, VERDICTS, isRetryReason, reasonFromNumber, wordsFor } from './verdicts.ts';
