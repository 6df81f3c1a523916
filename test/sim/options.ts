import { parseArgs } from 'node:util';
import { FAULTS } from './faults.ts';
import type { StormOptions } from './storm.ts';
import { TROUBLE_SHARES } from './storm.ts';

/** What the command is to do. */
export type SimOptions =
  | {
      readonly kind: 'seeds';
      readonly from: number;
      readonly count: number;
      readonly storm: StormOptions;
      json: boolean;
    }
  | { readonly kind: 'replay'; readonly seed: number; readonly storm: StormOptions; json: boolean }
  | { readonly kind: 'planted'; readonly patch: string | undefined; json: boolean }
  | { readonly kind: 'help' };

/** Names that `--faults` takes. */
const FAULT_NAMES: readonly string[] = [...Object.keys(TROUBLE_SHARES), ...Object.keys(FAULTS), 'poison'];

/** Reads the command line. Returns what is wrong with it in one line. */
export function readOptions(args: readonly string[]): SimOptions | string {
  let values: Partial<Record<string, string | boolean>>;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return (error as Error).message.replaceAll('\n', ' ');
  }
  if (values['help'] === true) return { kind: 'help' };
  const json = values['json'] === true;
  const given = (...names: string[]): string | undefined => names.find((name) => values[name] !== undefined);
  if (values['planted'] === true) {
    const stray = given('seeds', 'seed', 'from', 'faults', 'brokers');
    if (stray !== undefined) return `--planted does not go with --${stray}`;
    return { kind: 'planted', patch: values['patch'] as string | undefined, json };
  }
  if (given('patch') !== undefined) return '--patch goes with --planted';
  const storm = readStorm(values);
  if (typeof storm === 'string') return storm;
  if (values['seed'] !== undefined) {
    const stray = given('seeds', 'from');
    if (stray !== undefined) return `--seed does not go with --${stray}`;
    const seed = wholeNumber(values['seed'], 0, SEED_MAX);
    return seed === undefined ? notWhole('seed', 0, SEED_MAX) : { kind: 'replay', seed, storm, json };
  }
  const count = wholeNumber(values['seeds'] ?? '300', 1, SEEDS_MAX);
  const from = wholeNumber(values['from'] ?? '1', 0, SEED_MAX);
  if (count === undefined) return notWhole('seeds', 1, SEEDS_MAX);
  return from === undefined ? notWhole('from', 0, SEED_MAX) : { kind: 'seeds', from, count, storm, json };
}

/** The command that runs one seed again. */
export function replayCommand(seed: number, { faults, brokers }: StormOptions): string {
  const narrowed = faults === undefined ? '' : ` --faults ${faults.join(',')}`;
  return `corepack pnpm sim --seed ${seed}${narrowed}${brokers === undefined ? '' : ` --brokers ${brokers}`}`;
}

export const USAGE = `usage: corepack pnpm sim [--seeds N] [--from S] [--faults NAMES] [--brokers 1..3] [--json]
       corepack pnpm sim --seed S [--faults NAMES] [--brokers 1..3]   replays one seed and tells what happened
       corepack pnpm sim --planted [--patch FILE] [--json]            checks that planted bugs are caught
faults, separated by commas: ${FAULT_NAMES.join(', ')}
`;

function readStorm(values: Partial<Record<string, string | boolean>>): StormOptions | string {
  const faults = typeof values['faults'] === 'string' ? values['faults'].split(',') : undefined;
  const unknown = faults?.find((name) => !FAULT_NAMES.includes(name));
  if (unknown !== undefined) return `--faults: none is named "${unknown}"; there are: ${FAULT_NAMES.join(', ')}`;
  if (values['brokers'] === undefined) return { faults };
  const brokers = wholeNumber(values['brokers'], 1, 3);
  return brokers === undefined ? notWhole('brokers', 1, 3) : { faults, brokers };
}

function wholeNumber(value: string | boolean | undefined, least: number, most: number): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number >= least && number <= most ? number : undefined;
}

function notWhole(name: string, least: number, most: number): string {
  return `--${name} takes a whole number from ${least} to ${most}`;
}

const OPTIONS = {
  seeds: { type: 'string' },
  seed: { type: 'string' },
  from: { type: 'string' },
  faults: { type: 'string' },
  brokers: { type: 'string' },
  planted: { type: 'boolean' },
  patch: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
/** A run of more is a mistake, or wants to be several runs. */
const SEEDS_MAX = 1_000_000;
const SEED_MAX = 2 ** 31 - 1;
