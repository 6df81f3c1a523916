import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Compiles what the bench measures. Quick when nothing has changed. */
export async function compilePackages(): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const projects = ['broker', 'client', 'worker', 'cli'].map((name) => `packages/${name}`);
  await promisify(execFile)(`${root}node_modules/.bin/tsc`, ['-b', ...projects], { cwd: root });
}
