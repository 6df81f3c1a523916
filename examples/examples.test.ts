import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

/** Each example is run as a user would run it, to its end. */
describe('examples', () => {
  test('hello', { timeout: 60_000 }, async () => {
    expect(await run('hello/main.ts')).toBe('Hello, Ada! (a worker)\n');
  });

  test('transports: the same code over tcp, ipc and in memory', { timeout: 60_000 }, async () => {
    expect(await run('transports/main.ts')).toBe(
      'Hello, Ada! (over tcp)\nHello, Ada! (over ipc)\nHello, Ada! (over memory)\n',
    );
  });

  test('failover: a server is killed and no call fails', { timeout: 60_000 }, async () => {
    const output = await run('failover/main.ts');
    // Whichever server answered first is killed; the last reply comes from another one.
    const [, killed] = /^100 calls are under way; (north|east|south) is killed$/m.exec(output) ?? [];
    const [, last] = /Hello, Ada! \(from (north|east|south)\)\n$/.exec(output) ?? [];
    expect(output).toContain('100 calls were answered');
    expect(killed).toBeDefined();
    expect(last).toBeDefined();
    expect(last).not.toBe(killed);
  });
});

async function run(file: string): Promise<string> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', path], {
    timeout: 50_000,
  });
  expect(stderr).toBe('');
  return stdout;
}
