import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Knows what the code of the user is at: the test and each handler that was started.
 *
 * Simulated time may jump only while all of them wait for something in the run: a call, or a sleep. One that waits for
 * anything else (a timer, a file, a real database) needs real time, and then the run's time must not get ahead of it.
 */
export class Activities {
  readonly #all = new Set<Activity>();

  /** Whether some activity is at something that the run does not know. */
  get isAnyBusy(): boolean {
    for (const activity of this.#all) if (activity.waits === 0) return true;
    return false;
  }

  get count(): number {
    return this.#all.size;
  }

  /** Runs an activity to its end. */
  async run<T>(act: () => T): Promise<Awaited<T>> {
    const activity: Activity = { waits: 0 };
    this.#all.add(activity);
    try {
      return await CURRENT.run(activity, act);
    } finally {
      this.#all.delete(activity);
    }
  }

  /** Marks the current activity as one that waits for the run, until the promise has settled. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const activity = CURRENT.getStore();
    if (activity !== undefined) activity.waits += 1;
    try {
      return await promise;
    } finally {
      if (activity !== undefined) activity.waits -= 1;
    }
  }
}

interface Activity {
  /** For how many things of the run it waits. */
  waits: number;
}

/** One for all runs: each makes every promise of the process a little slower, for good. */
const CURRENT = new AsyncLocalStorage<Activity>();
