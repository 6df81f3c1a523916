import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from './run.ts';
import { ALL_TARGETS, WIRE } from './fleet.ts';
import type { Fault, Targets } from './schedule.ts';
import { drawSchedule, parseSchedule } from './schedule.ts';

/** `corepack pnpm chaos`: kills, stops and cuts off real processes while clients call, and judges the history. */
async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const options = readOptions();
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}`);
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: options })}\n`);
    return 2;
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { report, lines, missing } = await runChaos({ ...options, probes: PROBES, progress: say });
  for (const line of [...lines, ...missing.map((what) => `too little: ${what}`)]) say(line);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else for (const [name, value] of Object.entries(report)) process.stdout.write(`${name.padEnd(18)} ${value}\n`);
  const isSound = report.violations + report.vague + report.hung + missing.length === 0;
  return isSound ? 0 : 1;
}

interface ChaosOptions {
  readonly seconds: number;
  readonly schedule: (targets: Targets) => readonly Fault[];
  readonly scheduleFile: string;
  readonly json: boolean;
}

/** Returns what is wrong in one line. */
function readOptions(): ChaosOptions | string {
  let values: { seconds: string; seed?: string; schedule?: string; json: boolean };
  try {
    ({ values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '60' },
        seed: { type: 'string' },
        schedule: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }) as { values: typeof values });
  } catch (error) {
    return (error as Error).message.replaceAll('\n', ' ');
  }
  const seconds = Number(values.seconds);
  const seed = Number(values.seed ?? 1);
  if (!(seconds >= 5 && seconds <= 600)) return `--seconds is ${values.seconds}, but must be from 5 to 600`;
  if (!Number.isInteger(seed) || seed < 0) return `--seed is ${values.seed}, but must be a whole number`;
  if (values.seed !== undefined && values.schedule !== undefined) return '--seed and --schedule exclude each other';
  const scheduleFile = join(tmpdir(), `reeve-chaos-schedule-${process.pid}.json`);
  const rest = { seconds, scheduleFile, json: values.json };
  if (values.schedule === undefined) return { ...rest, schedule: (targets) => drawSchedule(seed, seconds, targets) };
  try {
    const faults = parseSchedule(readFileSync(values.schedule, 'utf8'), ALL_TARGETS, seconds);
    // Where no network namespace can be made its faults are left out, and the report says so.
    return { ...rest, schedule: ({ wires }) => faults.filter(({ target }) => target !== WIRE || wires.length > 0) };
  } catch (error) {
    return `--schedule ${values.schedule}: ${(error as Error).message}`;
  }
}

/** So many that one in a hundred can be told. */
const PROBES = 50;
const USAGE = 'usage: corepack pnpm chaos [--seconds N] [--seed S | --schedule FILE] [--json]\n';

try {
  process.exitCode = await main();
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`the run failed: ${why}\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: why })}\n`);
  process.exitCode = 1;
}
