import type { AnswerView, CallView, Instant, Limits, TimerWheel, Verdict } from '@reeve/protocol';
import {
  CANCEL,
  NO_BYTES,
  VERDICTS,
  encodeDetail,
  failureHead,
  forwardReply,
  writeDispatch,
  writeFailure,
  writeNumber,
} from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { Counters } from './counters.ts';
import type { Demand } from './demand.ts';
import { PendingCall } from './pending-call.ts';
import type { Pool } from './pool.ts';
import type { Route } from './route.ts';
import type { TimerOwner } from './timers.ts';
import { incompatibleWhy, unroutable } from './unroutable.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * The way of a call through the broker: taken, perhaps held or queued, dispatched, answered.
 *
 * Theory of operation. Whatever gives a pool a free worker or a waiting call marks the pool; `pump`, once at the end
 * of each input, brings waiting calls and free workers of the marked pools together. A call that finds its pool idle
 * skips the queue and goes straight through.
 */
export class Dispatcher {
  /** Calls that workers have and callers wait for. */
  dispatchedCalls = 0;
  /** Set when the broker shuts down: nothing new is taken, nothing waits. */
  isDraining = false;

  readonly #limits: Limits;
  readonly #timers: TimerWheel<TimerOwner>;
  readonly #counters: Counters;
  readonly #demand: Demand;
  readonly #warmUpEndsAt: Instant;
  readonly #marked: Pool[] = [];
  #arrivals = 0;
  #queuedBytes = 0;

  constructor(parts: DispatcherParts) {
    this.#limits = parts.limits;
    this.#timers = parts.timers;
    this.#counters = parts.counters;
    this.#demand = parts.demand;
    this.#warmUpEndsAt = parts.warmUpEndsAt;
  }

