import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Starts a TypeScript file as a process of its own, with a message channel to this one. If this file is compiled, so
 * is the other.
 *
 * What it prints goes to stderr, because stdout belongs to the result. The loader is named here and
 * not inherited, so that it works whatever started this process.
 */
export function forkTypeScript(file: URL, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(file);
  return fork(isSource ? path : path.replace(/\.ts$/, '.js'), args, {
    execArgv: isSource ? ['--import', pathToFileURL(require.resolve('tsx')).href] : [],
    stdio: ['ignore', process.stderr.fd, process.stderr.fd, 'ipc'],
  });
}

const isSource = import.meta.url.endsWith('.ts');
const require = createRequire(import.meta.url);
