import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { EndpointError } from './endpoint.ts';
import { LOST, RecordedLink, RecordedListener, until } from './recorder.test-kit.ts';
import type { Link } from './transport.ts';
import { transportFor } from './transports.ts';

/** What every transport keeps to, whatever carries it and however it is dialled. */
describe.each([
  ['memory', {}],
  ['ipc', {}],
  ['tcp', {}],
  ['ipc', { lifeline: true }],
  ['tcp', { lifeline: true }],
] as const)('%s, dialled with %o', (scheme, options) => {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-'));
  const fresh = { memory: 'memory://test', ipc: `ipc://${folder}/socket`, tcp: 'tcp://127.0.0.1:*' }[scheme];
  const transport = transportFor(fresh);
  const open: { close(): Promise<void> }[] = [];

  afterEach(async () => {
    await Promise.all(open.splice(0).map((end) => end.close()));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const listen = async (endpoint: string = fresh): Promise<RecordedListener> => {
    const recorded = await RecordedListener.on(transport, endpoint);
    open.push(recorded.listener);
    return recorded;
  };

  const dial = (endpoint: string): RecordedLink => {
    const recorded = new RecordedLink(transport, endpoint, options);
    open.push(recorded.link);
    return recorded;
  };

  /** An endpoint that nobody listens on, now. */
  const silent = async (): Promise<string> => {
    const { listener } = await listen();
    await listener.close();
    return listener.endpoint;
  };

  /** A link that its listener has heard. */
  const connect = async (listener: RecordedListener): Promise<RecordedLink> => {
    const heard = listener.log.length;
    const link = dial(listener.endpoint);
    await link.send('hello');
    await until(() => expect(listener.log.length).toBe(heard + 1));
    return link;
  };

  test('carries messages both ways, whole and in order', async () => {
    const listener = await listen();
    const link = dial(listener.endpoint);
    for (let i = 0; i < 100; i++) expect(await link.send(`head ${i}`, `body ${i}`)).toBe('sent');
    await until(() => expect(listener.log.length).toBe(100));
    expect(listener.texts).toEqual(Array.from({ length: 100 }, (_, i) => `head ${i}|body ${i}`));

    for (let i = 0; i < 100; i++) expect(await listener.send(listener.lastPeer, `${i}`, '', 'x')).toBe('sent');
    await until(() => expect(link.log.length).toBe(100));
    expect(link.log).toEqual(Array.from({ length: 100 }, (_, i) => `${i}||x`));
  });

  test('numbers each connection anew', async () => {
    const listener = await listen();
    await connect(listener);
    const first = listener.lastPeer;
    await connect(listener);
    expect(listener.lastPeer).not.toBe(first);
    expect(listener.lastPeer).toBeGreaterThan(0);
  });

  test('tells each peer only what it is sent', async () => {
    const listener = await listen();
    const [a, peerA] = [await connect(listener), listener.lastPeer];
    const [b, peerB] = [await connect(listener), listener.lastPeer];
    await listener.send(peerA, 'for a');
    await listener.send(peerB, 'for b');
    await until(() => expect([a.log, b.log]).toEqual([['for a'], ['for b']]));
  });

  test('keeps what is sent before anybody listens', async () => {
    const endpoint = await silent();
    const link = dial(endpoint);
    await link.send('early');
    await until(() => expect(link.notices).toEqual(['refused']));
    const listener = await listen(endpoint);
    await until(() => expect(listener.texts).toEqual(['early']));
    await until(() => expect(link.notices).toEqual(['refused', 'connected']));
  });

  test('says "full" before it forgets a message', async () => {
    const endpoint = await silent();
    const link = dial(endpoint);
    let sent = 0;
    while (sent < 10_000 && (await link.send(`${sent}`)) === 'sent') sent += 1;
    expect(await link.send('too much')).toBe('full');
    expect(sent).toBeGreaterThan(100);
    const listener = await listen(endpoint);
    await until(() => expect(listener.log.length).toBe(sent));
    expect(listener.texts).toEqual(Array.from({ length: sent }, (_, i) => `${i}`));
    expect(await link.send('room again')).toBe('sent');
    await until(() => expect(listener.texts.at(-1)).toBe('room again'));
  });

  test('carries large frames without sharing them', async () => {
    const listener = await listen();
    const link = await connect(listener);
    const body = new Uint8Array(1_048_576).fill(7);
    await link.link.send([new Uint8Array([1]), body]);
    await until(() => expect(listener.frames.length).toBe(2));
    const received = listener.frames[1]![1]!;
    expect(received).toHaveLength(1_048_576);
    expect(received.every((byte) => byte === 7)).toBe(true);
    received.fill(8);
    expect(body.every((byte) => byte === 7)).toBe(true);
  });

  test('tells of the end of a link after all that it sent', async () => {
    const listener = await listen();
    const link = await connect(listener);
    const peer = listener.lastPeer;
    for (let i = 0; i < 100; i++) await link.send(`${i}`);
    await link.link.close(1_000);
    await until(() => expect(listener.texts.at(-1)).toBe(LOST));
    expect(listener.texts.slice(1, -1)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    expect(listener.lastPeer).toBe(peer);
    expect(await listener.send(peer, 'too late')).toBe('gone');
  });

  test('tells of the end of a listener after all that it sent, and finds the next one', async () => {
    const first = await listen();
    const link = await connect(first);
    for (let i = 0; i < 100; i++) await first.send(first.lastPeer, `${i}`);
    await first.listener.close(1_000);
    await until(() => expect(link.log.at(-1)).toBe(LOST));
    expect(link.log.slice(0, -1)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));

    const second = await listen(first.endpoint);
    await link.send('again');
    await until(() => expect(second.texts).toEqual(['again']));
    expect(second.lastPeer).toBeGreaterThan(first.lastPeer);
    expect(link.notices.filter((notice) => notice === 'connected')).toHaveLength(2);
    await second.send(second.lastPeer, 'welcome back');
    await until(() => expect(link.log.at(-1)).toBe('welcome back'));
  });

  test('brings nothing twice, and nothing out of order, when one listener goes and the next comes', async () => {
    const first = await listen();
    const link = await connect(first);
    const count = 3_000;
    let second: RecordedListener | undefined;
    for (let i = 0; i < count; i++) {
      while ((await link.send(`${i}`)) === 'full') await new Promise(setImmediate);
      if (i === 1_000) void first.listener.close();
      if (i === 1_500) second = await until(() => listen(first.endpoint));
      if (i % 100 === 0) await new Promise(setImmediate);
    }
    await until(() => expect(second!.texts.at(-1)).toBe(`${count - 1}`));
    const arrived = [...first.texts.slice(1), ...second!.texts].filter((text) => text !== LOST).map(Number);
    expect(arrived).toEqual([...new Set(arrived)].toSorted((a, b) => a - b));
    // All but what the system had taken for the first.
    expect(arrived.length).toBeGreaterThan(1_500);
  });

  test('says nothing of a connection that said nothing', async () => {
    const listener = await listen();
    const mute = dial(listener.endpoint);
    await until(() => expect(mute.notices).toEqual(['connected']));
    await mute.link.close();
    const other = await connect(listener);
    await other.link.close();
    await until(() => expect(listener.texts).toEqual(['hello', LOST]));
  });

  test('knows no peer that it never met', async () => {
    const listener = await listen();
    expect(await listener.send(4_000_000, 'who?')).toBe('gone');
  });

  test('is silent once closed', async () => {
    const listener = await listen();
    const link = await connect(listener);
    const peer = listener.lastPeer;
    await link.send('on its way');
    await Promise.all([listener.listener.close(), link.link.close()]);
    await Promise.all([listener.listener.close(), link.link.close()]);
    expect(await link.send('no')).toBe('gone');
    expect(await listener.send(peer, 'no')).toBe('gone');
    expect([listener.texts, link.log]).toEqual([['hello'], []]);
  });

  test('is silent from the message on at which its owner closes it', async () => {
    const heard: string[] = [];
    const closing = (name: string, end: () => { close(): Promise<void> }) => ({
      onMessage: () => {
        heard.push(name);
        void end().close();
      },
      onLost: () => heard.push(`${name} lost`),
      onNotice: () => undefined,
    });
    const listener = await listen();
    const link: Link = transport.dial(
      listener.endpoint,
      closing('link', () => link),
      options,
    );
    open.push(link);
    await link.send([new Uint8Array([1])]);
    await until(() => expect(listener.log.length).toBe(1));
    for (let i = 0; i < 10; i++) await listener.send(listener.lastPeer, `${i}`);
    await until(() => expect(listener.texts.at(-1)).toBe(LOST));
    expect(heard).toEqual(['link']);
  });

  test('refuses to listen twice', async () => {
    const listener = await listen();
    const refused = listen(listener.endpoint);
    await expect(refused).rejects.toThrow(EndpointError);
    await expect(refused).rejects.toMatchObject({ code: 'taken', endpoint: listener.endpoint });
    await expect(refused).rejects.toThrow(`cannot listen on ${listener.endpoint}: `);
    // The first one has not noticed.
    await connect(listener);
  });

  test('can be listened on again directly after a close', async () => {
    const endpoint = await silent();
    for (let i = 0; i < 10; i++) {
      const listener = await listen(endpoint);
      await connect(listener);
      expect(listener.texts).toEqual(['hello']);
      await listener.listener.close();
    }
  });
});

test('a message of no frames is a bug', () => {
  const { link } = new RecordedLink(transportFor('tcp://127.0.0.1:9'), 'tcp://127.0.0.1:9');
  expect(() => link.send([])).toThrow("Reeve's own invariant is broken");
  void link.close();
});
