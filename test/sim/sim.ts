import type { SimOptions } from './options.ts';
import { USAGE, readOptions, replayCommand } from './options.ts';
import type { Patch } from './planted/patch.ts';
import { loadPatches, runPlanted } from './planted/run-planted.ts';
import { explain, runSeed } from './run-seed.ts';
import { runSeeds } from './seed-pool.ts';

/** `corepack pnpm sim`: the real cores in a simulated world, seed after seed. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') return complain(options, args.includes('--json'));
  if (options.kind === 'replay') return replay(options);
  if (options.kind === 'planted') return planted(options);
  if (options.kind === 'seeds') return seeds(options);
  process.stdout.write(USAGE);
  return 0;
}

/** One line, with where to read on. */
function complain(what: string, json: boolean): number {
  process.stderr.write(`${what}; corepack pnpm sim --help tells what there is\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: what })}\n`);
  return 2;
}

function replay({ seed, storm, json }: Extract<SimOptions, { kind: 'replay' }>): number {
  const result = runSeed(seed, storm);
  const { calls, events, faults, broken } = result;
  process.stderr.write(`${explain(result, storm)}\n`);
  const vague = broken.filter(({ rule }) => rule === VAGUE).length;
  const report = { seed, calls, events, faults, violations: broken.length - vague, vague };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 1)}\n`);
  return broken.length === 0 ? 0 : 1;
}

async function planted({ patch, json }: Extract<SimOptions, { kind: 'planted' }>): Promise<number> {
  let patches: readonly Patch[];
  try {
    patches = loadPatches(patch);
  } catch (error) {
    return complain((error as Error).message, json);
  }
  const { caught, missed, planted: count } = await runPlanted(patches, (l) => void process.stderr.write(`${l}\n`));
  if (json) process.stdout.write(`${JSON.stringify({ planted: count, caught, missed })}\n`);
  else
    process.stdout.write(
      `${caught} of ${count} planted bugs were caught\n${missed.map((m) => `missed: ${m}\n`).join('')}`,
    );
  return missed.length === 0 ? 0 : 1;
}

async function seeds({ from, count, storm, json }: Extract<SimOptions, { kind: 'seeds' }>): Promise<number> {
  const startedAt = performance.now();
  const sum = { seeds: 0, events: 0, calls: 0, faults: 0, violations: 0, vague: 0, determinismMismatches: 0 };
  let saidAt = startedAt;
  await runSeeds({
    seeds: Array.from({ length: count }, (_, i) => from + i),
    storm,
    sampleEvery: SAMPLE_EVERY,
    onReport: ({ seed, events, calls, faults, broken, isDeterministic }) => {
      const vague = broken.filter(({ rule }) => rule === VAGUE).length;
      sum.seeds += 1;
      sum.events += events;
      sum.calls += calls;
      sum.faults += faults;
      sum.vague += vague;
      sum.violations += broken.length - vague;
      if (!isDeterministic) sum.determinismMismatches += 1;
      const what = isDeterministic
        ? broken.slice(0, SHOWN_MAX).map((b) => `${b.rule}: ${b.what}`)
        : ['two runs differ'];
      for (const line of what) process.stderr.write(`seed ${seed}: ${line}\n`);
      if (what.length > 0) process.stderr.write(`  to see it: ${replayCommand(seed, storm)}\n`);
      if (performance.now() - saidAt > PROGRESS_MS) {
        saidAt = performance.now();
        process.stderr.write(`${sum.seeds} of ${count} seeds\n`);
      }
      return true;
    },
  });
  const report = { ...sum, seconds: Number(((performance.now() - startedAt) / 1_000).toFixed(1)) };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 1)}\n`);
  return sum.violations + sum.vague + sum.determinismMismatches === 0 ? 0 : 1;
}

/** The rule of answers that leave open what somebody knew. */
const VAGUE = 'S5b';
const SAMPLE_EVERY = 50;
const SHOWN_MAX = 5;
const PROGRESS_MS = 5_000;

process.exitCode = await main(process.argv.slice(2));
