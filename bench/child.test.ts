import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { Child } from './child.ts';
import { compilePrograms } from './compile-programs.ts';
import { freeEndpoint } from './free-endpoint.ts';

/** A program that listens and does nothing else. */
async function listener(): Promise<[command: string[], endpoint: string]> {
  const endpoint = await freeEndpoint();
  // Deaf to the keyboard, as what a shell runs behind it is.
  const source = `
    process.on('SIGINT', () => undefined);
    require('net').createServer((socket) => socket.end()).listen(${new URL(endpoint).port}, '127.0.0.1');
  `;
  return [[process.execPath, '-e', source], endpoint];
}

describe('a process of a contender', () => {
  beforeAll(() => compilePrograms(['contenders/empty.ts', 'figures.ts']));

  test('that is a program is ready when it listens, and is gone when it was stopped', async () => {
    const [command, endpoint] = await listener();
    const child = await Child.startProgram(command, endpoint);
    expect(isAlive(child.pid)).toBe(true);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
    // Its port is free again.
    const server = createServer().listen(Number(new URL(endpoint).port), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  test.each([
    ['was killed', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['was ended from the keyboard', (pid: number) => process.kill(-pid, 'SIGINT')],
  ])('that is a program ends when the bench %s', async (_, end) => {
    const [command, endpoint] = await listener();
    const source = `
      const { Child } = await import(${JSON.stringify(new URL('child.ts', import.meta.url).href)});
      const child = await Child.startProgram(${JSON.stringify(command)}, ${JSON.stringify(endpoint)});
      process.send(child.pid);
    `;
    const url = `data:text/javascript,${encodeURIComponent(source)}`;
    const bench = fork(new URL('contenders/empty.ts', import.meta.url), {
      // A group of its own, as what is started from a terminal has.
      detached: true,
      execArgv: ['--import', 'tsx', '--import', url],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [pid] = (await once(bench, 'message')) as [number];
    expect(isAlive(pid)).toBe(true);
    end(bench.pid!);
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  test('that is a file of ours answers questions', async () => {
    const child = await Child.start('contenders/empty.ts');
    const { heapBytes } = await child.ask<{ heapBytes: number }>({ kind: 'memory' }, 5_000);
    expect(heapBytes).toBeGreaterThan(1_000_000);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
  });

  test('that ends before it is ready is not waited for', async () => {
    // Nothing but definitions.
    await expect(Child.start('figures.ts')).rejects.toThrow('a process ended too early, with 0');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
