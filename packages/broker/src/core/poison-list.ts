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
  readonly #suspects = new Map<string, Suspect>();
  /** How many are suspected by method: the bodies of other methods are not worth a hash. */
  readonly #methods = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#suspects.size;
  }

  /** Whether the body of a call is suspected. Costs nothing while nothing is, little while no body of its method is. */
  isSuspect(now: Instant, call: PendingCall, hashKey: HashKey): boolean {
    if (this.#suspects.size === 0 || !this.#methods.has(call.route.method)) return false;
    this.expire(now);
    return this.#suspects.has(idOf(call, hashKey));
  }

  add(now: Instant, call: PendingCall, hashKey: HashKey): void {
    this.expire(now);
    const id = idOf(call, hashKey);
    this.#forget(id);
    const { method } = call.route;
    this.#suspects.set(id, { method, until: now + this.#limits.poisonWindowMs });
    this.#methods.set(method, (this.#methods.get(method) ?? 0) + 1);
    if (this.#suspects.size > this.#limits.poisonBodiesMax) this.#forget(this.#oldest()![0]);
  }

  /** Forgets what is too old. */
  expire(now: Instant): void {
    for (let oldest = this.#oldest(); oldest !== undefined && oldest[1].until <= now; oldest = this.#oldest()) {
      this.#forget(oldest[0]);
    }
  }

  #forget(id: string): void {
    const suspect = this.#suspects.get(id);
    if (suspect === undefined) return;
    this.#suspects.delete(id);
    const left = this.#methods.get(suspect.method)! - 1;
    if (left === 0) this.#methods.delete(suspect.method);
    else this.#methods.set(suspect.method, left);
  }

  #oldest(): [string, Suspect] | undefined {
    return this.#suspects.entries().next().value;
  }
}

interface Suspect {
  readonly method: string;
  /** When it is forgotten. */
  readonly until: Instant;
}

/** A call with a key knows the hash of its body, and may have let go of the body. */
function idOf({ route: { service, method }, run, body }: PendingCall, hashKey: HashKey): string {
  return `${service.name.length} ${service.name}${method} ${run?.hash ?? bodyHash(body, hashKey)}`;
}
