import type { LookupOptions } from 'node:dns';
import dns from 'node:dns';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Dealer, Reply, Request, Router } from 'zeromq';
import { LOST, RecordedLink, RecordedListener, until } from '../recorder.test-kit.ts';
import type { ListenOptions } from '../transport.ts';
import { readyCommand } from './commands.ts';
import { greeting } from './greeting.ts';
import { encodeMessage } from './writer.ts';
import { zmtpTransport } from './zmtp-transport.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

const ANY_PORT = 'tcp://127.0.0.1:*';

async function listen(endpoint = ANY_PORT, options?: ListenOptions): Promise<RecordedListener> {
  const recorded = await RecordedListener.on(zmtpTransport, endpoint, options);
  open.push(recorded.listener);
  return recorded;
}

function dial(endpoint: string): RecordedLink {
  const recorded = new RecordedLink(zmtpTransport, endpoint);
  open.push(recorded.link);
  return recorded;
}

function keep<T extends { close(): void }>(socket: T): T {
  open.push(socket);
  return socket;
}

test('a frame that is too large ends its connection, for both ends, and no other', async () => {
  const listener = await listen(ANY_PORT, { messageBytesMax: 1_000 });
  const [bystander, offender] = [dial(listener.endpoint), dial(listener.endpoint)];
  await bystander.send('one');
  await until(() => expect(listener.texts).toEqual(['one']));
  await offender.send('two');
  await offender.link.send([new Uint8Array(1_001)]);
  await until(() => expect(offender.log).toEqual([LOST]));
  await until(() => expect(listener.texts).toEqual(['one', 'two', LOST]));
  await bystander.send('four');
  await until(() => expect(listener.texts).toContain('four'));
  expect(bystander.log).toEqual([]);
});

describe('a listener', () => {
  test.each([
    ['tcp://203.0.113.1:5555', 'no_such_address'],
    ['tcp://no-such-host.invalid:5555', 'no_such_address'],
    ['tcp://constructor:5555', 'no_such_address'],
    ['ipc:///no/such/directory/socket', 'no_such_directory'],
    ['memory://test', 'bad_endpoint'],
    ['tcp://127.0.0.1', 'bad_endpoint'],
  ])('refuses %s: %s', async (endpoint, code) => {
    await expect(listen(endpoint)).rejects.toMatchObject({ name: 'EndpointError', code, endpoint });
  });

  test('says which port the system chose', async () => {
    const { endpoint } = await listen('tcp://127.0.0.1:0');
    expect(endpoint).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
  });

  test.each([
    ['IPv6 if the address is one', 'tcp://[::1]:*'],
    ['the network interface of a name', 'tcp://lo:*'],
    ['a name of an address', 'tcp://localhost:*'],
  ])('listens on %s', async (_, endpoint) => {
    const listener = await listen(endpoint);
    await expect(listen(listener.endpoint)).rejects.toMatchObject({ code: 'taken' });
    const link = dial(listener.endpoint);
    const other = keep(new Dealer({ linger: 0, ipv6: true }));
    other.connect(listener.endpoint);
    await link.send('hello');
    await until(() => expect(listener.texts).toEqual(['hello']));
    await other.send('hello from libzmq');
    await until(() => expect(listener.texts).toEqual(['hello', 'hello from libzmq']));
  });
});

test('a name stands for its IPv4 addresses at both ends, whatever the system prefers', async () => {
  type Done = (error: null, address: string, family: number) => void;
  const answer = (name: string, ...rest: [Done] | [LookupOptions, Done]): void => {
    const done = rest.length === 2 ? rest[1] : rest[0];
    const family = rest.length === 2 ? rest[0].family : undefined;
    if (family === 4 || name !== 'broker.test') done(null, '127.0.0.1', 4);
    else done(null, '::1', 6);
  };
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation(answer);
  open.push({ close: () => lookup.mockRestore() });
  const listener = await listen('tcp://broker.test:*');
  const link = dial(`tcp://broker.test:${new URL(listener.endpoint).port}`);
  await link.send('hello');
  await until(() => expect(listener.texts).toEqual(['hello']));
});

test('a link that lends one buffer to all that it reads keeps what it was given', async () => {
  const listener = await listen();
  const link = dial(listener.endpoint);
  await link.send('hello');
  await until(() => expect(listener.texts).toEqual(['hello']));
  // Many to a read, some across two, and more than one turn takes.
  const sizes = Array.from(
    { length: 3_000 },
    (_, i) => [5, 200, 300, 4_000, 5_000, 70_000][i % 500 === 0 ? 5 : i % 5]!,
  );
  const sent = sizes.map((size, i) => Buffer.alloc(size, `${i} `));
  for (const frame of sent) {
    while ((await listener.listener.send(listener.lastPeer, [frame])) === 'full') await new Promise(setImmediate);
  }
  await until(() => expect(link.frames).toHaveLength(sent.length));
  expect(sent.every((frame, i) => frame.equals(link.frames[i]![0]!))).toBe(true);
});

