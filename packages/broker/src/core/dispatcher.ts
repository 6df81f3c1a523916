import type { AnswerView, CallView, Code, HashKey, Instant, Limits, TimerWheel, Verdict } from '@reeve/protocol';
import { CANCEL, VERDICTS, writeDispatch, writeNumber } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { Counters } from './counters.ts';
import type { Demand } from './demand.ts';
import type { KeyHost } from './key-desk.ts';
import { KeyDesk } from './key-desk.ts';
import type { BrokerEvent } from './options.ts';
import { PendingCall } from './pending-call.ts';
import type { Placement } from './placement.ts';
import { PoisonList } from './poison-list.ts';
import type { Pool } from './pool.ts';
import type { Responder } from './responder.ts';
import type { ResultStore } from './result-store.ts';
import { resultOf } from './result-store.ts';
import type { Route, Service } from './route.ts';
import type { TimerOwner } from './timers.ts';
import { incompatibleWhy } from './unroutable.ts';
import type { WaitingRoom } from './waiting-room.ts';
import { isBlackHole } from './worker-health.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * The way of a call through the broker: taken, perhaps held or queued, dispatched, answered.
 *
 * Theory of operation. Whatever gives a pool a free worker or a waiting call marks the pool; `pump`, once at the end
 * of each input, brings waiting calls and free workers of the marked pools together. A call that finds its pool idle
 * skips the queue and goes straight through. The waiting room keeps what waits, the key desk what is shared, the
 * responder writes what callers get; a placement is a call's place at a worker.
 */
export class Dispatcher implements KeyHost {
  /** Calls that workers have and callers wait for. */
  dispatchedCalls = 0;
  /** Set when the broker shuts down: nothing new is taken, and nothing waits that was never started. */
  isDraining = false;
  readonly keys: KeyDesk;
  readonly poison: PoisonList;
  readonly #room: WaitingRoom;
  readonly #responder: Responder;
  readonly #limits: Limits;
  readonly #timers: TimerWheel<TimerOwner>;
  readonly #counters: Counters;
  readonly #demand: Demand;
  readonly #emit: (event: BrokerEvent) => void;
  readonly #marked: Pool[] = [];
  readonly #hashKey: HashKey;
  #arrivals = 0;

  constructor(parts: DispatcherParts) {
    this.#room = parts.room;
    this.#responder = parts.responder;
    this.#limits = parts.limits;
    this.#timers = parts.timers;
    this.#counters = parts.counters;
    this.#demand = parts.demand;
    this.#emit = parts.emit;
    this.#hashKey = parts.hashKey;
    const { store, hashKey, room, responder } = parts;
    this.keys = new KeyDesk({ store, hashKey, room, responder, host: this });
    this.poison = new PoisonList(parts.limits);
  }

  /** Calls for which somebody still waits. */
  get callsInHand(): number {
    return this.dispatchedCalls + this.#room.waitingCalls + this.#room.parkedCalls;
  }

