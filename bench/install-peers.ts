import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Installs what the peers need, in the versions of their lockfile, and runs no script of theirs. */
export async function installPeers(): Promise<void> {
  // The pnpm that runs us, else the one that corepack brings.
  const runner = process.env['npm_execpath'] ?? '';
  const [program, ...first] = /pnpm\.[cm]?js$/.test(runner) ? [process.execPath, runner] : ['corepack', 'pnpm'];
  const args = [...first, 'install', '--frozen-lockfile', '--ignore-scripts', '--prefer-offline'];
  try {
    await promisify(execFile)(program, args, { cwd: PEERS, env: { ...process.env, CI: 'true' }, timeout: INSTALL_MS });
  } catch (error) {
    const { stdout = '', message } = error as Error & { stdout?: string };
    const why = `the peers could not be installed in bench/peers: ${stdout.trim() || message}`;
    throw new Error(why, { cause: error });
  }
}

/** Versions of the packages that the peers are made of. */
export async function peerVersions(): Promise<Record<string, string>> {
  const text = await readFile(new URL('peers/package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { dependencies: Record<string, string> }).dependencies;
}

const PEERS = fileURLToPath(new URL('peers/', import.meta.url));
const INSTALL_MS = 300_000;
