import type { LocatedLock } from '@reeve/codegen';
import { diffLocks, LOCK_FILE, readLock } from '@reeve/codegen';
import type { CommandBody } from '../command.ts';
import { command } from '../command.ts';
import { annotations } from '../diff/annotations.ts';
import { changeLines, countsText } from '../diff/change-lines.ts';
import { countsOf, type Judged, judge, type Rollout } from '../diff/judge.ts';
import { CommandError, usageError } from '../failure.ts';

export const diffCommand: CommandBody = command({
  args: [
    { name: 'OLD', what: `A lock file, contracts, or a lock in git such as main:${LOCK_FILE}` },
    { name: 'NEW', what: `The same. Default: ${LOCK_FILE}`, isOptional: true },
  ],
  options: {
    rollout: {
      kind: 'choice',
      choices: ['any', 'workers-first', 'callers-first'],
      what: 'Who gets the new version first. Default: any, so that neither side may be harmed',
    },
    'allow-unproved': { kind: 'flag', what: 'Do not fail for changes of which nobody can tell what they do' },
    format: { kind: 'choice', choices: ['text', 'github'], what: 'Lines for people, or annotations for GitHub' },
  },
  details: ['Exit code 0: nothing breaks. 1: something does, or may. 2: OLD or NEW cannot be read.'],
  examples: [
    `reeve diff main:${LOCK_FILE} ${LOCK_FILE}`,
    `reeve diff main:${LOCK_FILE} 'src/**/*.contract.ts' --rollout workers-first --format github`,
  ],
  async run({ args, options }, { terminal, output }) {
    const [oldSource = '', newSource = LOCK_FILE] = args;
    const { cwd } = terminal;
    const reading = readBoth(oldSource, newSource, cwd);
    const [old, fresh] = await output.whileWaiting('reading contracts…', reading);
    const rollout: Rollout = options.rollout ?? 'any';
    const changes = judge(diffLocks(old.lock, fresh.lock), { rollout, allowsUnproved: options['allow-unproved'] });
    const counts = countsOf(changes);
    const lines =
      options.format === 'github'
        ? await annotations(changes, { ...old.files, ...fresh.files }, cwd)
        : changeLines(changes);
    output.result({ rollout, ...counts, changes }, [...lines, countsText(counts), ''].join('\n'));
    const harmful = changes.filter(({ fails }) => fails);
    if (harmful.length > 0) throw breakingError(harmful);
  },
});

/** Contracts run code, one version after the other: both may be of the same files. */
async function readBoth(old: string, fresh: string, cwd: string): Promise<[LocatedLock, LocatedLock]> {
  try {
    return [await readLock(old, cwd), await readLock(fresh, cwd)];
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.name !== 'CodegenError') throw thrown;
    const { message, hint } = thrown as Error & { readonly hint: string };
    throw usageError(message.endsWith(hint) ? message.slice(0, -hint.length).trim() : message, hint, thrown);
  }
}

function breakingError(harmful: readonly Judged[]): Error {
  const paths = [...new Set(harmful.map(({ path }) => path))];
  const shown = paths.slice(0, PATHS_SHOWN).join(', ') + (paths.length > PATHS_SHOWN ? ', …' : '');
  const isProved = harmful.some(({ verdict }) => verdict !== 'unproved');
  const message = isProved
    ? `the new version breaks the old one: ${shown}`
    : `nobody can tell what this breaks: ${shown}`;
  const next = isProved
    ? 'keep what is there and add beside it, or give the service a new name; --rollout tells who goes first'
    : 'look at these changes, and add --allow-unproved if they are harmless';
  return new CommandError({ code: 'failed_precondition', reason: isProved ? 'breaking' : 'unproved', message, next });
}

const PATHS_SHOWN = 3;
