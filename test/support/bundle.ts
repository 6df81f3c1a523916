import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * Makes one file of each program and of all that it loads, in a folder. Tests start processes by the dozen: transpiled
 * as they are loaded they would take most of the machine's time, and what is timed would be their starts.
 */
export function bundlePrograms(programs: readonly URL[], folder: string): void {
  buildSync({
    entryPoints: programs.map((program) => fileURLToPath(program)),
    outdir: folder,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // The native part of ZeroMQ is looked up where this file says that it is, from wherever the bundle lies.
    define: { 'import.meta.url': JSON.stringify(LIFELINE) },
    logLevel: 'error',
  });
}

/** Where the bundle of a program is. */
export function bundleOf(program: string, folder: string): string {
  return join(folder, `${basename(program, '.ts')}.mjs`);
}

const LIFELINE = new URL('../../packages/protocol/src/io/lifeline.ts', import.meta.url).href;
