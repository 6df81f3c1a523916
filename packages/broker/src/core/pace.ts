import type { Instant } from '@reeve/protocol';

/**
 * How fast a pool has been serving lately, and so how long a call would have to wait.
 *
 * Theory of operation. Only time in which calls wait counts: what a pool does when nobody waits says nothing about how
 * fast it can be. Calls taken out of the queue are counted over the present span of such time and the one before, so
 * that bursts even out and a change is noticed within two spans. Time since the last call counts too: the estimate of a
 * pool that stalls grows by itself.
 */
export class Pace {
  #spanMs = 0;
  #spanCalls = 0;
  #lastSpanMs = 0;
  #lastSpanCalls = 0;
  #countedUntil: Instant = 0;
  #servedMs = 0;

  /** A call begins to wait where none did. */
  begin(now: Instant): void {
    if (now - this.#countedUntil > FORGET_MS) this.#forget();
    this.#countedUntil = now;
  }

  /** A call was taken out of the queue. */
  note(now: Instant): void {
    // A span ends between two instants: what leaves in one moment is of one span.
    if (now > this.#countedUntil && this.#spanMs >= SPAN_MS && this.#spanCalls >= SPAN_CALLS) this.#nextSpan();
    this.#spanMs += now - this.#countedUntil;
    this.#countedUntil = now;
    this.#spanCalls += 1;
  }

  /** A worker answered a call so long after it was dispatched. */
  noteServed(ms: number): void {
    this.#servedMs += (ms - this.#servedMs) * SERVED_SHARE;
  }

  /** From its dispatch to its answer a call takes about so long. */
  get servedMs(): number {
    return this.#servedMs;
  }

  /** How long a call would wait behind `position` others, while calls wait. `undefined`: too little is known. */
  waitMs(now: Instant, position: number): number | undefined {
    const calls = this.#spanCalls + this.#lastSpanCalls;
    if (calls < SPAN_CALLS || position > calls * AHEAD) return undefined;
    const ms = this.#spanMs + this.#lastSpanMs + (now - this.#countedUntil);
    return (position * ms) / calls;
  }

  #forget(): void {
    this.#spanMs = 0;
    this.#spanCalls = 0;
    this.#lastSpanMs = 0;
    this.#lastSpanCalls = 0;
  }

  #nextSpan(): void {
    this.#lastSpanMs = this.#spanMs;
    this.#lastSpanCalls = this.#spanCalls;
    this.#spanMs = 0;
    this.#spanCalls = 0;
  }
}

/** Long against a burst, short against what a caller notices. */
const SPAN_MS = 250;
/** A pool in which nobody has waited for so long may be another one by now: faster, above all. */
const FORGET_MS = 2_000;
/** Fewer calls are an anecdote. */
const SPAN_CALLS = 8;
/**
 * taken for the pace of all, they had half of a burst refused that was then served in a tenth of its time.
 * taken for the pace of all, they had the half of a burst refused that was then served in a tenth of its time.
 */
const AHEAD = 16;
/** About the last eight calls. */
const SERVED_SHARE = 1 / 8;
