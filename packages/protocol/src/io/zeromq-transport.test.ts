import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Publisher } from 'zeromq';
import { LIMITS } from '../limits.ts';
import { LOST, RecordedLink, RecordedListener, until } from './recorder.test-kit.ts';
import type { ListenOptions } from './transport.ts';
import type { RouterSocket } from './zeromq-sockets.ts';
import { makeRouter } from './zeromq-sockets.ts';
import { zeromqTransport } from './zeromq-transport.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

const ANY_PORT = 'tcp://127.0.0.1:*';

async function listen(endpoint = ANY_PORT, options?: ListenOptions): Promise<RecordedListener> {
  const recorded = await RecordedListener.on(zeromqTransport, endpoint, options);
  open.push(recorded.listener);
  return recorded;
}

function dial(endpoint: string): RecordedLink {
  const recorded = new RecordedLink(zeromqTransport, endpoint);
  open.push(recorded.link);
  return recorded;
}

describe('what a link sees at its endpoint', () => {
  /** Something on a port that is not ZeroMQ. */
  async function plainServer(onConnection: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => server.close() });
    return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('nobody', async () => {
    const { listener } = await listen();
    await listener.close();
    const link = dial(listener.endpoint);
    await until(() => expect(link.notices).toEqual(['refused']));
  });

  test('no file, and a file that nobody listens on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reeve-'));
    writeFileSync(join(folder, 'file'), '');
    for (const name of ['missing', 'file']) {
      const link = dial(`ipc://${folder}/${name}`);
      await until(() => expect(link.notices).toEqual(['refused']));
    }
    rmSync(folder, { recursive: true });
  });

  test('no such host', async () => {
    const link = dial('tcp://no-such-host.invalid:5555');
    await until(() => expect(link.notices).toEqual(['unresolved']));
  });

  test('a web server', async () => {
    const answer = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
    const endpoint = await plainServer((socket) => void socket.once('data', () => socket.end(answer)));
    const link = dial(endpoint);
    await until(() => expect(link.notices).toEqual(['handshake-failed']));
  });

  test('somebody who hangs up at once', async () => {
    const link = dial(await plainServer((socket) => socket.destroy()));
    await until(() => expect(link.notices).toEqual(['handshake-failed']));
  });

  test('a broker after a web server, on the same port', async () => {
    const endpoint = await plainServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const web = open.pop()!;
    const link = dial(endpoint);
    await until(() => expect(link.notices).toEqual(['handshake-failed']));
    web.close();
    const listener = await listen(endpoint);
    await link.send('hello');
    await until(() => expect(listener.texts).toEqual(['hello']));
    await until(() => expect(link.notices.at(-1)).toBe('connected'));
  });

  test('ZeroMQ of another kind, at which libzmq gives up for good, and then a broker', async () => {
    const other = new Publisher({ linger: 0 });
    await other.bind(ANY_PORT);
    const endpoint = other.lastEndpoint!;
    const link = dial(endpoint);
    await link.send('lost with the first socket');
    await until(() => expect(link.notices).toContain('handshake-failed'));
    await until(() => expect(link.log).toContain(LOST));
    await other.unbind(endpoint);
    other.close();

    const listener = await until(() => listen(endpoint));
    await until(async () => {
      await link.send('hello');
      expect(listener.texts).toContain('hello');
    });
    await until(() => expect(link.notices.at(-1)).toBe('connected'));
  });
});

test('a connection is told of after the end of the one before it, even if both were missed for a while', async () => {
  const first = makeRouter(false);
  first.bindSync(ANY_PORT);
  const endpoint = first.lastEndpoint!;
  const told: string[] = [];
  const link = zeromqTransport.dial(endpoint, {
    onMessage: () => told.push('message'),
    onLost: () => told.push(LOST),
    onNotice: (notice) => told.push(notice),
  });
  open.push(link);
  await link.send([new Uint8Array([1])]);
  const [id] = await first.receive();
  await until(() => expect(told).toEqual(['connected']));

  // From here to the end of the loop below, nothing is read: the first broker goes and a second is found.
  first.linger = 5_000;
  for (let i = 0; i < 200; i++) void first.send([id!, 'x']);
  first.close();
  const second = makeRouter(false);
  open.push(second);
  bindPatiently(second, endpoint);
  // Until one arrives: the first may still take some, into the dark.
  const deadline = performance.now() + 10_000;
  while (!second.readable && performance.now() < deadline) void link.send([new Uint8Array([1])]);

  await until(() => expect(told).toHaveLength(203));
  expect(told).toEqual(['connected', ...Array.from({ length: 200 }, () => 'message'), LOST, 'connected']);
});

