import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Everything but the tests, in one command: `corepack pnpm check`. Every step runs, also after one has failed; a step
 * that passes says so in one line, and one that fails shows its tool's own words. `check types lint` runs only those.
 */
function check(wanted: readonly string[]): number {
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    const names = STEPS.map((step) => step.name).join(', ');
    process.stderr.write(`no step is named ${unknown.join(', ')}; there are: ${names}\n`);
    return 2;
  }
  const steps = STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name));
  const failed = steps.filter((step) => !passes(step)).map((step) => step.name);
  process.stdout.write(failed.length === 0 ? 'check: ok\n' : `check: FAILED: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

function passes(step: Step): boolean {
  const [tool, ...args] = step.command;
  const startedAtMs = performance.now();
  const run = spawnSync(tool, args, { cwd: root, encoding: 'utf8', env: toolEnv(), maxBuffer: OUTPUT_BYTES_MAX });
  const ok = run.status === 0;
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(8)}  ${seconds.padStart(5)} s  ${step.what}\n`);
  if (ok) return true;

  process.stdout.write(`\n${run.stdout ?? ''}${run.stderr ?? ''}`);
  if (run.error) process.stdout.write(`could not run ${tool}: ${run.error.message}\n`);
  if (step.remedy) process.stdout.write(`to put it right: ${step.remedy}\n`);
  process.stdout.write('\n');
  return false;
}

/** The tools of this repository come before any others of the same name. */
function toolEnv(): NodeJS.ProcessEnv {
  const tools = join(root, 'node_modules', '.bin');
  return { ...process.env, PATH: [tools, process.env['PATH'] ?? ''].join(delimiter) };
}

interface Step {
  readonly name: string;
  readonly what: string;
  readonly command: readonly [tool: string, ...args: string[]];
  /** The command that puts a failure right, where there is one. */
  readonly remedy?: string;
}

// In this order: the later steps read what `tsc -b` writes to dist.
const STEPS: readonly Step[] = [
  { name: 'types', what: 'TypeScript, every project', command: ['tsc', '-b'] },
  { name: 'lint', what: 'oxlint, with types', command: ['oxlint'] },
  { name: 'format', what: 'oxfmt', command: ['oxfmt', '--check'], remedy: 'corepack pnpm format' },
  { name: 'unused', what: 'knip: files, exports, dependencies', command: ['knip', '--no-progress'] },
  { name: 'packages', what: 'the tarballs npm would get', command: ['tsx', 'scripts/check-packages.ts'] },
];

// A type check of a tree in upheaval prints thousands of lines.
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const root = fileURLToPath(new URL('..', import.meta.url));

process.exitCode = check(process.argv.slice(2));
