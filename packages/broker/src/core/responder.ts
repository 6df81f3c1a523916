import type { AnswerView, FailureHead, Limits, Offered, Verdict } from '@reeve/protocol';
import {
  NO_BYTES,
  encodeDetail,
  failureHead,
  forwardReply,
  writeFailure,
  writePartial,
  writeReply,
} from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { Counters } from './counters.ts';
import type { PendingCall } from './pending-call.ts';
import type { Result } from './result-store.ts';

/** Writes what callers get: what a worker said, what was recorded, and verdicts of the broker's own. */
export class Responder {
  /** Clients that do not read what they are sent: to be dismissed once the present input is done. */
  readonly overfull: ClientSession[] = [];
  readonly #limits: Limits;
  readonly #counters: Counters;

  constructor(limits: Limits, counters: Counters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  /** Passes a worker's answer on. */
  forward(call: PendingCall, answer: AnswerView, isReply: boolean): void {
    const { channel } = call.client;
    if (isReply) {
      this.#counters.replies += 1;
      forwardReply(channel, call.call, call.starts, answer);
    } else {
      this.#counters.failures += 1;
      const { code, reason, executed, retryAfterMs } = answer;
      const head = { id: call.call, code, reason, executed, starts: call.starts, retryAfterMs };
      // The other starts of the call, on workers that were lost or were slower, may have run.
      writeFailure(channel, withDoubt(head, call.starts > 1), answer.body);
    }
    this.checkBacklog(call.client);
  }

  /** Passes part of a worker's answer on. */
  forwardPart(call: PendingCall, answer: AnswerView): void {
    writePartial(call.client.channel, call.call, answer.body);
    this.checkBacklog(call.client);
  }

  /** Gives a caller the result that its key has. */
  give(call: PendingCall, result: Result): void {
    const { channel } = call.client;
    if (result.kind === 'reply') {
      this.#counters.replies += 1;
      writeReply(channel, call.call, result.fingerprint, call.starts, result.body);
    } else {
      this.#counters.failures += 1;
      const { code, reason, executed, retryAfterMs, detail } = result;
      const head = { id: call.call, code, reason, executed, starts: call.starts, retryAfterMs };
      writeFailure(channel, withDoubt(head, call.starts > 1), detail);
    }
    this.checkBacklog(call.client);
  }

  /** Gives a client the result of a call that another broker had. */
  recover(client: ClientSession, { call, code, reason, body }: Offered): void {
    const { channel } = client;
    // Not dispatched here, so without a start here.
    if (code === 0) writeReply(channel, call, 0, 0, body);
    else writeFailure(channel, { id: call, code, reason, executed: 'yes', starts: 0, retryAfterMs: 0 }, body);
    this.checkBacklog(client);
  }

  /** Gives a caller a verdict. */
  refuse(
    call: PendingCall,
    verdict: Verdict,
    more: { retryAfterMs?: number; message?: string | undefined } = {},
  ): void {
    const { retryAfterMs = 0, message } = more;
    this.#counters.failures += 1;
    this.#counters.refusals[verdict.reason] = (this.#counters.refusals[verdict.reason] ?? 0) + 1;
    const head = failureHead(verdict, call.call, call.starts, retryAfterMs);
    const detail = message === undefined ? NO_BYTES : encodeDetail({ message });
    writeFailure(call.client.channel, withDoubt(head, call.starts > 0), detail);
    this.checkBacklog(call.client);
  }

  /** Gives a client what it asked the broker itself. */
  giveBody(client: ClientSession, call: number, body: Uint8Array): void {
    writeReply(client.channel, call, 0, 1, body);
    this.checkBacklog(client);
  }

  /** Gives a verdict to a client that asked the broker itself. It is no call, and not counted as one. */
  refuseQuestion(client: ClientSession, call: number, verdict: Verdict, message?: string, retryAfterMs = 0): void {
    const detail = message === undefined ? NO_BYTES : encodeDetail({ message });
    writeFailure(client.channel, failureHead(verdict, call, 0, retryAfterMs), detail);
    this.checkBacklog(client);
  }

  /** Notes a client that lets what it is sent pile up. Checked at each answer: a heartbeat later may be too late. */
  checkBacklog(client: ClientSession): void {
    if (client.channel.unsentBytes <= this.#limits.peerBacklogBytesMax || client.isOverfull) return;
    client.isOverfull = true;
    this.overfull.push(client);
  }
}

/** A start that may have run turns `no` into `unknown`. */
function withDoubt(head: FailureHead, mayHaveRun: boolean): FailureHead {
  return mayHaveRun && head.executed === 'no' ? { ...head, executed: 'unknown' } : head;
}
