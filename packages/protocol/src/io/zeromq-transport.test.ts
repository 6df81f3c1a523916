import { afterEach, expect, test } from 'vitest';
import { Router } from 'zeromq';
import { LIMITS } from '../limits.ts';
import { LOST, RecordedLink, until } from './recorder.test-kit.ts';
import { zeromqTransport } from './zeromq-transport.ts';

/** What libzmq tells its owner late, because another thread reads. The other end is libzmq too, to be led by hand. */

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

const ANY_PORT = 'tcp://127.0.0.1:*';

function dial(endpoint: string): RecordedLink {
  const recorded = new RecordedLink(zeromqTransport, endpoint);
  open.push(recorded.link);
  return recorded;
}

function keptRouter(): Router {
  const router = new Router({ mandatory: true, sendTimeout: 0, linger: 0, sendHighWaterMark: 1_024 });
  open.push({ close: () => router.closed || router.close() });
  return router;
}

test('a connection is told of after the end of the one before it, even if both were missed for a while', async () => {
  const first = keptRouter();
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
  const second = keptRouter();
  bindPatiently(second, endpoint);
  // Until one arrives: the first may still take some, into the dark.
  const deadline = performance.now() + 10_000;
  while (!second.readable && performance.now() < deadline) void link.send([new Uint8Array([1])]);

  await until(() => expect(told).toHaveLength(203));
  expect(told).toEqual(['connected', ...Array.from({ length: 200 }, () => 'message'), LOST, 'connected']);
});

test('a loop that was blocked while a broker went away still reads all that it had sent', async () => {
  const router = keptRouter();
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
function bindPatiently(router: Router, endpoint: string): void {
  for (;;) {
    try {
      return router.bindSync(endpoint);
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'EADDRINUSE') throw thrown;
    }
  }
}
