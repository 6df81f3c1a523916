import type { Instant } from '../session.ts';
import type { Clock, TimerHandle } from './clock.ts';

/** A clock that stands still until a test moves it, and turns that end when the test says so. */
export class FakeClock implements Clock {
  time: Instant = 1_000;
  /** Timers that were set and have neither gone off nor been cleared. */
  readonly timers: FakeTimer[] = [];
  /** How many timers were ever set. */
  timersSet = 0;
  #atTurnEnd: (() => void)[] = [];

  now(): Instant {
    return this.time;
  }

  setTimer(delayMs: number, callback: () => void): TimerHandle {
    const timer: FakeTimer = { at: this.time + delayMs, callback, isUnref: false, unref: () => (timer.isUnref = true) };
    this.timers.push(timer);
    this.timersSet += 1;
    return timer;
  }

  clearTimer(timer: TimerHandle): void {
    this.timers.splice(this.timers.indexOf(timer as FakeTimer), 1);
  }

  atTurnEnd(callback: () => void): void {
    this.#atTurnEnd.push(callback);
  }

  /** Flushes asked for in this turn. */
  get flushesDue(): number {
    return this.#atTurnEnd.length;
  }

  /** Ends the turn, and waits until what follows from it has happened. */
  async endTurn(): Promise<void> {
    for (const callback of this.#atTurnEnd.splice(0)) callback();
    await new Promise(setImmediate);
  }

  /** Lets time pass. Timers go off in their order, each in a turn of its own. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.time = Math.max(this.time, next.at);
      this.clearTimer(next);
      next.callback();
      await this.endTurn();
    }
    this.time = end;
  }
}

interface FakeTimer extends TimerHandle {
  readonly at: Instant;
  readonly callback: () => void;
  isUnref: boolean;
}
