import { parseArgs } from 'node:util';

/** What a run of the bench is asked to do. */
export interface Options {
  readonly quick: boolean;
  readonly all: boolean;
  /** Names of scenarios and contenders; empty for everything. */
  readonly only: readonly string[];
  readonly allowMissing: boolean;
  readonly json: boolean;
  readonly check: boolean;
  readonly rounds: number;
  /** Length of one measurement. */
  readonly seconds: number;
}

/**
 * Reads the command line. Returns what is wrong in one line; an empty line asks for help. `names`:
 * what `--only` may name.
 */
export function readOptions(args: readonly string[], names: readonly string[]): Options | string {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return firstSentence((error as Error).message);
  }
  if (values.help) return '';
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    return `--only ${unknown}: there is no such scenario or contender; there are ${names.join(', ')}`;
  const defaults = values.quick || values.check ? QUICK : FULL;
  const rounds = Number(values.rounds ?? defaults.rounds);
  const seconds = Number(values.seconds ?? defaults.seconds);
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 100)) {
    return `--rounds is ${values.rounds}, but must be a whole number from 1 to 100`;
  }
  if (!(seconds >= 0.1 && seconds <= 60)) return `--seconds is ${values.seconds}, but must be from 0.1 to 60`;
  const { quick, all, only, json, check } = values;
  return { quick: quick || check, all, only, allowMissing: values['allow-missing'], json, check, rounds, seconds };
}

/** Node goes on to explain how to pass what it took for a mistake. */
function firstSentence(message: string): string {
  return message.split('. ')[0]!.replaceAll('\n', ' ');
}

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] as string[] },
  'allow-missing': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
} as const;

/** Within ten minutes on two cores. */
const QUICK = { rounds: 3, seconds: 2 };
/** Five, so that the median stands when two rounds were disturbed. */
const FULL = { rounds: 5, seconds: 3 };

export const USAGE = `usage: corepack pnpm bench [options]
  --quick            only what the ratios need, in shorter rounds
  --all              more peers: tRPC, Fastify, BullMQ
  --only NAME        only this scenario, or Reeve beside this contender alone; may be repeated
  --allow-missing    exit code 0 although a peer's server is not installed
  --json             the ratios as JSON in the last line
  --check            measure as --quick does and compare the ratios with those in bench/results/latest.json
  --rounds N         rounds of each measurement, 1 to 100
  --seconds N        length of each measurement, 0.1 to 60
`;
