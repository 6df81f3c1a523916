import { readOptions } from './options.ts';
import type { Result } from './run-rules.ts';
import { runRules, totals } from './run-rules.ts';
import { citation } from './rules.ts';

/** `corepack pnpm conformance --endpoint tcp://…`: whether a broker keeps to the Majordomo protocol, rule by rule. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n`);
    return 2;
  }
  const results = await runRules(options);
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  // With --json standard output holds one line, for programs; what failed is still said, for people.
  if (options.isJson) process.stderr.write(failed.map(describe).join(''));
  else process.stdout.write(results.map(describe).join(''));
  process.stdout.write(`${JSON.stringify(totals(results))}\n`);
  return failed.length === 0 ? 0 : 1;
}

function describe({ rule, dialect, outcome, difference, why }: Result): string {
  const lines = [
    `${outcome.padEnd(7)}  ${rule.id.padEnd(3)}  ${dialect.name.padEnd(15)}  ${rule.text}`,
    `${' '.repeat(31)}${rule.level}: ${citation(rule, dialect.rfc)}`,
  ];
  if (why !== undefined) lines.push(`  why:      ${why}`);
  if (difference !== undefined) lines.push(`  expected: ${difference.expected}`, `  seen:     ${difference.seen}`);
  return `${lines.join('\n')}\n`;
}

process.exitCode = await main();
