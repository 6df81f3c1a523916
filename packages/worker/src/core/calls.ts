import type { CallView, Fifo, Instant, Offered, OfferedMethod, Timed, TimerWheel } from '@reeve/protocol';
import { EXTEND, REJECT, codeNumber, encodeDetail, writeNumber } from '@reeve/protocol';
import { Admission } from './admission.ts';
import { answerExpired, answerFailure, answerReply } from './answers.ts';
import type { BrokerLink } from './broker-link.ts';
import type { CreditPool } from './credit.ts';
import type { AbortCause } from './dispatch.ts';
import { Dispatch } from './dispatch.ts';
import type { Offers } from './offers.ts';
import type { WorkerCoreOptions, WorkerCounters, WorkerEvent, WorkerFailure } from './worker-event.ts';

/**
 * Everything that happens to the calls of a worker. The steps that a single call can take are the table in
 * `dispatch.ts`; here is what each step does besides: what is answered, what becomes of the slot, who starts next.
 */
export class Calls {
  readonly admission: Admission;
  readonly counters: WorkerCounters = {
    dispatches: 0,
    starts: 0,
    replies: 0,
    failures: 0,
    rejects: 0,
    expired: 0,
    cancels: 0,
    offers: 0,
    dropped: 0,
    protocolErrors: 0,
  };
  /** Set once the worker wants no more: what arrives is handed back. */
  isRefusing = false;

  readonly #methods: readonly OfferedMethod[];
  readonly #pool: CreditPool;
  readonly #offers: Offers;
  readonly #timers: TimerWheel<Timed>;
  readonly #events: Fifo<WorkerEvent>;
  /** At work though their session is over. */
  readonly #orphans = new Set<Dispatch>();
  #arrivals = 0;

  constructor(parts: CallsParts) {
    const { options } = parts;
    const limits = options.methods.map((_, number) => options.methodLimits?.[number]);
    this.admission = new Admission(options.concurrency, limits, options.sharedLimits);
    this.#methods = options.methods;
    this.#pool = parts.pool;
    this.#timers = parts.timers;
    this.#events = parts.events;
    this.#offers = parts.offers;
  }

