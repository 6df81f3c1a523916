import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * Makes one file of each program and of all that it loads. A run starts a hundred processes: transpiled as they are
 * loaded they would take most of the machine's time, and what is measured would be their starts.
 */
export function bundlePrograms(folder: string): void {
  buildSync({
    entryPoints: NAMES.map((name) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // The native part of ZeroMQ is looked up where this file says that it is, from wherever the bundle lies.
    define: { 'import.meta.url': JSON.stringify(SOCKETS) },
    logLevel: 'error',
  });
}

/** The file of a program that was bundled. */
export function programFile(folder: string, name: ProgramName): string {
  return join(folder, `${name}.mjs`);
}

export type ProgramName = (typeof NAMES)[number];

const NAMES = ['bridge', 'broker', 'client', 'worker'] as const;
const SOCKETS = new URL('../../packages/protocol/src/io/zeromq-sockets.ts', import.meta.url).href;
