import type { MachineFacts } from '../machine.ts';
import type { Spread } from '../statistics.ts';

/** Everything that one run found. */
export interface GenResults {
  readonly machine: MachineFacts;
  readonly methods: number;
  readonly contracts: number;
  readonly rounds: number;
  /** From the start of the process to its end, with nothing generated before. */
  readonly coldSeconds: Spread;
  /** What that took of processors. */
  readonly userSeconds: Spread;
  /** From saving a contract to its new stub. */
  readonly watchMs: Spread;
}

export function formatGen({ machine, methods, contracts, coldSeconds, userSeconds, watchMs }: GenResults): string {
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load}`,
    `${methods} methods in ${contracts} contracts; median (lowest–highest)`,
    '',
    `first run            ${spreadText(coldSeconds, 2)} s`,
    `  user CPU time      ${spreadText(userSeconds, 2)} s`,
    `save to stub, watch  ${spreadText(watchMs, 0)} ms`,
  ].join('\n');
}

function spreadText({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
