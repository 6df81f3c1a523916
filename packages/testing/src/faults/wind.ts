import type { Activities } from './activities.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface WindArgs {
  readonly time: VirtualTime;
  readonly activities: Activities;
  /** Until when to go on. */
  readonly until: Promise<unknown>;
  /** Moves the user's fake timers along. */
  readonly advanceTimers: ((ms: number) => void) | undefined;
}

/**
 * Winds the time of a run until a promise has settled. Rejects if that takes too long.
 *
 * Theory of operation. One thing is done, then the real event loop turns once, so that every promise that it settled
 * has been followed up; then the next thing. When nothing is due, time jumps to what is next, if all of the user's code
 * waits for the run. If some of it is at something else it gets a few turns, for most of it needs no more than that,
 * and then time passes as it really does, so that no deadline comes before a real timer or a real answer could. With
 * `advanceTimers` the user's timers belong to the run: then time passes in small steps, and nobody really waits.
 */
export async function wind({ time, activities, until, advanceTimers }: WindArgs): Promise<void> {
  const state = { isOver: false };
  const end = (): void => {
    state.isOver = true;
  };
  until.then(end, end);
  const startedAtMs = realNow();
  for (let turnsWaited = 0; ;) {
    await turn();
    if (state.isOver) return;
    assertInTime(time.now, realNow() - startedAtMs);
    if (time.next !== undefined && time.next <= time.now) {
      time.step();
      turnsWaited = 0;
    } else if (activities.isAnyBusy && turnsWaited < TURNS_GRANTED) {
      turnsWaited += 1;
    } else if (advanceTimers !== undefined) {
      advanceTimers(time.pass(TIMERS_STEP_MS));
    } else if (activities.isAnyBusy) {
      await passReally(time);
    } else {
      time.step();
    }
  }
}

async function passReally(time: VirtualTime): Promise<void> {
  const before = realNow();
  await new Promise((resolve) => realTimeout(resolve, 1));
  // Whole milliseconds: the less the run's time shows of this machine's pace, the more runs of a seed are alike.
  time.pass(Math.max(1, Math.round(realNow() - before)));
}

function assertInTime(nowMs: number, realMs: number): void {
  const spent =
    nowMs > RUN_MS_MAX
      ? `${RUN_MS_MAX / 1_000} s of simulated time`
      : realMs > RUN_REAL_MS_MAX
        ? `${RUN_REAL_MS_MAX / 1_000} s`
        : undefined;
  if (spent === undefined) return;
  throw new Error(`the test did not end within ${spent}: it waits for something that does not come`);
}

function turn(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}

// Taken before a test can put fake ones in their place.
const realImmediate = setImmediate;
const realTimeout = setTimeout;
const realNow = performance.now.bind(performance);

/** A handler that awaits a few things that are ready needs a turn or none for each. */
const TURNS_GRANTED = 20;
/** As fine as timers are that tests are written with. */
const TIMERS_STEP_MS = 10;
/** Longer than any test has to wait for calls that take ten seconds at most. */
const RUN_MS_MAX = 600_000;
/** Past the patience of any test runner. */
const RUN_REAL_MS_MAX = 60_000;
