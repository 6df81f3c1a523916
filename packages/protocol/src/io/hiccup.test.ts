import { afterEach, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { RecordedLink, RecordedListener, until } from './recorder.test-kit.ts';
import { zeromqTransport } from './zeromq-transport.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

test('a link that was connected again reads as many messages as come, one at a time', { timeout: 60_000 }, async () => {
  const first = await RecordedListener.on(zeromqTransport, 'tcp://127.0.0.1:*');
  const link = new RecordedLink(zeromqTransport, first.endpoint);
  open.push(link.link);
  await link.send('hello');
  await until(() => expect(first.texts).toEqual(['hello']));
  await first.listener.close();
  await until(() => expect(link.log).toEqual(['(lost)']));
  const again = await RecordedListener.on(zeromqTransport, first.endpoint);
  open.push(again.listener);
  await link.send('hello again');
  await until(() => expect(again.texts.at(-1)).toBe('hello again'));
  // More than libzmq queues, each read before the next is sent: the mark of the lost connection was read, and never
  // counted when it was written.
  const count = (2 * LIMITS.windowBytes) / LIMITS.largeBodyBytes;
  for (let i = 1; i <= count; i++) {
    await again.send(again.lastPeer, `message ${i}`);
    const limit = performance.now() + 5_000;
    while (link.log.length <= i && performance.now() < limit) await new Promise((next) => setImmediate(next));
    expect(link.log.at(-1)).toBe(`message ${i}`);
  }
});
