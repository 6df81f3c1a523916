import type { Instant } from '@reeve/protocol';
import { Agenda } from '../world/agenda.ts';

/** The time of one run: it stands still until somebody does what is next. */
export class VirtualTime {
  readonly #agenda = new Agenda();
  #now: Instant = 0;

  /** Milliseconds since the run began. */
  get now(): Instant {
    return this.#now;
  }

  /** When the next thing is due. */
  get next(): Instant | undefined {
    return this.#agenda.next;
  }

  after(ms: number, act: () => void): void {
    this.at(this.#now + ms, act);
  }

  /** What lies in the past is done as soon as possible. */
  at(instant: Instant, act: () => void): void {
    this.#agenda.add(Math.max(this.#now, instant), act);
  }

  /** Goes to the next thing that is due and does it. */
  step(): void {
    this.#now = this.#agenda.next ?? this.#now;
    this.#agenda.take()?.();
  }

  /** Lets time pass, but not beyond the next thing that is due. Returns how much passed. */
  pass(ms: number): number {
    const before = this.#now;
    this.#now = Math.min(before + ms, this.#agenda.next ?? Infinity);
    return this.#now - before;
  }
}
