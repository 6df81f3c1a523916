import { parseArgs } from 'node:util';
import { Child } from '../child.ts';
import { compilePrograms } from '../compile-programs.ts';
import { freeEndpoint } from '../free-endpoint.ts';
import { machineFacts } from '../machine.ts';
import type { OverloadReport } from './measure-overload.ts';
import { measureOverload } from './measure-overload.ts';
import type { OpenLoopAnswer } from './open-loop.ts';

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
  await compilePrograms();
  const endpoint = await freeEndpoint();
  const children: Child[] = [];
  try {
    children.push(await Child.start('contenders/reeve-broker.ts', [endpoint]));
    for (let i = 0; i < 2; i++) {
      children.push(await Child.start('contenders/pool-worker.ts', [endpoint, '4', '4']));
    }
    const client = await Child.start('contenders/open-loop-client.ts', [endpoint]);
    children.push(client);
    const report = await measureOverload(
      (order) => client.ask<OpenLoopAnswer>(order, (order.seconds + 20) * 1_000),
      options.seconds,
    );
    if (options.json) process.stdout.write(`${JSON.stringify({ machine: machineFacts(), ...report })}\n`);
    else process.stdout.write(format(report));
    return 0;
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

function format({
  capacityPerSecond,
  rows,
  overload10_goodput,
  recoveryMs: recovery,
  retryAmplification,
}: OverloadReport): string {
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

const USAGE = 'usage: corepack pnpm overload [--seconds N] [--json]\n';

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = fail(`the run failed: ${error instanceof Error ? error.message : String(error)}`, 1);
}