  /** Takes in a DISPATCH. */
  take(now: Instant, link: BrokerLink, view: CallView): void {
    this.counters.dispatches += 1;
    const isCovered = this.#pool.receive(link.share);
    if (!isCovered || this.isRefusing || view.target >= this.#methods.length) {
      this.counters.rejects += 1;
      writeNumber(link.uplink.channel!, REJECT, view.dispatch);
      if (isCovered) this.#pool.release(link.share);
      return;
    }
    // The time that the message lay in buffers on its way is gone too.
    const deadlineAt = now + view.remainingMs - link.uplink.channel!.delayMs;
    if (deadlineAt <= now) {
      this.counters.expired += 1;
      answerExpired(link, view.dispatch);
      this.#pool.release(link.share);
      return;
    }
    const dispatch = new Dispatch(link, view, deadlineAt, this.#arrivals++);
    link.hold(dispatch);
    this.#timers.set(dispatch.timer, deadlineAt);
    if (this.admission.offer(dispatch)) this.#start(dispatch);
  }

  /** Takes in a CANCEL. */
  cancel(now: Instant, link: BrokerLink, id: number): void {
    const dispatch = link.find(id);
    // Answered already: the two crossed.
    if (dispatch === undefined) return;
    this.counters.cancels += 1;
    if (dispatch.state === 'waiting') {
      dispatch.step('cancel');
      this.#handBack(dispatch);
      this.#startNext(now);
    } else if (dispatch.step('cancel')) {
      this.#abort(dispatch, 'canceled');
    }
  }

  /** The deadline of a call came. */
  expire(now: Instant, dispatch: Dispatch): void {
    if (dispatch.state === 'waiting') {
      this.admission.withdraw(dispatch);
      this.#expireUnstarted(dispatch);
      this.#startNext(now);
    } else if (dispatch.step('expire')) {
      dispatch.isExpired = true;
      // Its caller gave up, and that is nothing to a handler that goes on without one.
      if (this.#methods[dispatch.method]!.finish !== true) this.#abort(dispatch, 'deadline');
    }
  }

  /** The handler ended with a result. */
  complete(now: Instant, dispatch: Dispatch, body: Uint8Array): void {
    const wasOrphan = dispatch.state === 'orphaned';
    if (!dispatch.step('answer')) return;
    if (wasOrphan) {
      this.#offer(now, dispatch, resultOf(dispatch, body));
    } else {
      const { link } = dispatch;
      const method = this.#methods[dispatch.method]!;
      const what = answerReply(link, dispatch, method, body);
      if (what === 'reply') this.counters.replies += 1;
      else this.counters.failures += 1;
      if (!method.idempotent) link.sent.note(resultOf(dispatch, body));
      if (what === 'reply') link.sentBodies.note(link.uplink.channel!, body);
    }
    this.#finish(now, dispatch, wasOrphan);
  }

  /** The handler, or what had to be done before it, failed. */
  fail(now: Instant, dispatch: Dispatch, failure: WorkerFailure): void {
    const wasOrphan = dispatch.state === 'orphaned';
    if (!dispatch.step('answer')) return;
    const isResult = failure.verdict.executed === 'yes';
    if (wasOrphan) {
      this.#offer(now, dispatch, isResult ? resultOf(dispatch, encodeDetail(failure.detail), failure) : undefined);
    } else {
      const { link } = dispatch;
      const method = this.#methods[dispatch.method]!;
      const detail = answerFailure(link, dispatch, method, failure);
      this.counters.failures += 1;
      if (!method.idempotent && isResult) link.sent.note(resultOf(dispatch, detail, failure));
    }
    this.#finish(now, dispatch, wasOrphan);
  }

  /** The handler says that it is at work. */
  extend(now: Instant, dispatch: Dispatch): void {
    if (dispatch.state !== 'running' || now - dispatch.extendedAt < EXTEND_EVERY_MS) return;
    // Without a lease of its own the call has until its deadline, whatever the handler says.
    if (this.#methods[dispatch.method]!.leaseMs === undefined) return;
    dispatch.extendedAt = now;
    writeNumber(dispatch.link.uplink.channel!, EXTEND, dispatch.id);
  }

  /**
   * The session of a link ended: what waits is forgotten, what runs goes on. Of calls that are not started anew, what
   * was answered in vain is offered to other brokers, and so is what their handlers come to within `recoverMs`.
   */
  lose(now: Instant, link: BrokerLink): void {
    const offerUntil = this.#offers.endOf(now);
    link.sentBodies.forget();
    for (const result of link.sent.takeAll()) {
      if (this.#offers.add(now, offerUntil, result)) this.counters.offers += 1;
    }
    let running = 0;
    for (const dispatch of link.held) {
      const wasWaiting = dispatch.state === 'waiting';
      dispatch.step('lose');
      if (wasWaiting) {
        this.#timers.clear(dispatch.timer);
        this.admission.withdraw(dispatch);
      } else {
        running += 1;
        this.#orphans.add(dispatch);
        if (!this.#methods[dispatch.method]!.idempotent) dispatch.offerUntil = offerUntil;
      }
    }
    link.held.length = 0;
    this.#pool.close(link.share, running);
    this.#startNext(now);
  }

  /** Hands back everything of a link that has not started. */
  handBackWaiting(link: BrokerLink): void {
    for (const dispatch of link.held.filter((held) => held.step('drain'))) this.#handBack(dispatch);
  }

  /** Raises the signal of everything that is at work. */
  abortRunning(links: readonly BrokerLink[]): void {
    const held = links.flatMap((link) => link.held);
    for (const dispatch of [...held, ...this.#orphans]) this.#abort(dispatch, 'closing');
  }

  #start(dispatch: Dispatch): void {
    dispatch.step('start');
    this.counters.starts += 1;
    this.#events.push({ kind: 'start', dispatch });
  }

  #startNext(now: Instant): void {
    for (let next = this.admission.next(); next !== undefined; next = this.admission.next()) {
      if (next.deadlineAt > now) {
        this.#start(next);
      } else {
        this.admission.leave(next);
        this.#expireUnstarted(next);
      }
    }
  }

  /** Answers a call whose deadline passed while it waited. It has left the queue already. */
  #expireUnstarted(dispatch: Dispatch): void {
    dispatch.step('expire');
    this.counters.expired += 1;
    this.#timers.clear(dispatch.timer);
    answerExpired(dispatch.link, dispatch.id);
    this.#forget(dispatch);
  }

  #handBack(dispatch: Dispatch): void {
    this.counters.rejects += 1;
    this.#timers.clear(dispatch.timer);
    this.admission.withdraw(dispatch);
    writeNumber(dispatch.link.uplink.channel!, REJECT, dispatch.id);
    this.#forget(dispatch);
  }

  #abort(dispatch: Dispatch, why: AbortCause): void {
    if (dispatch.abortedBy !== undefined) return;
    dispatch.abortedBy = why;
    this.#events.push({ kind: 'abort', dispatch, why });
  }

  /** Offers what the handler of a lost session came to, if it is of use to anybody. */
  #offer(now: Instant, dispatch: Dispatch, result: Offered | undefined): void {
    const isOffered = result !== undefined && this.#offers.add(now, dispatch.offerUntil, result);
    if (isOffered) this.counters.offers += 1;
    else this.counters.dropped += 1;
  }

  #finish(now: Instant, dispatch: Dispatch, wasOrphan: boolean): void {
    this.#timers.clear(dispatch.timer);
    this.admission.leave(dispatch);
    if (wasOrphan) {
      this.#orphans.delete(dispatch);
      this.#pool.releaseOrphan();
    } else {
      this.#forget(dispatch);
    }
    if (this.admission.waiting > 0) this.#startNext(now);
  }

  #forget(dispatch: Dispatch): void {
    dispatch.link.drop(dispatch);
    this.#pool.release(dispatch.link.share);
  }
}

/** What a handler came to, apart from the session that the call came in: a reply, or the failure that is given. */
function resultOf(dispatch: Dispatch, body: Uint8Array, failure?: WorkerFailure): Offered {
  const { instance, call, method } = dispatch;
  if (failure === undefined) return { instance, call, method, code: 0, reason: 0, body };
  const { verdict, code = verdict.code } = failure;
  return { instance, call, method, code: codeNumber(code), reason: verdict.number, body };
}

export interface CallsParts {
  readonly options: WorkerCoreOptions;
  readonly pool: CreditPool;
  readonly timers: TimerWheel<Timed>;
  readonly events: Fifo<WorkerEvent>;
  readonly offers: Offers;
}

/** A handler may say so in a tight loop. A quarter of the shortest lease. */
const EXTEND_EVERY_MS = 25;
