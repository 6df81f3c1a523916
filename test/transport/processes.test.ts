import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transportFor } from '@reeve/protocol/io';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { LOST, RecordedLink, RecordedListener, until } from '../../packages/protocol/src/io/recorder.test-kit.ts';
import type { PeerProcess } from './peer-process.ts';
import { startPeer } from './peer-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'reeve-'));
const transport = transportFor('tcp://127.0.0.1:5555');
const open: { close(): Promise<void> }[] = [];
const numbers = Array.from({ length: 100 }, (_, i) => `${i}`);

afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(role: Parameters<typeof startPeer>[0], endpoint: string): PeerProcess {
  const peer = startPeer(role, endpoint, folder);
  open.push({ close: () => peer.kill() });
  return peer;
}

async function listen(endpoint: string): Promise<RecordedListener> {
  const recorded = await RecordedListener.on(transport, endpoint);
  open.push(recorded.listener);
  return recorded;
}

function dial(endpoint: string): RecordedLink {
  const recorded = new RecordedLink(transport, endpoint);
  open.push(recorded.link);
  return recorded;
}

/** A port that is free, now. */
async function freePort(): Promise<string> {
  const { listener } = await RecordedListener.on(transport, 'tcp://127.0.0.1:*');
  await listener.close();
  return listener.endpoint;
}

describe.each(['tcp', 'ipc'])('over %s', (scheme) => {
  const place = (name: string): Promise<string> =>
    scheme === 'tcp' ? freePort() : Promise.resolve(`ipc://${folder}/${name}`);

  test('a link finds the next listener after the first was killed', async () => {
    const endpoint = await place('killed-listener');
    const first = start('echo', endpoint);
    expect(await first.said).toBe('ready');
    const link = dial(endpoint);
    await link.send('one');
    await until(() => expect(link.log).toEqual(['one']));
    await first.kill();
    await until(() => expect(link.log).toEqual(['one', LOST]));

    const second = start('echo', endpoint);
    expect(await second.said).toBe('ready');
    await link.send('two');
    await until(() => expect(link.log).toEqual(['one', LOST, 'two']));
  });

  test('a listener reads everything of a process that was killed, then hears of its end', async () => {
    const listener = await listen(scheme === 'tcp' ? 'tcp://127.0.0.1:*' : await place('killed-peer'));
    const peer = start('pour', listener.endpoint);
    expect(await peer.said).toBe('ready');
    await until(() => expect(listener.texts).toEqual(numbers));
    await peer.kill();
    await until(() => expect(listener.texts).toEqual([...numbers, LOST]));
  });

  test('what is sent before a process ends by itself arrives', async () => {
    const listener = await listen(scheme === 'tcp' ? 'tcp://127.0.0.1:*' : await place('leaving'));
    const peer = start('leave', listener.endpoint);
    expect(await peer.ended).toBe(0);
    await until(() => expect(listener.texts).toEqual([...numbers, LOST]));
  });
});

test('a process that stands still is given up by both kinds of end, and found again', async () => {
  const endpoint = await freePort();
  const echo = start('echo', endpoint);
  expect(await echo.said).toBe('ready');
  const link = dial(endpoint);
  await link.send('one');
  await until(() => expect(link.log).toEqual(['one']));
  const listener = await listen('tcp://127.0.0.1:*');
  const pour = start('pour', listener.endpoint);
  await until(() => expect(listener.texts).toEqual(numbers));

  for (const peer of [echo, pour]) peer.signal('SIGSTOP');
  await until(() => expect(link.log).toEqual(['one', LOST]));
  await until(() => expect(listener.texts).toEqual([...numbers, LOST]));
  for (const peer of [echo, pour]) peer.signal('SIGCONT');
  await until(async () => {
    await link.send('two');
    expect(link.log).toContain('two');
  });
});

test('a process with a blocked loop is kept if it dials as workers do or asks for patience, else lost', async () => {
  const listener = await listen('tcp://127.0.0.1:*');
  const roles = ['block', 'block-on-lifeline', 'block-patiently'] as const;
  for (const role of roles) start(role, listener.endpoint);
  const toldBy = (role: string): string[] => {
    const peer = listener.log.find(([, text]) => text === role)?.[0];
    return listener.log.filter(([from]) => from === peer).map(([, text]) => text);
  };
  await until(() => expect(roles.map((role) => toldBy(role).length)).toEqual([2, 2, 2]));
  expect(roles.map((role) => toldBy(role)[1])).toEqual([LOST, 'block-on-lifeline', 'block-patiently']);
});

test('open links and unsent messages do not keep a process from its exit', async () => {
  expect(await start('quit', await freePort()).ended).toBe(0);
});

describe('a path', () => {
  test('is not taken from a process that listens on it, but from one that was killed', async () => {
    const endpoint = `ipc://${folder}/guarded`;
    const holder = start('echo', endpoint);
    expect(await holder.said).toBe('ready');
    await expect(listen(endpoint)).rejects.toMatchObject({
      code: 'taken',
      message: `cannot listen on ${endpoint}: process ${holder.pid} listens there; stop it, or choose another path`,
    });
    const link = dial(endpoint);
    await link.send('still there');
    await until(() => expect(link.log).toEqual(['still there']));

    await holder.kill();
    expect(existsSync(join(folder, 'guarded'))).toBe(true);
    const listener = await listen(endpoint);
    await link.send('new here');
    await until(() => expect(listener.texts).toEqual(['new here']));
  });

  test('goes to one of two processes that start at the same moment', async () => {
    const endpoint = `ipc://${folder}/contested`;
    const said = await Promise.all([start('echo', endpoint).said, start('echo', endpoint).said]);
    expect(said).toContain('ready');
    expect(said.filter((what) => what.includes('listens there'))).toHaveLength(1);
  });

  test('is clean after its listener was closed', async () => {
    const { listener } = await listen(`ipc://${folder}/tidy`);
    expect(existsSync(join(folder, 'tidy'))).toBe(true);
    await listener.close();
    expect([existsSync(join(folder, 'tidy')), existsSync(join(folder, 'tidy.lock'))]).toEqual([false, false]);
  });
});
