import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Compiles the programs that contenders are made of, each with what it imports. So a process is plain JavaScript, as
 * it is where Reeve is used: with a compiler in it, it would start later and collect garbage for longer.
 *
 * `which`: folders or files of `bench/`.
 */
export async function compilePrograms(which: readonly string[] = ['contenders', 'relay.ts']): Promise<void> {
  await build({
    ...OPTIONS,
    entryPoints: files(which),
    outbase: BENCH,
    outdir: BENCH + OUT,
    // These are used as they are published.
    external: ['zeromq', 'msgpackr', 'zod'],
  });
}

/** Compiles those that need the packages of `bench/peers`, beside which they must lie. */
export async function compilePeers(): Promise<void> {
  await build({ ...OPTIONS, entryPoints: files(['peers']), outdir: BENCH + PEERS_OUT, packages: 'external' });
}

/** Where a file of `bench/` is once it is compiled. */
export function programPath(file: string): string {
  const name = file.replace(/\.ts$/, '.mjs');
  return BENCH + (name.startsWith('peers/') ? name.replace('peers', PEERS_OUT) : join(OUT, name));
}

function files(which: readonly string[]): string[] {
  return which.flatMap((name) => {
    if (name.endsWith('.ts')) return [BENCH + name];
    const found = readdirSync(BENCH + name, { recursive: false, encoding: 'utf8' });
    return found.filter((one) => one.endsWith('.ts')).map((one) => join(BENCH, name, one));
  });
}

const BENCH = fileURLToPath(new URL('.', import.meta.url));
const OUT = 'dist/programs';
const PEERS_OUT = 'peers/dist';
const OPTIONS = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
} as const;
