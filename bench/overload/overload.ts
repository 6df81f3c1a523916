import { parseArgs } from 'node:util';
import { Child } from '../child.ts';
import { compilePackages } from '../compile-packages.ts';
import { freeEndpoint } from '../free-endpoint.ts';
import { machineFacts } from '../machine.ts';
import type { OpenLoopAnswer, OpenLoopOrder } from './open-loop.ts';

/**
 * What a pool gives when more is asked of it than it can: two workers with four places each and handlers of 4 ms, calls
 * with 200 ms to live, at a fixed pace that does not wait for answers. Prints a table, or one line of JSON.
 */
async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const options = readOptions();
  if (typeof options === 'string') return fail(options, 2);
  await compilePackages();
  const endpoint = await freeEndpoint();
  const children: Child[] = [];
  try {
    children.push(await Child.start('contenders/reeve-broker.ts', [endpoint]));
    for (let i = 0; i < 2; i++) {
      children.push(await Child.start('contenders/pool-worker.ts', [endpoint, '4', '4']));
    }
    const client = await Child.start('contenders/open-loop-client.ts', [endpoint]);
    children.push(client);
    const report = await measure((order) => client.ask(order, (order.seconds + 20) * 1_000), options.seconds);
    if (options.json) process.stdout.write(`${JSON.stringify({ machine: machineFacts(), ...report })}\n`);
    else process.stdout.write(format(report));
    return 0;
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

type Ask = (order: OpenLoopOrder) => Promise<OpenLoopAnswer>;

async function measure(ask: Ask, seconds: number): Promise<Report> {
  const run = (callsPerSecond: number, forSeconds: number): Promise<OpenLoopAnswer> =>
    ask({ callsPerSecond, seconds: forSeconds, timeoutMs: TIMEOUT_MS });
  // What it can at most: asked for more than that, so that no place is ever free.
  await run(1_000, 1);
  const capacity = await run(NOMINAL_PER_SECOND * 1.5, seconds).then(({ ok }) => ok / seconds);
  const rows: Row[] = [];
  for (const factor of FACTORS) {
    const { okPerTenth, ...answer } = await run(capacity * factor, seconds);
    const goodput = answer.ok / Math.max(seconds, okPerTenth.length / 10);
    rows.push({ factor, goodputPerSecond: Math.round(goodput), ...rounded(answer) });
  }
  // The last one was the overload: how long until everything is answered again at half of the capacity?
  const after = await run(capacity / 2, 5);
  const peak = Math.max(...rows.filter(({ factor }) => factor <= 1.2).map((row) => row.goodputPerSecond));
  const overload = rows.at(-1)!;
  return {
    capacityPerSecond: Math.round(capacity),
    rows,
    overload10_goodput: Number((overload.goodputPerSecond / peak).toFixed(3)),
    recoveryMs: recoveryMs(after.okPerTenth, capacity / 2),
    retryAmplification: overload.sendsPerCall,
  };
}

/** How long until a tenth of a second brings as many replies as calls. */
function recoveryMs(okPerTenth: readonly number[], callsPerSecond: number): number | null {
  const first = okPerTenth.findIndex((ok) => ok >= (callsPerSecond / 10) * ANSWERED_SHARE);
  return first === -1 ? null : first * 100;
}

function rounded(answer: Omit<OpenLoopAnswer, 'okPerTenth'>): Omit<OpenLoopAnswer, 'okPerTenth'> {
  const to = (digits: number, value: number): number => Number(value.toFixed(digits));
  const { p50Ms, p99Ms, sendsPerCall } = answer;
  return { ...answer, p50Ms: to(1, p50Ms), p99Ms: to(1, p99Ms), sendsPerCall: to(3, sendsPerCall) };
}

interface Row extends Omit<OpenLoopAnswer, 'okPerTenth'> {
  /** The load, in capacities. */
  readonly factor: number;
  readonly goodputPerSecond: number;
}

interface Report {
  readonly capacityPerSecond: number;
  readonly rows: readonly Row[];
  /** Replies at ten times the capacity, as a share of the most there were at up to 1.2 times. */
  readonly overload10_goodput: number;
  /** `null`: not within the time that was looked at. */
  readonly recoveryMs: number | null;
  /** Sends for each call at ten times the capacity. */
  readonly retryAmplification: number;
}

function format({
  capacityPerSecond,
  rows,
  overload10_goodput,
  recoveryMs: recovery,
  retryAmplification,
}: Report): string {
  const lines = rows.map(({ factor, offered, goodputPerSecond, p50Ms, p99Ms, failures }) => {
    const failed = Object.entries(failures).map(([reason, count]) => `${reason} ${count}`);
    return `| ${factor} | ${offered} | ${goodputPerSecond} | ${p50Ms} | ${p99Ms} | ${failed.join(', ')} |`;
  });
  return [
    `capacity: ${capacityPerSecond} calls/s`,
    '',
    '| load | calls | replies/s | p50 ms | p99 ms | failures |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `goodput at ten times the capacity: ${overload10_goodput} of the peak`,
    `${recovery === null ? 'not answered in time again' : `answered again ${recovery} ms`} after the overload`,
    `${retryAmplification} sends a call in it`,
    '',
  ].join('\n');
}

/** Returns what is wrong in one line. */
function readOptions(): { json: boolean; seconds: number } | string {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '5' } },
    });
    const seconds = Number(values.seconds);
    if (seconds >= 1 && seconds <= 60) return { json: values.json, seconds };
    return `--seconds is ${values.seconds}, but must be from 1 to 60`;
  } catch (error) {
    return (error as Error).message.replaceAll('\n', ' ');
  }
}

function fail(why: string, code: number): number {
  process.stderr.write(`${why}; ${USAGE}`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: why })}\n`);
  return code;
}

const TIMEOUT_MS = 200;
/** Eight places, 4 ms each: timers are late, so it is less. */
const NOMINAL_PER_SECOND = 2_000;
/** The peak is the best of those up to 1.2; the last is the overload. */
const FACTORS = [0.5, 0.8, 1, 1.2, 2, 10];
/** The rest may be under way at the end of the tenth. */
const ANSWERED_SHARE = 0.95;
const USAGE = 'usage: corepack pnpm overload [--seconds N] [--json]\n';

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = fail(`the run failed: ${error instanceof Error ? error.message : String(error)}`, 1);
}
