import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
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

  test(
    'threads: handlers that compute leave the loop free, and stop with their calls',
    { timeout: 60_000 },
    async () => {
      expect(await run('threads/main.ts')).toBe(
        '78498 and 148933 primes\nthe loop was free meanwhile\n' +
          '[deadline_exceeded] primes.count: the deadline passed after the call was handed on\n',
      );
    },
  );

  test('threads: the page about them shows their code', async () => {
    const [page, handlers, main] = await Promise.all(
      ['../docs/threads.md', 'threads/primes.handlers.ts', 'threads/main.ts'].map(read),
    );
    const blocks = [...page!.matchAll(/```ts\n(?:\/\/ .*\n)?([^]*?)```/g)].map(([, text]) => text!);
    expect(blocks).toHaveLength(2);
    expect(handlers).toBe(blocks[0]);
    expect(main).toContain(blocks[1]);
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

async function read(file: string): Promise<string> {
  return readFile(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
}

async function run(file: string): Promise<string> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', path], {
    timeout: 50_000,
  });
  expect(stderr).toBe('');
  return stdout;
}
