import { afterEach, describe, expect, test } from 'vitest';
import { Router } from 'zeromq';
import type { DealerSocket } from './zeromq-sockets.ts';
import { isLossMark, makeDealer } from './zeromq-sockets.ts';

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
async function drain(socket: DealerSocket): Promise<Buffer[][]> {
  const messages: Buffer[][] = [];
  while (socket.readable) messages.push(await socket.receive());
  return messages;
}

async function seen({ events }: DealerSocket, type: string): Promise<void> {
  for (;;) if ((await events.receive()).type === type) return;
}

describe('a broker that dies', () => {
  /** What a DEALER can still read that had 1000 replies when its ROUTER went away. */
  async function repliesAfterDeath(dealer: DealerSocket): Promise<Buffer[][]> {
    const router = keep(new Router({ mandatory: true, sendTimeout: 0, sendHighWaterMark: 1_024 }));
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

test('a receive that is under way when its socket closes fails with EAGAIN', async () => {
  const dealer = makeDealer(false);
  const pending = dealer.receive();
  dealer.close();
  await expect(pending).rejects.toMatchObject({ code: 'EAGAIN' });
  expect(dealer.closed).toBe(true);
});

test('the heartbeat timeout grows with the largest body', () => {
  const dealer = keep(makeDealer(false));
  expect([dealer.heartbeatInterval, dealer.heartbeatTimeout]).toEqual([1_000, 3_000]);
  expect(keep(makeDealer(false, { bodyBytesMax: 8 * 1_048_576 })).heartbeatTimeout).toBe(10_000);
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
