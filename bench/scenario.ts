import type { Contender } from './contender.ts';
import type { ContenderPlan } from './contender-plan.ts';
import type { LoadOrder } from './load-process.ts';
import type { Figures } from './results.ts';

/** Who is compared, under which loads. A row comes from each contender and load. */
export interface Scenario {
  /** For the command line and the results. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What of it `--quick` measures: what its ratios need. */
  readonly quick:
    | 'nothing'
    | 'all'
    | { readonly contenders: readonly ContenderPlan[]; readonly loads: readonly string[] };
  readonly contenders: readonly ContenderPlan[];
  readonly loads: readonly NamedLoad[];
  /** Whether a contender is started for each measurement anew and is alone then. Default: all run, and take turns. */
  readonly isAlone?: boolean;
  /** Rounds, where the usual number would take too long or say nothing. */
  readonly roundsMax?: number;
}

export interface NamedLoad {
  readonly name: string;
  readonly measure: (contender: Contender, times: Times) => Promise<Figures>;
}

export interface Times {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** A load that keeps a number of calls under way. */
export function closedLoop(name: string, load: Partial<Omit<LoadOrder, 'kind' | 'seconds'>>): NamedLoad {
  const order = { kind: 'load', connections: 1, inFlight: 1, ...load } as const;
  return {
    name,
    measure: (contender, { seconds, warmUpSeconds }) => contender.measure({ ...order, seconds }, warmUpSeconds),
  };
}
