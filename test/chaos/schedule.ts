import type { Random } from '@reeve/protocol';
import { seededRandom } from '@reeve/protocol';

/** One thing that is done to one target. */
export interface Fault {
  readonly atMs: number;
  /** A process such as `worker-2`, a link such as `link-client-2`, or `wire`. */
  readonly target: string;
  readonly act: Act;
  /** How long it lasts, for what does not end by itself. Later faults of the same target wait for that. */
  readonly forMs?: number;
}

/**
 * `kill`, `stop` (for a while) and `terminate` a process; `halfOpen`, `blackhole`, `reset` or `slow` a link through a
 * proxy; `cut` the wire of a network namespace.
 */
export type Act = (typeof ACTS)[number];

/** Draws a schedule. Each lane is one kind of trouble with a pace of its own, so that kinds overlap. */
export function drawSchedule(seed: number, seconds: number, targets: Targets): Fault[] {
  const random = seededRandom(seed, 99);
  const endMs = seconds * 1_000 - TAIL_MS;
  const troubles = lanesOf(targets).flatMap((lane) => instants(random, lane, endMs).map((atMs) => ({ atMs, lane })));
  const busyUntil = new Map<string, number>();
  return troubles
    .toSorted((a, b) => a.atMs - b.atMs)
    .flatMap(({ atMs, lane }) => {
      const forMs = Math.round(lane.leastMs + random.unit() * (lane.mostMs - lane.leastMs));
      const free = lane.targets.filter((target) => (busyUntil.get(target) ?? 0) <= atMs);
      if (free.length === 0) return [];
      const target = pick(random, free);
      busyUntil.set(target, atMs + forMs + RECOVERY_MS);
      const act = pick(random, lane.acts);
      return [{ atMs: Math.round(atMs), target, act, ...(LASTING.includes(act) ? { forMs } : {}) }];
    });
}

/** Reads a schedule that a person wrote. Throws an `Error` that names the entry that is wrong. */
export function parseSchedule(text: string, targets: Targets, seconds: number): Fault[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error('a schedule is a list of { atMs, target, act }');
  const known = [...targets.brokers, ...targets.workers, ...targets.links, ...targets.wires];
  return list.map((entry: unknown, i) => {
    const { atMs, target, act, forMs } = (entry ?? {}) as Partial<Fault>;
    const where = `entry ${i + 1} of the schedule`;
    if (typeof atMs !== 'number' || atMs < 0) throw new Error(`${where}: atMs is ${String(atMs)}, not a time in ms`);
    if (atMs >= seconds * 1_000) throw new Error(`${where}: atMs is ${atMs}, but the run takes ${seconds} s`);
    if (!known.includes(target!))
      throw new Error(`${where}: no target is named ${String(target)}; ${known.join(', ')}`);
    if (!ACTS.includes(act!)) throw new Error(`${where}: no act is named ${String(act)}; ${ACTS.join(', ')}`);
    if (!actsOn(target!).includes(act!)) throw new Error(`${where}: ${target} knows ${actsOn(target!).join(', ')}`);
    if (!LASTING.includes(act!)) return { atMs, target: target!, act: act! };
    if (forMs !== undefined && !(typeof forMs === 'number' && forMs >= 0 && forMs <= FOR_MAX_MS))
      throw new Error(`${where}: forMs is ${String(forMs)}, not from 0 to ${FOR_MAX_MS}`);
    return { atMs, target: target!, act: act!, forMs: forMs ?? FOR_MS };
  });
}

export interface Targets {
  readonly brokers: readonly string[];
  readonly workers: readonly string[];
  readonly links: readonly string[];
  readonly wires: readonly string[];
}

/** How often each thing is done in a minute at least, else a run has shown too little. */
export const LEAST_PER_MINUTE = { kills: 20, stops: 10, cuts: 5, callsOfEachDelivery: 20_000 };

/** When a lane does something: at its pace, give or take a third. */
function instants(random: Random, { everyMs }: Lane, endMs: number): number[] {
  const list: number[] = [];
  for (let at = HEAD_MS + random.unit() * everyMs; at < endMs; at += everyMs * (0.7 + 0.6 * random.unit()))
    list.push(at);
  return list;
}

function actsOn(target: string): readonly Act[] {
  if (target.startsWith('link-')) return LINK_ACTS;
  return target === 'wire' ? ['cut'] : ['kill', 'stop', 'terminate'];
}

interface Lane {
  readonly acts: readonly Act[];
  readonly targets: readonly string[];
  readonly everyMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

function lanesOf({ brokers, workers, links, wires }: Targets): Lane[] {
  return [
    // From a hiccup to what is noticed by silence and by the transport.
    { acts: ['stop'], targets: workers, everyMs: 4_200, leastMs: 300, mostMs: 5_200 },
    { acts: ['kill'], targets: workers, everyMs: 1_000, leastMs: 900, mostMs: 900 },
    { acts: ['terminate'], targets: workers, everyMs: 7_000, leastMs: 900, mostMs: 900 },
    { acts: ['kill', 'terminate'], targets: brokers, everyMs: 7_000, leastMs: 1_000, mostMs: 1_000 },
    { acts: ['stop'], targets: brokers, everyMs: 9_000, leastMs: 500, mostMs: 4_000 },
    { acts: LINK_ACTS, targets: links, everyMs: 3_500, leastMs: 500, mostMs: 4_000 },
    { acts: ['cut'], targets: wires, everyMs: 7_500, leastMs: 1_000, mostMs: 4_000 },
  ];
}

function pick<T>(random: Random, options: readonly T[]): T {
  return options[random.u32() % options.length]!;
}

const LINK_ACTS = ['halfOpen', 'blackhole', 'reset', 'slow'] as const;
const LASTING: readonly Act[] = ['stop', 'halfOpen', 'blackhole', 'slow', 'cut'];
/** How long something lasts of which a schedule does not say it: a little longer than two heartbeats. */
const FOR_MS = 2_500;
/** A run can wait for it. */
const FOR_MAX_MS = 60_000;
const ACTS = ['kill', 'stop', 'terminate', ...LINK_ACTS, 'cut'] as const;
/** Calls flow before the first fault, and after the last there is time to recover. */
const HEAD_MS = 500;
const TAIL_MS = 1_500;
/** A process that starts, or a link that comes up again, is left in peace for so long. */
const RECOVERY_MS = 700;
