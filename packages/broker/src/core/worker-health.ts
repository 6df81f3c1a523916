import type { Instant } from '@reeve/protocol';

/**
 * What became of a worker's calls lately, and whether it is held back for it.
 *
 * Theory of operation. A worker that is broken fails fastest, so it would be the least loaded and be given the most.
 * One whose calls fail far more often than those of its siblings is held back: it gets one call a heartbeat, a probe,
 * until one of them succeeds. Never more than half of a pool is held back, so if all are broken, all go on.
 *
 *     trusted ──most calls fail, those of the siblings do not──▶ held back ──a call succeeds──▶ trusted
 */
export class WorkerHealth {
  isHeldBack = false;
  /** Whether a probe may be dispatched. */
  mayProbe = false;
  #calls = 0;
  #failures = 0;
  #lastCalls = 0;
  #lastFailures = 0;
  #spanSince: Instant = 0;

  /** Calls of the last two spans that ended. */
  get calls(): number {
    return this.#calls + this.#lastCalls;
  }

  /** Those of them that failed for the worker's own fault. */
  get failures(): number {
    return this.#failures + this.#lastFailures;
  }

  /** Whether more of its calls fail than not, and so its siblings are worth a look. */
  get isPoor(): boolean {
    return this.calls >= JUDGED_CALLS && this.failures > this.calls * POOR_SHARE;
  }

  /** Takes in how a call ended. Returns whether a success has just ended its being held back. */
  note(now: Instant, isFailure: boolean): boolean {
    if (this.#calls >= SPAN_CALLS || now - this.#spanSince > SPAN_MS) this.#nextSpan(now);
    this.#calls += 1;
    if (isFailure) this.#failures += 1;
    if (isFailure || !this.isHeldBack) return false;
    this.isHeldBack = false;
    this.#forget();
    return true;
  }

  holdBack(): void {
    this.isHeldBack = true;
    this.mayProbe = false;
  }

  #nextSpan(now: Instant): void {
    const isStale = now - this.#spanSince > 2 * SPAN_MS;
    this.#lastCalls = isStale ? 0 : this.#calls;
    this.#lastFailures = isStale ? 0 : this.#failures;
    this.#calls = 0;
    this.#failures = 0;
    this.#spanSince = now;
  }

  /** What was before must not hold it back again at its next failure. */
  #forget(): void {
    this.#calls = 0;
    this.#failures = 0;
    this.#lastCalls = 0;
    this.#lastFailures = 0;
  }
}

/** Whether a worker is worse than its siblings by so much that it is to be held back. */
export function isBlackHole(worker: WorkerHealth, members: Iterable<WorkerHealth>): boolean {
  if (worker.isHeldBack || !worker.isPoor) return false;
  const others = { count: 0, heldBack: 0, calls: 0, failures: 0 };
  for (const health of members) {
    if (health === worker) continue;
    others.count += 1;
    if (health.isHeldBack) others.heldBack += 1;
    // Those that are as bad are no measure.
    if (health.isHeldBack || health.isPoor) continue;
    others.calls += health.calls;
    others.failures += health.failures;
  }
  if ((others.heldBack + 1) * 2 > others.count + 1 || others.calls < JUDGED_CALLS) return false;
  return others.failures < others.calls * SOUND_SHARE;
}

/** Fewer calls can fail by chance. */
const JUDGED_CALLS = 20;
/** Most fail: no ordinary fault of callers looks like that while siblings are sound. */
const POOR_SHARE = 0.5;
/** Siblings whose calls fail more often than this may have the same trouble. */
const SOUND_SHARE = 0.1;
/** Two spans are 50 calls at the most: a worker that breaks is noticed soon, and one that is mended soon trusted. */
const SPAN_CALLS = 25;
/** What was half a minute ago says little. */
const SPAN_MS = 30_000;
