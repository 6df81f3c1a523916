import type { Fifo, Instant, Timed, TimerWheel, Verdict } from '@reeve/protocol';
import { CANCEL, LIMITS, VERDICTS, splitBody, writeNumber } from '@reeve/protocol';
import { Awaiting } from './awaiting.ts';
import type { BrokerLink, LiveSession } from './broker-link.ts';
import { CALL_STATES, Call } from './call.ts';
import type { CallContent, CallOwner, CallState } from './call.ts';
import { CallTable } from './call-table.ts';
import type { ClientEvent } from './client-event.ts';
import type { ClientCoreOptions } from './client-options.ts';
import { newStats } from './client-stats.ts';
import type { Failure, Reply } from './outcome.ts';
import { failureOf, withDoubts } from './outcome.ts';
import type { Route } from './route.ts';
import { SendQueue } from './send-queue.ts';

/**
 * The book of all calls of a client: admits them within the limits, moves them from state to state, keeps their
 * deadlines, and settles each of them once.
 */
export class Ledger implements CallOwner {
  /** Calls that any broker may have. */
  readonly queue: SendQueue = new SendQueue();
  readonly stats: ReturnType<typeof newStats> = newStats();
  readonly awaiting: Awaiting;
  /** Set when nothing new is taken: the verdict for what comes. */
  isClosing = false;
  /** Looks at a call that was sent and whose answer is late, before its deadline. */
  handleLate: (now: Instant, call: Call) => void = () => undefined;

  readonly #options: ClientCoreOptions;
  readonly #links: readonly BrokerLink[];
  readonly #timers: TimerWheel<Timed>;
  readonly #events: Fifo<ClientEvent>;
  readonly #table = new CallTable();
  #unsentBytes = 0;
  /** The largest body that any broker has been known to take. */
  #bodyBytesMax: number | undefined;

  constructor(
    options: ClientCoreOptions,
    links: readonly BrokerLink[],
    timers: TimerWheel<Timed>,
    events: Fifo<ClientEvent>,
  ) {
    this.#options = options;
    this.#links = links;
    this.awaiting = new Awaiting(links);
    this.#timers = timers;
    this.#events = events;
  }

  /** Calls that are not settled. */
  get size(): number {
    return this.#table.size;
  }

  /** Bytes of calls that are queued or resting. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Takes in a call. One that is over a limit is settled at once. */
  admit(now: Instant, request: CallRequest): Call {
    this.stats.calls += 1;
    const content = contentOf(request);
    const weightBytes = content.payload.length + (content.tail?.length ?? 0);
    const refusal = this.#refusal(request.body.length, weightBytes);
    const number = refusal === undefined ? this.#table.takeNumber() : 0;
    const call = new Call(this, number, now + request.timeoutMs, content);
    this.#unsentBytes += weightBytes;
    if (refusal !== undefined) {
      this.fail(call, refusal);
      return call;
    }
    this.#table.put(call);
    this.#timers.set(call.timer, call.deadline);
    this.queue.push(call);
    return call;
  }

  find(number: number): Call | undefined {
    return this.#table.find(number);
  }

  all(): Call[] {
    return this.#table.all();
  }

  /** Learns of a broker's limit. */
  noteBodyBytesMax(bytes: number): void {
    this.#bodyBytesMax = Math.max(bytes, this.#bodyBytesMax ?? 0);
  }

  /** Notes that the call goes out in a session. */
  markSent(now: Instant, call: Call, session: LiveSession): void {
    this.#move(call, 'sent');
    call.session = session;
    call.ring = session.outstanding;
    session.outstanding.push(call.node);
    call.sends += 1;
    call.attempts += 1;
    if (!call.hasOwnTimer) return;
    // An attempt was given up in this very session. What proves the new one, by the same number, proves nothing of it.
    if (call.doubts.includes(session.token)) call.mayHaveRun = true;
    call.hedgeAt = now + (call.hedgeAfterMs ?? Infinity);
    call.attemptUntil = now + (call.attemptTimeoutMs ?? Infinity);
    this.watchSent(call);
  }

  /** Has a call that was sent looked at when its time comes. */
  watchSent(call: Call): void {
    this.#timers.set(call.timer, Math.min(call.deadline, call.hedgeAt, call.attemptUntil));
  }

  /** Puts a call that came back before all that were not sent yet. */
  requeue(call: Call): void {
    const hadOwnTimer = call.state === 'held' || call.state === 'resting' || call.hasOwnTimer;
    this.#move(call, 'queued');
    this.queue.unshift(call);
    if (hadOwnTimer) this.#timers.set(call.timer, call.deadline);
  }

  /** Lets a call wait before it is queued again. */
  rest(now: Instant, call: Call, delayMs: number): void {
    this.#move(call, 'resting');
    this.#wake(call, now + delayMs);
  }

  /** Keeps a call that must not be started twice until proof or its result comes, or none can come any more. */
  hold(now: Instant, call: Call, link: BrokerLink): void {
    this.#move(call, 'held');
    call.ring = link.held;
    link.held.push(call.node);
    this.#wake(call, now + this.#options.recoverMs);
    this.awaiting.ask(now, call);
  }

  /** Hands on part of a reply. The call goes on. */
  part(call: Call, body: Uint8Array): void {
    this.#events.push({ kind: 'part', call, body });
  }

