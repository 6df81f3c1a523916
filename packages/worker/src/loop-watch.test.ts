import type { Clock } from '@reeve/protocol/io';
import { expect, test } from 'vitest';
import { LoopWatch } from './loop-watch.ts';
import { RecordingLogger } from './recording-logger.test-kit.ts';

test('a blocked loop is worth one line for each method', () => {
  const clock = new LateClock();
  const logger = new RecordingLogger();
  let lastMethod: string | undefined;
  const watch = new LoopWatch({ clock, logger, lastMethod: () => lastMethod });
  clock.fire(0);
  clock.fire(900);
  expect(logger.lines).toEqual([]);
  lastMethod = 'orders.quote';
  clock.fire(1_500);
  clock.fire(2_000);
  lastMethod = 'orders.place';
  clock.fire(1_200);
  expect(logger.at('warn')).toEqual([
    'the event loop was blocked for 1500 ms; the handler started last was that of orders.quote; ' +
      'run long computations in a thread',
    'the event loop was blocked for 1200 ms; the handler started last was that of orders.place; ' +
      'run long computations in a thread',
  ]);
  expect(clock.isRefed).toBe(false);
  watch.stop();
  expect(clock.isSet).toBe(false);
});

/** Its one timer fires as late as it is told. */
class LateClock implements Clock {
  isSet = false;
  isRefed = true;
  #now = 0;
  #dueAt = 0;
  #callback: () => void = () => undefined;

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callback: () => void): { unref(): void } {
    this.isSet = true;
    this.#dueAt = this.#now + delayMs;
    this.#callback = callback;
    return {
      unref: () => {
        this.isRefed = false;
      },
    };
  }

  clearTimer(): void {
    this.isSet = false;
  }

  atTurnEnd(): void {
    throw new Error('not wanted here');
  }

  fire(lateMs: number): void {
    this.#now = this.#dueAt + lateMs;
    this.#callback();
  }
}
