import type { BrokerOptions } from '@reeve/broker';
import type { ConnectOptions } from '@reeve/client';
import { integerOption } from '@reeve/protocol/io';
import type { ServeOptions } from '@reeve/worker';
import type { Fault } from './fault.ts';
import { FAULTS } from './fault.ts';

/** How to run a test under faults. Nothing must be given. */
export interface FaultOptions {
  /**
   * How many runs, or the seeds to run: 50 stands for the seeds 1 to 50. The environment's REEVE_SEED comes first: with
   * it only that seed is run. Default: 50.
   */
  readonly seeds?: number | readonly number[] | undefined;
  /** What may go wrong. Default: everything, `FAULTS`. */
  readonly faults?: readonly Fault[] | undefined;
  /** How many workers each `serve` starts, 1 to 100. Default: 2, so that a call has somewhere else to go. */
  readonly workers?: number | undefined;
  /** How many brokers there are, 1 to 10. Default: 1; with 2 or more calls fail over. */
  readonly brokers?: number | undefined;
  readonly worker?: Omit<ServeOptions, 'services' | 'brokers' | 'signals'> | undefined;
  readonly client?: Omit<ConnectOptions, 'brokers' | 'wait'> | undefined;
  readonly broker?: Omit<BrokerOptions, 'listen'> | undefined;
  /**
   * Moves fake timers along, such as `(ms) => vi.advanceTimersByTime(ms)`. Then timers that handlers and test set
   * belong to the simulated time. Default: they are real ones, and simulated time waits for them.
   */
  readonly advanceTimers?: ((ms: number) => void) | undefined;
}

/** Options with everything filled in. */
export interface RunSettings {
  readonly seeds: readonly number[];
  readonly faults: readonly Fault[];
  readonly workers: number;
  readonly brokers: number;
  readonly worker: NonNullable<FaultOptions['worker']>;
  readonly client: NonNullable<FaultOptions['client']>;
  readonly broker: NonNullable<FaultOptions['broker']>;
  readonly advanceTimers: ((ms: number) => void) | undefined;
}

/** Fills in the defaults. Throws a `TypeError` with one line that says what is wrong and what would be right. */
export function resolveSettings(options: FaultOptions, replay: string | undefined): RunSettings {
  return {
    seeds: resolveSeeds(options.seeds ?? RUNS, replay),
    faults: resolveFaults(options.faults ?? FAULTS),
    workers: integerOption('workers', options.workers ?? 2, 1, WORKERS_MAX),
    brokers: integerOption('brokers', options.brokers ?? 1, 1, BROKERS_MAX),
    worker: options.worker ?? {},
    client: options.client ?? {},
    broker: options.broker ?? {},
    advanceTimers: options.advanceTimers,
  };
}

function resolveSeeds(seeds: number | readonly number[], replay: string | undefined): readonly number[] {
  if (replay !== undefined) return [replayedSeed(replay)];
  if (typeof seeds === 'number') {
    const count = integerOption('seeds', seeds, 1, RUNS_MAX);
    return Array.from({ length: count }, (_, index) => index + 1);
  }
  if (seeds.length === 0) throw new TypeError('seeds is empty: give a number of runs, or at least one seed');
  return seeds.map((seed) => integerOption('a seed', seed, 0, SEED_MAX));
}

function replayedSeed(text: string): number {
  if (!/^\d+$/.test(text)) throw new TypeError(`REEVE_SEED is "${text}", but must be the number of a seed, such as 7`);
  return integerOption('REEVE_SEED', Number(text), 0, SEED_MAX);
}

function resolveFaults(faults: readonly Fault[]): readonly Fault[] {
  const unknown = faults.find((fault) => !FAULTS.includes(fault));
  if (unknown === undefined) return faults;
  throw new TypeError(`fault "${unknown}" is not known; there are: ${FAULTS.join(', ')}`);
}

/** Enough for a mistake that one fault in the right place shows; a second or two for a small test. */
const RUNS = 50;
/** More take longer than anybody waits for a test. */
const RUNS_MAX = 1_000_000;
/** What seeds the generator has 32 bits. */
const SEED_MAX = 2 ** 32 - 1;
/** One process runs them all. */
const WORKERS_MAX = 100;
const BROKERS_MAX = 10;
