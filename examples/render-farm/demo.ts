/** The entry of the demo: `corepack pnpm demo`. Starts everything else and leaves nothing running. */
import { type DemoOptions, demoOptions, usage, UsageError } from './demo-options.ts';
import { DemoRun } from './demo-run.ts';
import { summaryJson, summaryTable, violations } from './summary.ts';

async function main(args: readonly string[]): Promise<number> {
  let options: DemoOptions;
  try {
    // pnpm starts a script in the folder of its package.json; INIT_CWD is where the caller stands.
    options = demoOptions(args, process.env['INIT_CWD'] ?? process.cwd());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return fail(error.message, 2, args.includes('--json') ? new DemoRun().summary : undefined);
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  return run(options);
}

async function run(options: DemoOptions): Promise<number> {
  const controller = new AbortController();
  for (const [name, number] of Object.entries(signals)) {
    // As shells report a process that a signal ended.
    process.on(name, () => controller.abort(new Interrupted(`by ${name}`, 128 + number)));
  }
  watchStarter(() => controller.abort(new Interrupted('because what had started it is gone', 1)));
  const demo = new DemoRun();
  try {
    const detail = await demo.run(options, process.stderr, controller.signal);
    const found = violations(demo.summary);
    if (!options.json) process.stdout.write(`\n${summaryTable(demo.summary, detail).join('\n')}\n`);
    if (found.length > 0) return fail(found.join(' '), 1, options.json ? demo.summary : undefined);
    if (options.json) process.stdout.write(`${summaryJson(demo.summary)}\n`);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const exitCode = error instanceof Interrupted ? error.exitCode : 1;
    return fail(message, exitCode, options.json ? demo.summary : undefined);
  }
}

/** One line for people, and with `--json` one for machines. */
function fail(message: string, exitCode: number, summary: DemoRun['summary'] | undefined): number {
  process.stderr.write(`demo: ${message}\n`);
  if (summary !== undefined) process.stdout.write(`${summaryJson(summary, message)}\n`);
  return exitCode;
}

/** A package manager that is killed does not pass the signal on to the script that it runs. */
function watchStarter(onGone: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const starter = process.ppid;
  const check = (): void => (process.ppid === starter ? undefined : onGone());
  setInterval(check, starterCheckMs).unref();
}

class Interrupted extends Error {
  readonly exitCode: number;

  constructor(how: string, exitCode: number) {
    super(`Stopped ${how}; every process of the demo is gone.`);
    this.exitCode = exitCode;
  }
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const starterCheckMs = 200;

process.exitCode = await main(process.argv.slice(2));