  /** Bodies of all calls that wait. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Takes on a REQUEST. */
  take(now: Instant, client: ClientSession, route: Route, view: CallView): void {
    if (client.pending.has(view.call)) {
      this.#counters.duplicateRequests += 1;
      return;
    }
    this.#counters.calls += 1;
    this.#arrivals += 1;
    const call = new PendingCall(view, client, route, this.#arrivals, now);
    client.pending.set(call.call, call);
    const refusal = this.#refusalOf(call, view.bodyBytes);
    if (refusal !== undefined) this.refuse(call, refusal);
    else this.#place(now, call);
  }

  /** Takes a REPLY or FAILURE of a worker. */
  finish(worker: WorkerSession, answer: AnswerView, isReply: boolean): void {
    const call = worker.find(answer.id);
    if (call === undefined) {
      this.#counters.staleAnswers += 1;
      return;
    }
    worker.completed += 1;
    const isAbandoned = call.state === 'abandoned';
    this.#release(call, worker);
    if (isAbandoned) return;
    this.#settle(call);
    const { channel } = call.client;
    if (isReply) {
      this.#counters.replies += 1;
      forwardReply(channel, call.call, call.starts, answer);
    } else {
      this.#counters.failures += 1;
      // An earlier start of the call, on a worker that was lost, may have run.
      const executed = answer.executed === 'no' && call.starts > 1 ? 'unknown' : answer.executed;
      const { code, reason, retryAfterMs } = answer;
      writeFailure(channel, { id: call.call, code, reason, executed, starts: call.starts, retryAfterMs }, answer.body);
    }
  }

  /** Takes back a call that a worker did not start. */
  handBack(now: Instant, worker: WorkerSession, dispatch: number): void {
    const call = worker.find(dispatch);
    if (call === undefined) {
      this.#counters.staleAnswers += 1;
      return;
    }
    this.#counters.rejects += 1;
    const isAbandoned = call.state === 'abandoned';
    this.#release(call, worker);
    if (isAbandoned) return;
    call.starts -= 1;
    // The body of a call that must not be started again was let go. Its caller has it and sends it anew.
    if (call.mayRestart) this.#return(now, call);
    else this.refuse(call, VERDICTS.draining);
  }

  /** Gives the calls of a lost worker to others, or their callers the verdict. */
  loseWorker(now: Instant, worker: WorkerSession): void {
    for (const call of worker.calls()) {
      const isAbandoned = call.state === 'abandoned';
      this.#release(call, worker);
      if (isAbandoned) continue;
      if (call.mayRestart && call.starts <= this.#limits.redispatches) {
        this.#counters.redispatches += 1;
        this.#return(now, call);
      } else {
        this.refuse(call, VERDICTS.workerLost);
      }
    }
  }

  /** Lets go of all calls of a client that is gone. */
  loseClient(client: ClientSession): void {
    for (const call of client.pending.values()) this.#abandon(call);
    client.pending.clear();
  }

  /** Lets go of a call that its caller no longer wants. */
  cancel(client: ClientSession, number: number): void {
    const call = client.pending.get(number);
    if (call === undefined) return;
    this.#counters.canceled += 1;
    client.pending.delete(number);
    this.#abandon(call);
  }

  /** Looks at a call whose timer fired. */
  expire(now: Instant, call: PendingCall): void {
    if (now >= call.deadlineAt) return this.#expireAtDeadline(call);
    if (call.state === 'held' && now >= call.holdUntil) return this.refuse(call, unroutable(call.route), call.route);
    if (call.state === 'queued' && now >= call.takenAt + this.#limits.serviceQueueAgeMs) {
      return this.refuse(call, VERDICTS.queueFull);
    }
    this.#timers.set(call.timer, this.#nextLook(call));
  }

  /** Refuses everything that waits: the broker shuts down. */
  refuseWaiting(calls: Iterable<PendingCall>): void {
    for (const call of calls) this.refuse(call, VERDICTS.draining);
  }

  /** Answers a call with a verdict of the broker's own. */
  refuse(call: PendingCall, verdict: Verdict, route?: Route): void {
    if (call.state === 'held' || call.state === 'queued') this.#dequeue(call);
    this.#settle(call);
    this.#counters.failures += 1;
    this.#counters.refusals[verdict.reason] = (this.#counters.refusals[verdict.reason] ?? 0) + 1;
    const executed = verdict.executed === 'no' && call.starts > 0 ? 'unknown' : verdict.executed;
    const retryAfterMs = verdict === VERDICTS.queueFull ? RETRY_AFTER_FULL_MS : 0;
    const head = { ...failureHead(verdict, call.call, call.starts, retryAfterMs), executed };
    const message = verdict === VERDICTS.incompatibleContract ? incompatibleWhy(route ?? call.route) : undefined;
    writeFailure(call.client.channel, head, message === undefined ? NO_BYTES : encodeDetail({ message }));
  }

  /** Notes that a worker may have become free, or a pool may have calls to give. */
  refresh(worker: WorkerSession): void {
    for (const member of worker.memberships) {
      member.refresh();
      this.mark(member.pool);
    }
  }

  mark(pool: Pool): void {
    if (pool.isMarked || pool.lanes.size === 0) return;
    pool.isMarked = true;
    this.#marked.push(pool);
  }

  /** Stops what was set in motion for pools that are no more. */
  dissolve(pools: readonly Pool[]): void {
    for (const pool of pools) this.#demand.withdraw(pool);
  }

  /** Brings waiting calls and free workers together. */
  pump(now: Instant): void {
    for (let pool = this.#marked.pop(); pool !== undefined; pool = this.#marked.pop()) {
      pool.isMarked = false;
      this.#pumpPool(now, pool);
    }
  }

  #pumpPool(now: Instant, pool: Pool): void {
    for (let lane = pool.lanes.first; lane !== undefined; lane = pool.lanes.first) {
      const worker = pool.available.first;
      if (worker === undefined) return this.#demand.raise(now, pool);
      const call = lane.first!;
      this.#dequeue(call);
      if (lane.size > 0) {
        pool.lanes.remove(lane.turn);
        pool.lanes.push(lane.turn);
      }
      if (now >= call.deadlineAt) this.#expireAtDeadline(call);
      else this.#dispatch(now, call, worker);
    }
  }

