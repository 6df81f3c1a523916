import { afterEach, describe, expect, test } from 'vitest';
import type { DealerSocket, RouterSocket } from './zeromq-sockets.ts';
import { isLossMark, makeDealer, makeRouter } from './zeromq-sockets.ts';

/** What Reeve counts on libzmq to do. Each of these has been otherwise with other options or other versions. */

const open: { close(): void }[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

function keep<T extends { close(): void }>(socket: T): T {
  open.push(socket);
  return socket;
}

/** Reads what can be read now. */
async function drain(socket: DealerSocket | RouterSocket): Promise<Buffer[][]> {
  const messages: Buffer[][] = [];
  while (socket.readable) messages.push(await socket.receive());
  return messages;
}

async function seen({ events }: DealerSocket | RouterSocket, type: string): Promise<void> {
  for (;;) if ((await events.receive()).type === type) return;
}

describe('a broker that dies', () => {
  /** What a DEALER can still read that had 1000 replies when its ROUTER went away. */
  async function repliesAfterDeath(dealer: DealerSocket): Promise<Buffer[][]> {
    const router = keep(makeRouter(false));
    router.bindSync('tcp://127.0.0.1:*');
    // Told after everything else that the end of a connection leads to.
    const ended = seen(dealer, 'connect:retry');
    dealer.connect(router.lastEndpoint!);
    await patiently(() => dealer.send('hello'));
    const [id] = await router.receive();
    router.linger = 5_000;
    // More at once than the profile's queue for a peer takes would be refused.
    for (let i = 0; i < 1_000; i++) await patiently(() => router.send([id!, `${i}`]));
    router.close();
    await ended;
    return drain(dealer);
  }

  test('takes no reply with it that had arrived, and its end is marked behind the last', async () => {
    const messages = await repliesAfterDeath(keep(makeDealer(false)));
    expect(messages).toHaveLength(1_001);
    expect(messages.slice(0, -1).map(String)).toEqual(Array.from({ length: 1_000 }, (_, i) => `${i}`));
    expect(messages.at(-1)).toHaveLength(1);
    expect(isLossMark(messages.at(-1)![0]!)).toBe(true);
  });

  test('would take them all with `immediate`, and no mark would come', async () => {
    const dealer = keep(makeDealer(false));
    dealer.immediate = true;
    expect(await repliesAfterDeath(dealer)).toEqual([]);
  });
});

describe('a peer of a ROUTER', () => {
  test('is marked as lost even if its messages have filled the queue', async () => {
    const router = keep(makeRouter(false));
    router.receiveHighWaterMark = 10;
    router.heartbeatInterval = 50;
    router.heartbeatTimeout = 150;
    router.bindSync('tcp://127.0.0.1:*');
    const ended = seen(router, 'disconnect');
    const dealer = keep(makeDealer(false));
    dealer.connect(router.lastEndpoint!);
    // More than the ROUTER queues: it stops reading, sees no pong, and gives the peer up.
    for (let i = 0; i < 20; i++) await dealer.send(`${i}`);
    await ended;

    const [id] = await router.receive();
    let messages = 1;
    for (;;) {
      const frames = await router.receive();
      // The peer has connected again, under another id, and goes on.
      if (!frames[0]!.equals(id!)) continue;
      if (frames.length === 2 && isLossMark(frames[1]!)) break;
      messages += 1;
    }
    expect(messages).toBe(10);
  });

  test('is refused a message if it does not read, or is not there', async () => {
    const router = keep(makeRouter(false));
    router.bindSync('tcp://127.0.0.1:*');
    const dealer = keep(makeDealer(false));
    dealer.receiveHighWaterMark = 10;
    dealer.connect(router.lastEndpoint!);
    await dealer.send('hello');
    const [id] = await router.receive();

    const body = Buffer.alloc(65_536);
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 10_000; i++) await router.send([id!, body]);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'EAGAIN' });

    await expect(router.send(['nobody', body])).rejects.toMatchObject({ code: 'EHOSTUNREACH' });
  });
});

test('a receive that is under way when its socket closes fails with EAGAIN', async () => {
  const dealer = makeDealer(false);
  const pending = dealer.receive();
  dealer.close();
  await expect(pending).rejects.toMatchObject({ code: 'EAGAIN' });
  expect(dealer.closed).toBe(true);
});

test('the heartbeat timeout grows with the largest body', () => {
  for (const socket of [keep(makeRouter(false)), keep(makeDealer(false))]) {
    expect([socket.heartbeatInterval, socket.heartbeatTimeout]).toEqual([1_000, 3_000]);
  }
  expect(keep(makeDealer(false, { bodyBytesMax: 8 * 1_048_576 })).heartbeatTimeout).toBe(10_000);
  const large = keep(makeRouter(false, { bodyBytesMax: 8 * 1_048_576 }));
  expect([large.heartbeatTimeout, large.heartbeatTimeToLive]).toEqual([10_000, 10_000]);
  expect(large.maxMessageSize).toBe(8 * 1_048_576 + 65_536);
});

/** Sends as soon as there is room. */
async function patiently(send: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await send();
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'EAGAIN') throw thrown;
      await new Promise(setImmediate);
    }
  }
}

test('where pings are off the system probes connections instead', () => {
  const [pinging, probing] = [keep(makeRouter(false)), keep(makeRouter(false, { transportHeartbeats: false }))];
  expect(pinging).toMatchObject({ heartbeatInterval: 1_000, heartbeatTimeout: 3_000, tcpKeepalive: -1 });
  expect(probing).toMatchObject({ heartbeatInterval: 0, heartbeatTimeToLive: 0, tcpKeepalive: 1 });
  // Missed as soon as with pings: 1 s of silence and two probes.
  expect(probing).toMatchObject({ tcpKeepaliveIdle: 1, tcpKeepaliveInterval: 1, tcpKeepaliveCount: 2 });
  expect(probing.tcpMaxRetransmitTimeout).toBe(60_000);
});
