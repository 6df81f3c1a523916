import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentCountMax } from './plan.ts';

export interface DemoOptions {
  /** How many documents to render; by default what a single process needs about half a minute for. */
  readonly documents: number | undefined;
  readonly json: boolean;
  readonly help: boolean;
  /** Where the pages go. */
  readonly folder: string;
}

/** What was typed cannot be meant. The message is one line with a next step. */
export class UsageError extends Error {}

/** Reads what was typed after the name of the command. Paths are relative to `cwd`. */
export function demoOptions(args: readonly string[], cwd: string): DemoOptions {
  const { documents, json, help, out } = parse(args);
  if (out === '') throw new UsageError('--out needs a folder: --out FOLDER.');
  return {
    documents: documents === undefined ? undefined : documentCount(documents),
    json,
    help,
    folder: out === undefined ? defaultFolder : resolve(cwd, out),
  };
}

export const usage: string = `Usage: corepack pnpm demo [options]

Renders the Markdown files below node_modules with three worker processes, kills
a worker and the broker meanwhile, and compares every document with a rendering
by a single process.

  --documents N  render N documents (1 to ${documentCountMax}); by default what a single
                 process needs about 30 s for
  --out FOLDER   where the pages go; by default examples/render-farm/out
  --json         print the result as one line of JSON; progress goes to stderr
  --help         print this

Example: corepack pnpm --silent demo --documents 200 --json
`;

function parse(args: readonly string[]): { documents?: string; out?: string; json: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        documents: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
    return values;
  } catch (error) {
    // Its first sentence says what is wrong; what follows is about other programs.
    const what = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${what}. See: corepack pnpm demo --help`);
  }
}

function documentCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= documentCountMax) return count;
  throw new UsageError(`--documents is "${text}", but must be a whole number from 1 to ${documentCountMax}.`);
}

const defaultFolder = fileURLToPath(new URL('out', import.meta.url));
