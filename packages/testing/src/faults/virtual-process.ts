import type { Instant, Random } from '@reeve/protocol';
import type { Clock, TimerHandle } from '@reeve/protocol/io';
import type { VirtualTime } from './virtual-time.ts';

/**
 * A process of a run: a broker, a worker or the test itself. It is the clock of what runs in it.
 *
 * Whatever happens to a process comes in through `enter`: timers, messages, the ends of turns. So it can die, and
 * nothing reaches it any more, or stand still, and everything waits. What a handler does by itself cannot be stopped:
 * it goes on, like the handler of a worker that is only cut off, and what it answers is lost.
 */
export class VirtualProcess implements Clock {
  readonly name: string;
  readonly random: Random;
  readonly #time: VirtualTime;
  readonly #backlog: (() => void)[] = [];
  #state: 'running' | 'standing' | 'dead' = 'running';

  constructor(name: string, random: Random, time: VirtualTime) {
    this.name = name;
    this.random = random;
    this.#time = time;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  now(): Instant {
    return this.#time.now;
  }

  setTimer(delayMs: number, callback: () => void): TimerHandle {
    const timer = new VirtualTimer();
    this.#time.after(delayMs, () => {
      if (!timer.isCleared) this.enter(callback);
    });
    return timer;
  }

  clearTimer(timer: TimerHandle): void {
    if (timer instanceof VirtualTimer) timer.isCleared = true;
  }

  atTurnEnd(callback: () => void): void {
    this.#time.after(0, () => this.enter(callback));
  }

  /** Lets something happen in it: now, when it goes on, or never. */
  enter(act: () => void): void {
    if (this.#state === 'running') act();
    else if (this.#state === 'standing') this.#backlog.push(act);
  }

  /** Dies as by kill -9: says nothing, forgets everything. */
  kill(): void {
    this.#state = 'dead';
    this.#backlog.length = 0;
  }

  /** Stands still as by SIGSTOP. */
  stop(): void {
    if (this.#state === 'running') this.#state = 'standing';
  }

  /** Goes on as by SIGCONT, in the order in which things came. */
  resume(): void {
    if (this.#state !== 'standing') return;
    this.#state = 'running';
    for (const act of this.#backlog.splice(0)) this.#time.after(0, () => this.enter(act));
  }
}

class VirtualTimer implements TimerHandle {
  isCleared = false;

  unref(): void {
    // There is no event loop that it could keep alive.
  }
}
