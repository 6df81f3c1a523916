import { Ring, TimerNode } from '@reeve/protocol';
import type { Lane } from './lane.ts';
import { LeastLoaded, LoadPlace } from './least-loaded.ts';
import { Pace } from './pace.ts';
import type { TimerOwner } from './timers.ts';
import type { WorkerHealth } from './worker-health.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * A set of workers that can serve the same routes. Services whose workers are the same share one, so the cost of a
 * call does not grow with the number of services that a worker offers.
 */
export class Pool {
  readonly kind = 'pool' as const;
  /** The numbers of its workers, in order. */
  readonly signature: string;
  readonly members: readonly PoolMember[];
  /** The members that can take a call now. */
  readonly available: LeastLoaded<WorkerSession> = new LeastLoaded<WorkerSession>();
  /** The lanes in which usual calls wait, in turn, and those in which struck calls do. */
  readonly lanes: Ring<Lane> = new Ring<Lane>();
  readonly struckLanes: Ring<Lane> = new Ring<Lane>();
  /** Calls that wait in all its lanes. */
  waiting = 0;
  /** How fast it serves what waits. */
  readonly pace: Pace = new Pace();
  /** Lanes of services that point here, with or without calls. */
  laneCount = 0;
  /** Wakes the pool to see whether calls still wait. */
  readonly timer: TimerNode<TimerOwner> = new TimerNode<TimerOwner>(this);
  /** Whether the pool is to be looked at before the turn ends. */
  isMarked = false;

  constructor(signature: string, workers: readonly WorkerSession[]) {
    this.signature = signature;
    this.members = workers.map((worker) => new PoolMember(this, worker));
    for (const member of this.members) {
      member.worker.memberships.push(member);
      member.refresh();
    }
  }

  /** How its workers do. */
  *health(): IterableIterator<WorkerHealth> {
    for (const { worker } of this.members) yield worker.health;
  }

  /**
   * Whether more than half of its workers are held back: by what they did in other pools, or because better ones left.
   * Then all of them go on, for those that are left could not do the work of all.
   */
  get isMostlyHeldBack(): boolean {
    let heldBack = 0;
    for (const { worker } of this.members) if (worker.health.isHeldBack) heldBack += 1;
    return heldBack * 2 > this.members.length;
  }

  /** Decides anew which workers are held back, for one more or one less is. */
  reviewHeldBack(): void {
    for (const member of this.members) if (member.worker.health.isHeldBack) member.refresh();
  }

  /** Takes the pool out of its workers' memberships. */
  dissolve(): void {
    for (const member of this.members) {
      member.worker.memberships = member.worker.memberships.filter((m) => m !== member);
    }
  }
}

/** A worker's place in a pool. */
export class PoolMember {
  readonly pool: Pool;
  readonly worker: WorkerSession;
  readonly #place: LoadPlace<WorkerSession>;

  constructor(pool: Pool, worker: WorkerSession) {
    this.pool = pool;
    this.worker = worker;
    this.#place = new LoadPlace<WorkerSession>(worker);
  }

  /** Whether the pool finds it. */
  get isListed(): boolean {
    return this.#place.isLinked;
  }

  /** Whether the pool may give the worker a call now. */
  get isAvailable(): boolean {
    const { health } = this.worker;
    return this.worker.isAvailable && (!health.isHeldBack || health.mayProbe || this.pool.isMostlyHeldBack);
  }

  /** Brings the place up to date with the worker's load and availability. */
  refresh(): void {
    const { available } = this.pool;
    const { isAvailable } = this;
    if (this.#place.isLinked) {
      if (isAvailable && this.#place.load === this.worker.load) return;
      available.remove(this.#place);
    }
    if (isAvailable) available.add(this.#place, this.worker.load);
  }
}