describe('a frame that is too large', () => {
  test('ends its connection, for both ends, and no other', async () => {
    const listener = await listen(ANY_PORT, { messageBytesMax: 1_000 });
    const [bystander, offender] = [dial(listener.endpoint), dial(listener.endpoint)];
    await bystander.send('one');
    await until(() => expect(listener.texts).toEqual(['one']));
    await offender.send('two');
    await offender.link.send([new Uint8Array(1_001)]);
    await offender.send('three');
    await until(() => expect(offender.log).toEqual([LOST]));
    await until(() => expect(listener.texts.slice(0, 3)).toEqual(['one', 'two', LOST]));
    await bystander.send('four');
    await until(() => expect(listener.texts).toContain('four'));
    expect(bystander.log).toEqual([]);
  });
});

describe('a listener', () => {
  test.each([
    ['tcp://203.0.113.1:5555', 'no_such_address'],
    ['tcp://no-such-host.invalid:5555', 'no_such_address'],
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

  test('listens on IPv6 if the address is one', async () => {
    const listener = await listen('tcp://[::1]:*');
    const link = dial(listener.endpoint);
    await link.send('hello');
    await until(() => expect(listener.texts).toEqual(['hello']));
  });

  test('listens on names of the abstract namespace', async () => {
    const endpoint = `ipc://@reeve-${process.pid}`;
    const listener = await listen(endpoint);
    await expect(listen(endpoint)).rejects.toMatchObject({ code: 'taken' });
    const link = dial(endpoint);
    await link.send('hello');
    await until(() => expect(listener.texts).toEqual(['hello']));
  });

  test('gives the rest of the loop its turns under a flood', async () => {
    const listener = await listen();
    const link = dial(listener.endpoint);
    await link.send('first');
    await until(() => expect(listener.log.length).toBe(1));
    // All of it within one turn: libzmq's own thread makes room.
    for (let i = 0; i < 1_000; i++) while ((await link.send('flood')) === 'full');
    let most = 0;
    while (listener.log.length < 1_001) {
      const before = listener.log.length;
      await new Promise(setImmediate);
      most = Math.max(most, listener.log.length - before);
    }
    // zeromq.js by itself makes it 512.
    expect(most).toBeLessThanOrEqual(256);
  });
});

test('a loop that was blocked while a broker went away still reads all that it had sent', async () => {
  const router = makeRouter(false);
  router.bindSync(ANY_PORT);
  const link = dial(router.lastEndpoint!);
  await link.send('hello');
  const [id] = await router.receive();
  // Far more than libzmq queues by default. The window of a session holds so many small messages.
  const count = 20_000;
  for (let i = 0; i < count;) {
    // Without a turn of the loop: nothing is read.
    const isSent = await router.send([id!, 'reply']).then(
      () => true,
      () => false,
    );
    if (isSent) i += 1;
  }
  router.linger = 10_000;
  router.close();
  // Longer than a heartbeat, which is when a full queue would make itself felt.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LIMITS.transportHeartbeatMs * 1.5);

  await until(() => expect(link.log.at(-1)).toBe(LOST));
  expect(link.log).toHaveLength(count + 1);
});

/** Binds as soon as the one before has gone, without a turn of the loop. */
function bindPatiently(router: RouterSocket, endpoint: string): void {
  for (;;) {
    try {
      return router.bindSync(endpoint);
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'EADDRINUSE') throw thrown;
    }
  }
}

test('a message of no frames is a bug', () => {
  const link = dial('tcp://127.0.0.1:9');
  expect(() => link.link.send([])).toThrow("Reeve's own invariant is broken");
});