  /** Takes on a REQUEST. */
  take(now: Instant, client: ClientSession, route: Route, view: CallView): void {
    if (client.pending.get(view.call) !== undefined) {
      this.#counters.duplicateRequests += 1;
      return;
    }
    this.#counters.calls += 1;
    this.#arrivals += 1;
    const call = new PendingCall(view, client, route, this.#arrivals, now);
    client.pending.add(call);
    const refusal = this.#refusalOf(now, call, view.bodyBytes);
    if (refusal !== undefined) return this.refuse(call, refusal);
    if (call.keyBytes > 0 && !this.keys.admit(now, call)) return;
    this.place(now, call);
  }

  /** Queues or dispatches a call that is free. */
  place(now: Instant, call: PendingCall): void {
    const worker = call.strikes > 0 ? undefined : idleWorker(call.route);
    if (worker !== undefined) return this.#dispatch(now, call, worker);
    // It was taken on before, as a waiter of its key: refusing it now could only leave a doubt.
    if (call.starts > 0) return this.#enqueue(now, call);
    if (this.#room.isFull(call)) return this.refuse(call, VERDICTS.queueFull);
    const excessMs = this.#room.excessMs(now, call);
    if (excessMs === 0) return this.#enqueue(now, call);
    this.refuse(call, VERDICTS.queueFull, 'it would wait longer than it has time', excessMs);
  }

  /** Answers a call that is too late to be started, or whose deadline is there. */
  lapse(now: Instant, call: PendingCall): void {
    const isStarted = call.starts > 0 || (call.run !== undefined && call.run.leader.starts > 0);
    this.#abandon(now, call);
    this.#responder.refuse(call, isStarted ? VERDICTS.noReply : VERDICTS.expiredInQueue);
  }

  /** Takes a REPLY or FAILURE of a worker. */
  finish(now: Instant, worker: WorkerSession, answer: AnswerView, isReply: boolean): void {
    const place = worker.find(answer.id);
    if (place === undefined) {
      this.#counters.staleAnswers += 1;
      return;
    }
    worker.completed += 1;
    const { call, mayRestart, since } = place;
    this.#noteHealth(now, worker, call, !isReply && isOwnFault(answer.codeName));
    this.#release(place);
    if (call === undefined) return;
    call.route.lane.pool?.pace.noteServed(now - since);
    // A failure that is not declared may be the worker's own: while another one has the call, it may do better.
    if (call.lift(place) && !isReply && answer.reason !== VERDICTS.declared.number) return;
    if (call.run === undefined) {
      this.end(call);
      this.#responder.forward(call, answer, isReply);
    } else {
      this.keys.conclude(now, call.run, resultOf(answer, isReply), mayRestart);
    }
  }

  /** Takes part of an answer. Who has got some of it cannot be given another: the call is not started anew. */
  pass(now: Instant, worker: WorkerSession, answer: AnswerView): void {
    const place = worker.find(answer.id);
    if (place?.call === undefined) {
      this.#counters.staleAnswers += 1;
      return;
    }
    place.extend(now);
    place.mayRestart = false;
    this.#responder.forwardPart(place.call, answer);
  }

  /** Takes back a call that a worker did not start. */
  handBack(now: Instant, worker: WorkerSession, dispatch: number): void {
    const place = worker.find(dispatch);
    if (place === undefined) {
      this.#counters.staleAnswers += 1;
      return;
    }
    this.#counters.rejects += 1;
    const { call } = place;
    this.#release(place);
    if (call === undefined) return;
    call.unstart();
    if (call.lift(place)) return;
    // Workers take nothing new of a broker that leaves: the next one would hand it back too.
    if (this.isDraining) this.refuse(call, VERDICTS.draining);
    else this.#return(now, call);
  }

  /** Starts a call on a second worker too, if one is free: its client finds that the first takes long. */
  hedge(now: Instant, client: ClientSession, number: number): void {
    const call = client.pending.get(number);
    const place = call?.placement;
    if (call === undefined || place === undefined || call.hedge !== undefined || !place.mayRestart) return;
    if (this.isDraining || call.strikes > 0 || call.starts > this.#limits.redispatches || now >= call.startBy) return;
    const other = call.route.lane.pool?.available.find((worker) => worker !== place.worker);
    if (other === undefined) return;
    this.#counters.hedges += 1;
    this.#dispatch(now, call, other);
  }

  /** Gives the calls of a lost worker to others, or their callers the verdict. `isDeath`: it did not say goodbye. */
  loseWorker(now: Instant, worker: WorkerSession, isDeath: boolean): void {
    for (const place of worker.placements()) {
      const { call, mayRestart } = place;
      const isUnsent = worker.channel.isUnsent(place.envelope);
      this.#release(place);
      if (call === undefined) continue;
      if (isUnsent) call.unstart();
      else if (isDeath) call.strikes += 1;
      if (call.lift(place)) continue;
      if (isUnsent) this.#return(now, call);
      else this.#restart(now, call, mayRestart);
    }
  }

  /** Gives back what a silent worker has and may be started again: the broker leaves, and others can have it done. */
  giveBack(worker: WorkerSession): void {
    for (const place of worker.placements()) {
      const { call } = place;
      if (call === undefined || !place.mayRestart) continue;
      this.#fence(place);
      if (!call.lift(place)) this.refuse(call, VERDICTS.draining);
    }
  }

  /** Lets go of all calls of a client that is gone. */
  loseClient(now: Instant, client: ClientSession): void {
    // Those that only wait first: one of them must not be promoted, for it is gone as well.
    for (const call of client.pending.all()) if (call.state === 'parked') this.end(call);
    for (const call of client.pending.all()) this.#abandon(now, call);
  }

  /** Lets go of a call that its caller no longer wants. */
  cancel(now: Instant, client: ClientSession, number: number): void {
    const call = client.pending.get(number);
    if (call === undefined) return;
    this.#counters.canceled += 1;
    this.#abandon(now, call);
  }

  /** Takes a worker's sign of life for a dispatch. */
  extend(now: Instant, worker: WorkerSession, dispatch: number): void {
    worker.find(dispatch)?.extend(now);
  }

  /** Looks at a call whose timer fired. */
  expire(now: Instant, call: PendingCall): void {
    if (now >= call.deadlineAt) {
      if (!call.isDispatched || call.hasGrace || now - call.deadlineAt <= LATE_MS) return this.lapse(now, call);
      // The worker's answer may lie unread because our own loop stood still: one more tick lets it be read first.
      call.hasGrace = true;
      return this.#timers.set(call.timer, now + 1);
    }
    if (call.isWaiting && now >= call.waitUntil) return this.refuse(call, this.#room.verdictOf(call));
    this.#room.watch(call);
  }

  /** Looks at a dispatch whose lease may be over. */
  checkLease(now: Instant, place: Placement): void {
    const { call, leaseUntil } = place;
    if (call === undefined) return;
    if (now < leaseUntil) return this.#timers.set(place.timer, leaseUntil);
    if (now - leaseUntil > LATE_MS) {
      // Our own loop stood still: what the worker said meanwhile is read first.
      place.leaseUntil = now + 1;
      return this.#timers.set(place.timer, place.leaseUntil);
    }
    this.#counters.leasesOver += 1;
    this.#fence(place, true);
    if (!call.lift(place)) this.#restart(now, call, place.mayRestart, 'its worker gave no sign of life for its lease');
  }

  /** Decides how long the calls of a service wait that have just lost the last worker for them, or got the first. */
  reviewWaiting(now: Instant, service: Service): void {
    for (const lane of [service.held, ...service.lanes.values()]) {
      for (const call of lane.calls()) {
        if (call.waitUntil > 0) continue;
        this.#room.review(now, call);
        this.expire(now, call);
      }
    }
  }

  /** Refuses what waits: the broker leaves, and no worker takes anything of it. Callers go elsewhere, if they may. */
  refuseWaiting(calls: Iterable<PendingCall>): void {
    for (const call of calls) this.refuse(call, VERDICTS.draining);
  }

  /** Answers a call, and those that wait for its result, with a verdict of the broker's own. */
  refuse(call: PendingCall, verdict: Verdict, why?: string, retryAfterMs: number = 0): void {
    const { run } = call;
    const isAwaited = call.state !== 'deserted';
    const message = why ?? (verdict === VERDICTS.incompatibleContract ? incompatibleWhy(call.route) : undefined);
    this.end(call);
    if (isAwaited) {
      const least = verdict === VERDICTS.queueFull ? RETRY_AFTER_FULL_MS : 0;
      this.#responder.refuse(call, verdict, { retryAfterMs: Math.max(least, retryAfterMs), message });
    }
    if (run?.leader === call) this.keys.refuse(run, verdict, message);
  }

  /** Takes a call out of all tables. Workers that have it are told, and what they say of it counts for nothing. */
  end(call: PendingCall): void {
    if (call.isWaiting) this.#room.leave(call);
    else if (call.state === 'parked') this.#room.unpark(call);
    this.#fenceAll(call);
    this.#leaveTables(call);
    call.enter('done');
  }

  /** Notes that a worker may have become free, or a pool may have calls to give. */
  refresh(worker: WorkerSession): void {
    for (const member of worker.memberships) {
      member.refresh();
      this.mark(member.pool);
    }
  }

  mark(pool: Pool): void {
    if (pool.isMarked || pool.waiting === 0) return;
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
      if (pool.struckLanes.size > 0) this.#pumpStruck(now, pool);
      this.#pumpPool(now, pool);
      if (this.isDraining) for (const lane of [...pool.lanes, ...pool.struckLanes]) this.refuseWaiting(lane.calls());
    }
  }

  #pumpPool(now: Instant, pool: Pool): void {
    for (let lane = pool.lanes.first; lane !== undefined; lane = pool.lanes.first) {
      const worker = pool.available.first;
      if (worker === undefined) return this.isDraining ? undefined : this.#demand.raise(now, pool);
      const call = lane.first!;
      if (this.#isTooLate(now, call)) continue;
      this.#room.take(call);
      pool.pace.note(now);
      if (lane.first !== undefined) {
        pool.lanes.remove(lane.turn);
        pool.lanes.push(lane.turn);
      }
      this.#dispatch(now, call, worker);
    }
  }

  /** Gives struck calls to workers that have none: should one of them be poison, it is alone in the blame. */
  #pumpStruck(now: Instant, pool: Pool): void {
    for (let lane = pool.struckLanes.first; lane !== undefined; lane = pool.struckLanes.first) {
      const worker = pool.available.find((candidate) => candidate.struckLoad === 0);
      if (worker === undefined) return;
      const call = lane.firstStruck!;
      if (this.#isTooLate(now, call)) continue;
      this.#room.leave(call);
      this.#dispatch(now, call, worker);
    }
  }

  /** Too late to be started: a worker could only say so, and perhaps too late for us to hear it. */
  #isTooLate(now: Instant, call: PendingCall): boolean {
    if (now < call.startBy) return false;
    this.lapse(now, call);
    return true;
  }

  #refusalOf(now: Instant, call: PendingCall, bodyBytes: number): Verdict | undefined {
    if (this.isDraining) return VERDICTS.draining;
    if (bodyBytes > this.#limits.bodyBytesMax) return VERDICTS.requestTooLarge;
    if (call.client.pending.size > this.#limits.clientCallsMax) return VERDICTS.queueFull;
    if (now >= call.deadlineAt) return VERDICTS.expiredInQueue;
    return this.poison.isSuspect(now, call, this.#hashKey) ? VERDICTS.poisonRefused : undefined;
  }

  /** Gives a call that was started to another worker, if it may be started again. */
  #restart(now: Instant, call: PendingCall, mayRestart: boolean, why?: string): void {
    if (mayRestart && call.strikes >= STRIKES_MAX) {
      this.poison.add(now, call, this.#hashKey);
      this.refuse(call, VERDICTS.poisonSuspected);
    } else if (mayRestart && call.starts <= this.#limits.redispatches) {
      this.#counters.redispatches += 1;
      this.#return(now, call);
    } else if (call.run !== undefined && !mayRestart) {
      this.keys.lose(now, call.run);
    } else {
      this.refuse(call, VERDICTS.workerLost, why);
    }
  }

  /** Queues a call that a worker gave back or lost. It was counted against the limits when it came. */
  #return(now: Instant, call: PendingCall): void {
    if (call.state === 'deserted') {
      this.end(call);
      this.keys.promote(now, call.run!);
      return;
    }
    call.enter('free');
    this.dispatchedCalls -= 1;
    this.#enqueue(now, call);
  }

  #enqueue(now: Instant, call: PendingCall): void {
    if (this.isDraining && (call.starts === 0 || call.route.lane.pool === undefined))
      return this.refuse(call, VERDICTS.draining);
    const refusal = this.#room.enter(now, call);
    if (refusal !== undefined) return this.refuse(call, refusal);
    const { pool } = call.route.lane;
    if (pool !== undefined) this.mark(pool);
  }

  #dispatch(now: Instant, call: PendingCall, worker: WorkerSession): void {
    const target = call.route.targets.get(worker)!;
    if (!call.isDispatched) {
      call.enter('dispatched');
      this.dispatchedCalls += 1;
    }
    const place = worker.assign(now, call, target);
    call.put(place);
    call.start(now);
    writeDispatch(worker.channel, place.dispatch, call.client.instance, target.method, call);
    place.envelope = worker.channel.envelope;
    if (place.leaseMs > 0) this.#timers.set(place.timer, place.leaseUntil);
    this.#room.watch(call);
    for (const member of worker.memberships) member.refresh();
  }

  /** Holds a worker back whose calls fail when those of its siblings do not. */
  #noteHealth(now: Instant, worker: WorkerSession, call: PendingCall | undefined, isFailure: boolean): void {
    const { health } = worker;
    if (health.note(now, isFailure)) {
      this.#reviewHeldBack(worker);
      this.#emit({ kind: 'worker-recovered', label: worker.label });
    }
    const pool = call?.route.lane.pool;
    if (!isFailure || !health.isPoor || health.isHeldBack || pool === undefined) return;
    if (!isBlackHole(health, pool.health())) return;
    const { calls, failures } = health;
    health.holdBack();
    this.#reviewHeldBack(worker);
    this.#counters.workersHeldBack += 1;
    this.#emit({ kind: 'worker-held-back', label: worker.label, calls, failures });
  }

