import type { Channel, OfferedMethod } from '@reeve/protocol';
import { VERDICTS, codeNumber, encodeDetail, failureHead, writeFailure, writeReply } from '@reeve/protocol';
import type { BrokerLink } from './broker-link.ts';
import type { Dispatch } from './dispatch.ts';
import type { WorkerFailure } from './worker-event.ts';

/** Appends the reply, or a failure in its place if it is too large. Returns which. */
export function answerReply(
  link: BrokerLink,
  dispatch: Dispatch,
  method: OfferedMethod,
  body: Uint8Array,
): 'reply' | 'failure' {
  const channel = link.uplink.channel!;
  const max = link.uplink.welcome!.bodyBytesMax;
  if (body.length <= max) {
    // A broker that passes the body on names the contract that encoded it by this place in READY.
    writeReply(channel, dispatch.id, dispatch.method, 0, body);
    return 'reply';
  }
  answerTooLarge(channel, dispatch, method, body.length, max);
  return 'failure';
}

/** Appends a failure. Returns its encoded detail. */
export function answerFailure(
  link: BrokerLink,
  dispatch: Dispatch,
  method: OfferedMethod,
  failure: WorkerFailure,
): Uint8Array {
  const channel = link.uplink.channel!;
  const max = link.uplink.welcome!.bodyBytesMax;
  const detail = encodeDetail(failure.detail);
  if (detail.length > max) {
    answerTooLarge(channel, dispatch, method, detail.length, max);
    return detail;
  }
  const head = failureHead(failure.verdict, dispatch.id);
  writeFailure(channel, failure.code === undefined ? head : { ...head, code: codeNumber(failure.code) }, detail);
  return detail;
}

/** Appends the failure of a call whose deadline passed before its handler could start. */
export function answerExpired(link: BrokerLink, dispatchId: number): void {
  writeFailure(link.uplink.channel!, failureHead(VERDICTS.expiredInQueue, dispatchId), EXPIRED_DETAIL);
}

/** What is said of a reply that a broker would not take. */
export function tooLargeText({ service, method }: OfferedMethod, bytes: number, max: number): string {
  return `the reply of ${service}.${method} has ${bytes} bytes; the broker takes at most ${max}`;
}

function answerTooLarge(channel: Channel, dispatch: Dispatch, method: OfferedMethod, bytes: number, max: number): void {
  const message = tooLargeText(method, bytes, max);
  writeFailure(channel, failureHead(VERDICTS.replyTooLarge, dispatch.id), encodeDetail({ message }));
}

const EXPIRED_DETAIL: Uint8Array = encodeDetail({ message: 'the deadline passed while the call waited in the worker' });
