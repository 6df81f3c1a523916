import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Whether a system tool that a test needs is there: `describe.skipIf(!requires('ip', 'apt-get install iproute2'))`.
 *
 * Where it is missing the tests are skipped with one line that says what to install. Under `CI=true` a missing tool is
 * a failure instead: a test that never runs there would guard nothing.
 */
export function requires(tool: string, install: string): boolean {
  if (isOnPath(tool)) return true;
  const message = `these tests need \`${tool}\`: ${install}`;
  if (process.env['CI'] === 'true') throw new Error(message);
  process.stderr.write(`skipped: ${message}\n`);
  return false;
}

function isOnPath(tool: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => isExecutable(join(folder, tool)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