  /** One more worker is held back, or one less: that decides for others of its pools. */
  #reviewHeldBack(worker: WorkerSession): void {
    for (const { pool } of worker.memberships) {
      pool.reviewHeldBack();
      this.mark(pool);
    }
  }

  /** Frees a place and sees who can use it. */
  #release(place: Placement): void {
    const { worker } = place;
    if (place.isWatched) this.#timers.clear(place.timer);
    worker.release(place);
    this.refresh(worker);
  }

  #fenceAll({ placement, hedge }: PendingCall): void {
    if (placement !== undefined) this.#fence(placement);
    if (hedge !== undefined) this.#fence(hedge);
  }

  /** The worker keeps the place until it is done, so that its load stays true. */
  #fence(place: Placement, isTold: boolean = !place.finish): void {
    if (place.call === undefined) return;
    place.call = undefined;
    if (place.isWatched) this.#timers.clear(place.timer);
    if (isTold) writeNumber(place.worker.channel, CANCEL, place.dispatch);
  }

  /** The caller waits no more. */
  #abandon(now: Instant, call: PendingCall): void {
    const { run } = call;
    if (run?.leader === call && call.isDispatched) {
      // Its result is wanted for the key.
      this.#leaveTables(call);
      call.enter('deserted');
      call.drop();
      return;
    }
    this.end(call);
    if (run?.leader === call) this.keys.promote(now, run);
  }

  #leaveTables(call: PendingCall): void {
    if (call.state === 'deserted') return;
    if (call.isDispatched) this.dispatchedCalls -= 1;
    this.#timers.clear(call.timer);
    call.client.pending.delete(call);
  }
}

export interface DispatcherParts {
  readonly limits: Limits;
  readonly timers: TimerWheel<TimerOwner>;
  readonly counters: Counters;
  readonly demand: Demand;
  readonly room: WaitingRoom;
  readonly responder: Responder;
  readonly store: ResultStore;
  readonly emit: (event: BrokerEvent) => void;
  /** For the hashes of bodies. */
  readonly hashKey: HashKey;
}

/** Codes of failures that say more of the worker than of the call. */
function isOwnFault(code: Code): boolean {
  return code === 'internal' || code === 'unavailable';
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
/** One death can be chance; a call that was there at two is likely the cause. */
const STRIKES_MAX = 2;