test('an ipc path belongs to whoever listens there next, while the one before still lingers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-'));
  const endpoint = `ipc://${folder}/socket`;
  const first = await listen(endpoint);
  // It says something and then reads no more.
  const mute = connect(`${folder}/socket`);
  open.push({ close: () => mute.destroy() });
  mute.write(Buffer.concat([greeting(), readyCommand('DEALER'), ...encodeMessage([Buffer.from('hello')])]));
  await until(() => expect(first.texts).toEqual(['hello']));
  mute.pause();
  for (let i = 0; i < 1_000; i++) await first.listener.send(first.lastPeer, [Buffer.alloc(50_000)]);

  const closed = first.listener.close(1_000);
  const second = await listen(endpoint);
  await closed;
  const link = dial(endpoint);
  await link.send('hello again');
  await until(() => expect(second.texts).toEqual(['hello again']));
  await second.listener.close();
  rmSync(folder, { recursive: true });
});

describe('peers of libzmq', () => {
  test('a REQ gets its reply', async () => {
    const listener = await listen();
    const request = keep(new Request({ linger: 0 }));
    request.connect(listener.endpoint);
    await request.send('question');
    await until(() => expect(listener.texts).toEqual(['|question']));
    await listener.send(listener.lastPeer, '', 'answer');
    expect(String(await request.receive())).toBe('answer');
  });

  test('with one routing id may be two: each connection has a number of its own', async () => {
    const listener = await listen();
    for (const name of ['one', 'two']) {
      const dealer = keep(new Dealer({ linger: 0, routingId: 'the same' }));
      dealer.connect(listener.endpoint);
      await dealer.send(name);
      await until(() => expect(listener.texts.at(-1)).toBe(name));
      await listener.send(listener.lastPeer, `hello ${name}`);
      expect(String(await dealer.receive())).toBe(`hello ${name}`);
    }
    expect(new Set(listener.log.map(([peer]) => peer)).size).toBe(2);
  });

  test('exchange frames of every size, both ways', async () => {
    const listener = await listen();
    const dealer = keep(new Dealer({ linger: 0 }));
    dealer.connect(listener.endpoint);
    const sizes = [0, 1, 254, 255, 256, 4_096, 4_097, 8_192, 16_384, 16_385, 65_536, 1_000_000];
    const frames = sizes.map((size) => Buffer.alloc(size, size & 0xff));
    for (const frame of frames) await dealer.send(frame);
    await until(() => expect(listener.frames).toHaveLength(frames.length));
    expect(listener.frames.every(([frame], i) => frames[i]!.equals(frame!))).toBe(true);
    await listener.listener.send(listener.lastPeer, frames);
    expect((await dealer.receive()).every((frame, i) => frames[i]!.equals(frame))).toBe(true);
  });

  test.each([
    ['pings', { heartbeatInterval: 20, heartbeatTimeout: 500 }],
    ['pings that say how long to wait', { heartbeatInterval: 20, heartbeatTimeToLive: 1_000 }],
  ])('that send %s are answered', async (_, options) => {
    const listener = await listen();
    const dealer = keep(new Dealer({ linger: 0, ...options }));
    dealer.connect(listener.endpoint);
    await dealer.send('hello');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await listener.send(listener.lastPeer, 'still there');
    expect(String(await dealer.receive())).toBe('still there');
    expect(listener.texts).toEqual(['hello']);
  });

  test('that listen are dialled: a ROUTER, and a REP of a REQ', async () => {
    const router = keep(new Router({ linger: 0 }));
    router.bindSync(ANY_PORT);
    const link = dial(router.lastEndpoint!);
    await link.send('hello', 'there');
    const [id, ...frames] = await router.receive();
    expect(frames.map(String)).toEqual(['hello', 'there']);
    await router.send([id!, 'and back']);
    await until(() => expect(link.log).toEqual(['and back']));

    const reply = keep(new Reply({ linger: 0 }));
    reply.bindSync(ANY_PORT);
    const other = dial(reply.lastEndpoint!);
    await other.send('', 'question');
    expect(String(await reply.receive())).toBe('question');
    await reply.send('answer');
    await until(() => expect(other.log).toEqual(['|answer']));
  });
});