  #refusalOf(call: PendingCall, bodyBytes: number): Verdict | undefined {
    const { client, route } = call;
    const limits = this.#limits;
    if (this.isDraining) return VERDICTS.draining;
    if (bodyBytes > limits.bodyBytesMax) return VERDICTS.requestTooLarge;
    if (client.pending.size > limits.clientCallsMax) return VERDICTS.queueFull;
    if (client.queuedBytes + call.queuedBytes > limits.clientQueueBytesMax) return VERDICTS.queueFull;
    if (route.service.queuedCalls >= limits.serviceQueueCallsMax) return VERDICTS.queueFull;
    if (route.service.queuedBytes + call.queuedBytes > limits.serviceQueueBytesMax) return VERDICTS.queueFull;
    return this.#queuedBytes + call.queuedBytes > limits.queueBytesMax ? VERDICTS.queueFull : undefined;
  }

  #place(now: Instant, call: PendingCall): void {
    const { pool } = call.route.lane;
    const worker = pool !== undefined && pool.lanes.size === 0 ? pool.available.first : undefined;
    if (worker !== undefined && now < call.deadlineAt) {
      this.#dispatch(now, call, worker);
      return;
    }
    call.keep();
    this.#enqueue(now, call);
  }

  /** Queues a call that a worker gave back or lost. It was counted against the limits when it came. */
  #return(now: Instant, call: PendingCall): void {
    if (this.isDraining) this.refuse(call, call.starts > 0 ? VERDICTS.workerLost : VERDICTS.draining);
    else this.#enqueue(now, call);
  }

  #enqueue(now: Instant, call: PendingCall): void {
    const { lane } = call.route;
    if (lane.pool === undefined) {
      call.holdUntil = this.#holdUntil(now, call.route);
      if (now >= call.holdUntil) return this.refuse(call, unroutable(call.route), call.route);
    }
    call.state = lane.pool === undefined ? 'held' : 'queued';
    call.client.queuedBytes += call.queuedBytes;
    this.#queuedBytes += call.queuedBytes;
    lane.add(call);
    this.#timers.set(call.timer, this.#nextLook(call));
    if (lane.pool !== undefined) this.mark(lane.pool);
  }

  #dequeue(call: PendingCall): void {
    call.client.queuedBytes -= call.queuedBytes;
    this.#queuedBytes -= call.queuedBytes;
    call.route.lane.remove(call);
  }

  #dispatch(now: Instant, call: PendingCall, worker: WorkerSession): void {
    const target = call.route.targets.get(worker)!;
    worker.assign(call);
    if (call.starts > 0) call.attempt = Math.min(call.attempt + 1, 255);
    call.starts += 1;
    call.state = 'dispatched';
    call.remainingMs = call.deadlineAt - now;
    writeDispatch(worker.channel, call.dispatch, call.client.instance, target.method, call);
    call.mayRestart = target.mayRestart;
    if (!target.mayRestart) call.drop();
    else if (call.starts === 1) call.keep();
    this.dispatchedCalls += 1;
    this.#timers.set(call.timer, call.deadlineAt);
    for (const member of worker.memberships) member.refresh();
  }

  /** Frees the worker's place of a call and sees who can use it. */
  #release(call: PendingCall, worker: WorkerSession): void {
    worker.release(call);
    if (call.state === 'dispatched') this.dispatchedCalls -= 1;
    call.state = 'new';
    this.refresh(worker);
  }

  /** Takes a call out of the tables. Its answer follows. */
  #settle(call: PendingCall): void {
    if (call.worker !== undefined) this.#leaveAtWorker(call);
    else call.state = 'done';
    this.#timers.clear(call.timer);
    call.client.pending.delete(call.call);
  }

  #abandon(call: PendingCall): void {
    if (call.state === 'held' || call.state === 'queued') this.#dequeue(call);
    this.#settle(call);
  }

  /** The caller waits no more, but the worker still has the call. */
  #leaveAtWorker(call: PendingCall): void {
    writeNumber(call.worker!.channel, CANCEL, call.dispatch);
    this.dispatchedCalls -= 1;
    call.state = 'abandoned';
    call.drop();
  }

  #expireAtDeadline(call: PendingCall): void {
    this.refuse(call, call.starts > 0 ? VERDICTS.noReply : VERDICTS.expiredInQueue);
  }

  #nextLook(call: PendingCall): Instant {
    const limit = call.state === 'held' ? call.holdUntil : call.takenAt + this.#limits.serviceQueueAgeMs;
    return Math.min(call.deadlineAt, limit);
  }

  /** How long a call may wait for a worker to appear. */
  #holdUntil(now: Instant, route: Route): Instant {
    const { service } = route;
    const hasGrace = service.workers.size === 0 && service.isKnown;
    return Math.max(this.#warmUpEndsAt, hasGrace ? now + this.#limits.noWorkerGraceMs : now);
  }
}

export interface DispatcherParts {
  readonly limits: Limits;
  readonly timers: TimerWheel<TimerOwner>;
  readonly counters: Counters;
  readonly demand: Demand;
  readonly warmUpEndsAt: Instant;
}

/** A full queue of 10,000 calls that a pool serves at its usual pace has room again after about this long. */
const RETRY_AFTER_FULL_MS = 100;
