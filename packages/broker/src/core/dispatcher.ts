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
import { isReserved } from './introspection.ts';
import { PendingCall } from './pending-call.ts';
import type { Pool } from './pool.ts';
import type { Route, Service } from './route.ts';
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
  /** Calls that are queued or held. */
  waitingCalls = 0;
  /** Set when the broker shuts down: nothing new is taken, and nothing waits that was never started. */
  isDraining = false;
  /** Clients that do not read what they are sent: to be dismissed once the present input is done. */
  readonly overfull: ClientSession[] = [];

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
    const refusal = this.#refusalOf(now, call, view.bodyBytes);
    if (refusal !== undefined) return this.refuse(call, refusal);
    const worker = idleWorker(route);
    if (worker !== undefined) return this.#dispatch(now, call, worker);
    // Limits on queues are for calls that have to wait.
    if (this.#isFull(call)) return this.refuse(call, VERDICTS.queueFull);
    this.#enqueue(now, call);
  }

  /** Takes a REPLY or FAILURE of a worker. */
  finish(worker: WorkerSession, answer: AnswerView, isReply: boolean): void {
    const call = worker.find(answer.id);
    if (call === undefined) {
      this.#counters.staleAnswers += 1;
      return;
    }
    worker.completed += 1;
    const isAwaited = call.state === 'dispatched';
    this.#release(call, worker);
    if (!isAwaited) return;
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
    this.checkBacklog(call.client);
  }

  /** Takes back a call that a worker did not start. */
  handBack(now: Instant, worker: WorkerSession, dispatch: number): void {
    const call = worker.find(dispatch);
    if (call === undefined) {
      this.#counters.staleAnswers += 1;
      return;
    }
    this.#counters.rejects += 1;
    const isAwaited = call.state === 'dispatched';
    this.#release(call, worker);
    if (!isAwaited) return;
    call.unstart();
    this.#return(now, call);
  }

  /** Gives the calls of a lost worker to others, or their callers the verdict. */
  loseWorker(now: Instant, worker: WorkerSession): void {
    for (const call of worker.calls()) {
      const isAwaited = call.state === 'dispatched';
      this.#release(call, worker);
      if (!isAwaited) continue;
      if (worker.channel.isUnsent(call.envelope)) {
        call.unstart();
        this.#return(now, call);
      } else if (call.mayRestart && call.starts <= this.#limits.redispatches) {
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
    this.#abandon(call);
  }

  /** Looks at a call whose timer fired. */
  expire(now: Instant, call: PendingCall): void {
    if (now >= call.deadlineAt) {
      if (call.state !== 'dispatched' || call.hasGrace || now - call.deadlineAt <= LATE_MS) {
        return this.#expireAtDeadline(call);
      }
      // The worker's answer may lie unread because our own loop stood still: one more tick lets it be read first.
      call.hasGrace = true;
      return this.#timers.set(call.timer, now + 1);
    }
    if (call.isWaiting && now >= call.waitUntil) {
      return this.refuse(call, call.state === 'held' ? unroutable(call.route) : VERDICTS.queueFull);
    }
    this.#watch(call);
  }

  /** Decides how long the calls of a service wait that have just lost the last worker for them, or got the first. */
  reviewWaiting(now: Instant, service: Service): void {
    for (const lane of [service.held, ...service.lanes.values()]) {
      for (const call of lane.calls()) {
        if (call.waitUntil > 0) continue;
        call.waitUntil = this.#waitUntil(now, call);
        this.expire(now, call);
      }
    }
  }

  /** Refuses what waits and was never started: the broker shuts down. The rest was taken on and is finished. */
  refuseWaiting(calls: Iterable<PendingCall>): void {
    for (const call of calls) if (call.starts === 0) this.refuse(call, VERDICTS.draining);
  }

  /** Answers a call with a verdict of the broker's own. */
  refuse(call: PendingCall, verdict: Verdict): void {
    if (call.isWaiting) this.#dequeue(call);
    this.#settle(call);
    this.#counters.failures += 1;
    this.#counters.refusals[verdict.reason] = (this.#counters.refusals[verdict.reason] ?? 0) + 1;
    const executed = verdict.executed === 'no' && call.starts > 0 ? 'unknown' : verdict.executed;
    const retryAfterMs = verdict === VERDICTS.queueFull ? RETRY_AFTER_FULL_MS : 0;
    const head = { ...failureHead(verdict, call.call, call.starts, retryAfterMs), executed };
    const message = verdict === VERDICTS.incompatibleContract ? incompatibleWhy(call.route) : undefined;
    writeFailure(call.client.channel, head, message === undefined ? NO_BYTES : encodeDetail({ message }));
    this.checkBacklog(call.client);
  }

  /** Notes a client that lets what it is sent pile up. Checked at each answer: a heartbeat later may be too late. */
  checkBacklog(client: ClientSession): void {
    if (client.channel.unsentBytes <= this.#limits.peerBacklogBytesMax || client.isOverfull) return;
    client.isOverfull = true;
    this.overfull.push(client);
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
      // Too late to be started: a worker could only say so, and perhaps too late for us to hear it.
      if (now >= call.startBy) {
        this.#expireAtDeadline(call);
        continue;
      }
      this.#dequeue(call);
      if (lane.size > 0) {
        pool.lanes.remove(lane.turn);
        pool.lanes.push(lane.turn);
      }
      this.#dispatch(now, call, worker);
    }
  }

  #refusalOf(now: Instant, call: PendingCall, bodyBytes: number): Verdict | undefined {
    if (this.isDraining) return VERDICTS.draining;
    if (bodyBytes > this.#limits.bodyBytesMax) return VERDICTS.requestTooLarge;
    if (call.client.pending.size > this.#limits.clientCallsMax) return VERDICTS.queueFull;
    return now >= call.deadlineAt ? VERDICTS.expiredInQueue : undefined;
  }

  #isFull({ client, route: { service }, queuedBytes }: PendingCall): boolean {
    const limits = this.#limits;
    return (
      service.queuedCalls >= limits.serviceQueueCallsMax ||
      service.queuedBytes + queuedBytes > limits.serviceQueueBytesMax ||
      client.queuedBytes + queuedBytes > limits.clientQueueBytesMax ||
      this.#queuedBytes + queuedBytes > limits.queueBytesMax
    );
  }

  /** Queues a call that a worker gave back or lost. It was counted against the limits when it came. */
  #return(now: Instant, call: PendingCall): void {
    if (this.isDraining && call.starts === 0) this.refuse(call, VERDICTS.draining);
    else this.#enqueue(now, call);
  }

  #enqueue(now: Instant, call: PendingCall): void {
    const { lane } = call.route;
    call.waitUntil = this.#waitUntil(now, call);
    if (lane.pool === undefined && now >= call.waitUntil) return this.refuse(call, unroutable(call.route));
    call.enter(lane.pool === undefined ? 'held' : 'queued');
    call.client.queuedBytes += call.queuedBytes;
    this.#queuedBytes += call.queuedBytes;
    this.waitingCalls += 1;
    lane.add(call);
    this.#watch(call);
    if (lane.pool !== undefined) this.mark(lane.pool);
  }

  #dequeue(call: PendingCall): void {
    call.enter('free');
    call.client.queuedBytes -= call.queuedBytes;
    this.#queuedBytes -= call.queuedBytes;
    this.waitingCalls -= 1;
    call.route.lane.remove(call);
  }

  #dispatch(now: Instant, call: PendingCall, worker: WorkerSession): void {
    const target = call.route.targets.get(worker)!;
    call.enter('dispatched');
    worker.assign(call);
    call.start(now);
    writeDispatch(worker.channel, call.dispatch, call.client.instance, target.method, call);
    call.envelope = worker.channel.envelope;
    call.mayRestart = target.mayRestart;
    this.dispatchedCalls += 1;
    this.#watch(call);
    for (const member of worker.memberships) member.refresh();
  }

  /** Frees the worker's place of a call and sees who can use it. */
  #release(call: PendingCall, worker: WorkerSession): void {
    worker.release(call);
    if (call.state === 'dispatched') {
      this.dispatchedCalls -= 1;
      call.enter('free');
    } else {
      call.enter('done');
    }
    this.refresh(worker);
  }

  /** Takes a call out of the tables. Its answer follows. */
  #settle(call: PendingCall): void {
    if (call.state === 'dispatched') this.#leaveAtWorker(call);
    else call.enter('done');
    this.#timers.clear(call.timer);
    call.client.pending.delete(call.call);
  }

  #abandon(call: PendingCall): void {
    if (call.isWaiting) this.#dequeue(call);
    this.#settle(call);
  }

  /** The caller waits no more, but the worker still has the call. */
  #leaveAtWorker(call: PendingCall): void {
    writeNumber(call.worker!.channel, CANCEL, call.dispatch);
    this.dispatchedCalls -= 1;
    call.enter('abandoned');
    call.drop();
  }

  #expireAtDeadline(call: PendingCall): void {
    this.refuse(call, call.starts > 0 ? VERDICTS.noReply : VERDICTS.expiredInQueue);
  }

  #watch(call: PendingCall): void {
    this.#timers.set(call.timer, call.isWaiting ? Math.min(call.deadlineAt, call.waitUntil) : call.deadlineAt);
  }

  /** How long a call may wait for a worker to become free, or to appear. */
  #waitUntil(now: Instant, call: PendingCall): Instant {
    const { service, lane } = call.route;
    // It was taken on and started: another start can still give a reply, and giving up could only leave a doubt.
    if (call.starts > 0) return call.deadlineAt;
    if (lane.pool !== undefined) return now + this.#limits.serviceQueueAgeMs;
    // No worker can bring what only the broker has.
    if (isReserved(service.name)) return now;
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

/** The worker that can take a call at once, if no other call waits for it. */
function idleWorker(route: Route): WorkerSession | undefined {
  const { pool } = route.lane;
  return pool === undefined || pool.lanes.size > 0 ? undefined : pool.available.first;
}

/** A full queue of 10,000 calls that a pool serves at its usual pace has room again after about this long. */
export const RETRY_AFTER_FULL_MS = 100;
/** Two ticks of the timer wheel and a half: a timer that comes so late shows that the whole process stood still. */
const LATE_MS = 10;
