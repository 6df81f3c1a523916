import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { IpcEndpoint } from './endpoint.ts';
import { claimIpcPath } from './ipc-claim.ts';

const folder = mkdtempSync(join(tmpdir(), 'reeve-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function fresh(): IpcEndpoint {
  const path = join(folder, `${(count += 1)}`);
  return { scheme: 'ipc', text: `ipc://${path}`, path };
}

/** Accepts connections on a path, as a process would that knows nothing of claims. */
async function occupy(path: string): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return () => new Promise((resolve) => server.close(() => resolve()));
}

test('leaves its process id beside the path, and nothing when it is given back', async () => {
  const endpoint = fresh();
  const claim = await claimIpcPath(endpoint);
  expect(readFileSync(`${endpoint.path}.lock`, 'utf8')).toBe(`${process.pid}\n`);
  claim.release();
  expect(existsSync(`${endpoint.path}.lock`)).toBe(false);
});

test('is refused while somebody answers on the path, and names who', async () => {
  const endpoint = fresh();
  const leave = await occupy(endpoint.path);
  writeFileSync(`${endpoint.path}.lock`, '12345\n');
  await expect(claimIpcPath(endpoint)).rejects.toMatchObject({
    code: 'taken',
    message: `cannot listen on ${endpoint.text}: process 12345 listens there; stop it, or choose another path`,
  });
  expect(existsSync(`${endpoint.path}.lock`)).toBe(true);
  await leave();
});

test('is refused while somebody answers who has no claim', async () => {
  const endpoint = fresh();
  const leave = await occupy(endpoint.path);
  await expect(claimIpcPath(endpoint)).rejects.toMatchObject({
    code: 'taken',
    message: expect.stringContaining('another process listens there') as string,
  });
  expect(existsSync(`${endpoint.path}.lock`)).toBe(false);
  await leave();
});

test.each([
  ['a dead process', '4194304999\n'],
  ['a living one that does not answer', `${process.ppid}\n`],
  ['nobody', ''],
  ['something unreadable', 'what?'],
])('takes over what %s left', async (_, holder) => {
  const endpoint = fresh();
  writeFileSync(`${endpoint.path}.lock`, holder);
  const claim = await claimIpcPath(endpoint);
  expect(readFileSync(`${endpoint.path}.lock`, 'utf8')).toBe(`${process.pid}\n`);
  claim.release();
});

test('never removes a file that is no socket', async () => {
  const endpoint = fresh();
  writeFileSync(endpoint.path, 'precious');
  await expect(claimIpcPath(endpoint)).rejects.toMatchObject({
    code: 'taken',
    message: expect.stringContaining('there is something else at this path') as string,
  });
  expect(readFileSync(endpoint.path, 'utf8')).toBe('precious');
});

test('says which directory is missing', async () => {
  const path = join(folder, 'missing', 'socket');
  await expect(claimIpcPath({ scheme: 'ipc', text: `ipc://${path}`, path })).rejects.toMatchObject({
    code: 'no_such_directory',
    message: expect.stringContaining(`there is no directory ${join(folder, 'missing')}; create it`) as string,
  });
});
