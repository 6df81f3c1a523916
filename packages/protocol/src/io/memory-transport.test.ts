import { expect, test } from 'vitest';
import { MemoryTransport } from './memory-transport.ts';
import { LOST, RecordedLink, RecordedListener, until } from './recorder.test-kit.ts';

/** What only the transport in memory does. The rest is in `transport.test.ts`. */

async function connected(transport: MemoryTransport): Promise<[RecordedLink, RecordedListener]> {
  const listener = await RecordedListener.on(transport, 'memory://test');
  const link = new RecordedLink(transport, 'memory://test');
  await link.send('hello');
  await until(() => expect(listener.texts).toEqual(['hello']));
  return [link, listener];
}

test('a cut is told at both ends, after what was sent before it, and the link connects again', async () => {
  const transport = new MemoryTransport();
  const [link, listener] = await connected(transport);
  const peer = listener.lastPeer;
  await link.send('before');
  await listener.send(peer, 'before');
  transport.cut('memory://test');
  await link.send('after');
  expect(await listener.send(peer, 'after')).toBe('gone');
  await until(() => expect(listener.texts).toEqual(['hello', 'before', LOST, 'after']));
  expect(link.log).toEqual(['before', LOST]);
  expect(listener.lastPeer).not.toBe(peer);
  expect(link.notices).toEqual(['connected', 'connected']);
});

test('an end that does not read is full', async () => {
  const [link, listener] = await connected(new MemoryTransport());
  for (const send of [() => link.send('x'), () => listener.send(listener.lastPeer, 'x')]) {
    let sent = 0;
    while (sent < 10_000 && (await send()) === 'sent') sent += 1;
    expect(sent).toBe(1_024);
  }
  await until(() => expect([listener.log.length, link.log.length]).toEqual([1_025, 1_024]));
  expect(await link.send('room again')).toBe('sent');
});

test('each transport is a world of its own', async () => {
  const [a, b] = [new MemoryTransport(), new MemoryTransport()];
  await Promise.all([connected(a), connected(b)]);
  expect(() => a.dial('tcp://127.0.0.1:5555', new RecordedLink(b, 'memory://test'))).toThrow(
    'cannot use the endpoint "tcp://127.0.0.1:5555" in memory: write memory://name',
  );
});
