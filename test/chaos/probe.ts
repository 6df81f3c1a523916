import type { Detection } from './detection.ts';
import { detect } from './detection.ts';
import type { Deed, Fleet } from './fleet.ts';
import { readHistory } from './journal.ts';

/**
 * Times how soon brokers notice that a worker was killed, or stopped, while nothing else is done: of what goes wrong
 * all at once nobody can say what was noticed when. Two workers on loopback are killed again and again, the two others
 * are stopped meanwhile.
 */
export async function probe(fleet: Fleet, kills: number): Promise<Detection> {
  const kill = async (target: string, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await fleet.do({ atMs: 0, target, act: 'kill' });
      await pause(SETTLE_MS);
    }
  };
  const stop = (target: string): Promise<void> => fleet.do({ atMs: 0, target, act: 'stop', forMs: STOP_MS });
  await Promise.all([
    kill('worker-1', Math.ceil(kills / 2)),
    kill('worker-2', Math.floor(kills / 2)),
    stop('worker-3'),
    stop('worker-4'),
  ]);
  await pause(SETTLE_MS);
  const deeds: readonly Deed[] = fleet.deeds.splice(0);
  return detect(deeds, readHistory(fleet).notices);
}

function pause(ms: number): Promise<void> {
  return new Promise((next) => setTimeout(next, ms));
}

/** A worker that one broker lists is listed by the other as well. */
const SETTLE_MS = 150;
/** Silence of two heartbeats, a look, and what a busy machine adds: the bar is 4.5 s. */
const STOP_MS = 5_000;
