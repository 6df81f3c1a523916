import type { HashKey, Instant, Limits } from '@reeve/protocol';
import { bodyHash } from '@reeve/protocol';
import type { PendingCall } from './pending-call.ts';

/**
 * Bodies that were in flight on two workers that died: whoever sends one again would kill the next. They are refused
 * for a while, by their hash, for the method that they were sent to.
 */
export class PoisonList {
  readonly #limits: Limits;
  /** When each is forgotten, oldest first: a Map keeps the order of insertion. */
  readonly #suspects = new Map<string, Instant>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#suspects.size;
  }

  /** Whether the body of a call is suspected. Costs nothing while nothing is. */
  isSuspect(now: Instant, call: PendingCall, hashKey: HashKey): boolean {
    if (this.#suspects.size === 0) return false;
    this.expire(now);
    return this.#suspects.has(idOf(call, hashKey));
  }

  add(now: Instant, call: PendingCall, hashKey: HashKey): void {
    this.expire(now);
    const id = idOf(call, hashKey);
    this.#suspects.delete(id);
    this.#suspects.set(id, now + this.#limits.poisonWindowMs);
    if (this.#suspects.size > this.#limits.poisonBodiesMax) this.#suspects.delete(this.#oldest()![0]);
  }

  /** Forgets what is too old. */
  expire(now: Instant): void {
    for (let oldest = this.#oldest(); oldest !== undefined && oldest[1] <= now; oldest = this.#oldest()) {
      this.#suspects.delete(oldest[0]);
    }
  }

  #oldest(): [string, Instant] | undefined {
    return this.#suspects.entries().next().value;
  }
}

function idOf({ route: { service, method }, body }: PendingCall, hashKey: HashKey): string {
  return `${service.name.length} ${service.name}${method} ${bodyHash(body, hashKey)}`;
}