  /** Ends a call with its reply. */
  reply(call: Call, reply: Reply): void {
    this.stats.replies += 1;
    call.outcome = reply;
    this.#settle(call);
  }

  /** Ends a call with a failure, with what is true of `executed` over all attempts. */
  fail(call: Call, failure: Failure): void {
    this.stats.failures += 1;
    call.outcome = { ok: false, failure: withDoubts(failure, call.hasDoubt) };
    this.#settle(call);
  }

  /** Ends a call because its caller does not want it any more. One that is over is left alone. */
  cancel(call: Call): void {
    this.#abandon(call, VERDICTS[CALL_STATES[call.state].onCancel]);
  }

  /** Ends a call because the client is closed. */
  close(call: Call): void {
    this.#abandon(call, VERDICTS[CALL_STATES[call.state].onClose]);
  }

  /** Called when the deadline of a call has come, or its rest is over. */
  onCallTimer(now: Instant, call: Call): void {
    if (call.state === 'held') this.fail(call, failureOf(VERDICTS.brokerLost));
    else if (call.state === 'resting' && now < call.deadline) this.requeue(call);
    else if (call.state === 'sent' && now < call.deadline) this.handleLate(now, call);
    else if (call.state === 'sent') this.#expireSent(now, call);
    else this.fail(call, this.#expiry(call));
  }

  #refusal(bodyBytes: number, weightBytes: number): Failure | undefined {
    const { pendingCallsMax, unsentBytesMax } = this.#options;
    if (this.isClosing) return failureOf(VERDICTS.closedUnsent);
    if (bodyBytes > (this.#bodyBytesMax ?? LIMITS.bodyBytesMax)) return failureOf(VERDICTS.requestTooLarge);
    if (this.#table.size >= pendingCallsMax) {
      return failureOf(VERDICTS.clientLimit, `${pendingCallsMax} calls are outstanding in this client already`);
    }
    if (this.#unsentBytes > 0 && this.#unsentBytes + weightBytes > unsentBytesMax) {
      return failureOf(VERDICTS.clientLimit, `${this.#unsentBytes} bytes wait in this client to be sent`);
    }
    return undefined;
  }

  #expireSent(now: Instant, call: Call): void {
    // The reply may lie unread because our own loop stood still: one more tick lets it be read first.
    if (!call.hasGrace && now - call.deadline > LATE_MS) {
      call.hasGrace = true;
      this.#timers.set(call.timer, now + 1);
      return;
    }
    this.#abandon(call, VERDICTS.noReply);
  }

  #expiry(call: Call): Failure {
    const isConnected = this.#links.some((link) => link.session !== undefined);
    if (call.hasDoubt) return failureOf(isConnected ? VERDICTS.noReply : VERDICTS.brokerLost);
    return call.lastFailure ?? failureOf(isConnected ? VERDICTS.expiredInQueue : VERDICTS.noBroker);
  }

  /** Ends a call on this side; a broker that has it is told. */
  #abandon(call: Call, verdict: Verdict): void {
    if (call.state === 'settled') return;
    if (call.state === 'sent') writeNumber(call.session!.channel, CANCEL, call.number);
    this.fail(call, failureOf(verdict));
  }

  #settle(call: Call): void {
    this.#move(call, 'settled');
    this.#timers.clear(call.timer);
    this.#table.remove(call);
    this.#events.push({ kind: 'settled', call });
  }

  #move(call: Call, state: CallState): void {
    const wasUnsent = CALL_STATES[call.state].isUnsent;
    if (call.state === 'held') this.awaiting.withdraw(call);
    call.enter(state);
    if (wasUnsent !== CALL_STATES[state].isUnsent) {
      this.#unsentBytes += wasUnsent ? -call.weightBytes : call.weightBytes;
    }
    if (call.ring !== undefined) {
      call.ring.remove(call.node);
      call.ring = undefined;
    }
  }

  #wake(call: Call, at: Instant): void {
    call.wakesAt = Math.min(at, call.deadline);
    this.#timers.set(call.timer, call.wakesAt);
  }
}

/** A call as it is asked for. */
export interface CallRequest {
  readonly route: Route;
  readonly body: Uint8Array;
  readonly key?: Uint8Array | undefined;
  /** A MessagePack map of strings. */
  readonly metadata?: Uint8Array | undefined;
  /** From 0, served first, to 3. */
  readonly priority: number;
  readonly timeoutMs: number;
  /** Idempotent methods only: when to ask for a second worker, and when to send again. `undefined` = never. */
  readonly hedgeAfterMs?: number | undefined;
  readonly attemptTimeoutMs?: number | undefined;
  /** The application's own; comes back with the call. */
  readonly context?: unknown;
}

function contentOf(request: CallRequest): CallContent {
  const { route, body, key, metadata, priority, hedgeAfterMs, attemptTimeoutMs, context } = request;
  const { payload, tail } = splitBody(key, metadata, body);
  return {
    route,
    payload,
    tail,
    keyBytes: key?.length ?? 0,
    metadataBytes: metadata?.length ?? 0,
    priority,
    hedgeAfterMs,
    attemptTimeoutMs,
    context,
  };
}

/** A timer that comes so late shows that the whole process stood still, in ms. */
export const LATE_MS = 20;
