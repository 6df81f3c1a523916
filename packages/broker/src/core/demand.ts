import type { Instant, TimerWheel } from '@reeve/protocol';
import { DEMAND, writeNumber } from '@reeve/protocol';
import type { Pool } from './pool.ts';
import type { TimerOwner } from './timers.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * Tells workers that calls wait for their credit, so that a worker with several brokers gives it where it is needed.
 *
 * Told once when it begins and once when it is over. Over means that nothing waited when the pool was looked at: a
 * pool at its limit flips between the two many times a second, which must not become traffic.
 */
export class Demand {
  readonly #timers: TimerWheel<TimerOwner>;

  constructor(timers: TimerWheel<TimerOwner>) {
    this.#timers = timers;
  }

  raise(now: Instant, pool: Pool): void {
    if (pool.timer.isLinked) return;
    this.#announce(pool);
    this.#timers.set(pool.timer, now + LOOK_AGAIN_MS);
  }

  /** Called by the pool's timer. */
  review(now: Instant, pool: Pool): void {
    if (pool.waiting === 0) return this.withdraw(pool);
    this.#announce(pool);
    this.#timers.set(pool.timer, now + LOOK_AGAIN_MS);
  }

  /** Takes back what was told for a pool that has nothing to give any more. */
  withdraw(pool: Pool): void {
    this.#timers.clear(pool.timer);
    for (const { worker } of pool.members) if (worker.knowsDemand && !isWanted(worker)) tell(worker, 0);
  }

  #announce(pool: Pool): void {
    const { waiting } = pool;
    for (const { worker } of pool.members) if (!worker.knowsDemand) tell(worker, waiting);
  }
}

/** Whether one of its pools has calls for it. */
function isWanted(worker: WorkerSession): boolean {
  return worker.memberships.some((member) => member.pool.timer.isLinked);
}

function tell(worker: WorkerSession, waiting: number): void {
  if (worker.isEnded) return;
  writeNumber(worker.channel, DEMAND, waiting);
  worker.knowsDemand = waiting > 0;
}

/** Long against a turn of the loop, short against what a person notices. */
const LOOK_AGAIN_MS = 100;
