import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Router } from 'zeromq';
import type { Lifeline } from './lifeline.ts';
import { LIFELINE_ID, openLifeline } from './lifeline.ts';
import { LOST, RecordedLink, RecordedListener, until } from './recorder.test-kit.ts';
import { zmtpTransport } from './zmtp/zmtp-transport.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

/** A ROUTER of libzmq and how many connections it has and had. */
class Watched {
  readonly router: Router;
  now = 0;
  ever = 0;

  constructor(endpoint: string) {
    this.router = new Router({ linger: 0, sendTimeout: 0, ipv6: endpoint.includes('[') });
    this.router.events.on('accept', () => {
      this.now += 1;
      this.ever += 1;
    });
    this.router.events.on('disconnect', () => (this.now -= 1));
    this.router.bindSync(endpoint);
    open.push({ close: () => this.router.close() });
  }

  get endpoint(): string {
    return this.router.lastEndpoint!;
  }
}

function lifeline(endpoint: string): Lifeline {
  const opened = openLifeline(endpoint);
  open.push(opened);
  return opened;
}

describe('the lifeline of a process', () => {
  test('is one to each place, and lies there until the last that needs it lets go', async () => {
    const [there, elsewhere] = [new Watched('tcp://127.0.0.1:*'), new Watched('tcp://[::1]:*')];
    const [first, second] = [lifeline(there.endpoint), lifeline(there.endpoint)];
    lifeline(elsewhere.endpoint);
    await until(() => expect([there.now, elsewhere.now]).toEqual([1, 1]));
    first.close();
    first.close();
    lifeline(there.endpoint).close();
    second.close();
    await until(() => expect(there.now).toBe(0));
    lifeline(there.endpoint);
    await until(() => expect([there.now, there.ever, elsewhere.ever]).toEqual([1, 2, 1]));
  });

  test('has the identity that is named to the listener', async () => {
    const { router, endpoint } = new Watched('tcp://127.0.0.1:*');
    router.mandatory = true;
    await expect(router.send([LIFELINE_ID, 'nobody yet'])).rejects.toThrow('Host unreachable');
    lifeline(endpoint);
    await until(async () => expect(await router.send([LIFELINE_ID, 'there'])).toBeUndefined());
  });

  test('does not keep a link whose own connection is dead: it connects again', async () => {
    const listener = await RecordedListener.on(zmtpTransport, 'tcp://127.0.0.1:*');
    open.push(listener.listener);
    const port = Number(listener.endpoint.split(':').at(-1));
    const passing: Socket[] = [];
    const proxy = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      passing.push(near, far);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    open.push(proxy, { close: () => passing.forEach((socket) => socket.destroy()) });
    const endpoint = `tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { link, log, notices } = new RecordedLink(zmtpTransport, endpoint, { lifeline: true });
    open.push(link);
    await link.send([Buffer.from('one')]);
    await until(() => expect([listener.texts, passing.length]).toEqual([['one'], 4]));

    // Nothing passes any more on the first, neither way, and nobody is told.
    const [near, far] = passing as [Socket, Socket];
    near.unpipe(far).pause();
    far.unpipe(near).pause();
    await until(() => expect(log).toEqual([LOST]));
    await link.send([Buffer.from('two')]);
    await until(() => expect(listener.texts).toContain('two'));
    expect(new Set(listener.log.map(([peer]) => peer)).size).toBe(2);
    expect(notices).toEqual(['connected', 'connected']);
  });

  test('is opened when a link is up, to where that is, and closed with it', async () => {
    const watched = new Watched('tcp://127.0.0.1:*');
    const named = watched.endpoint.replace('127.0.0.1', 'localhost');
    const { link } = new RecordedLink(zmtpTransport, named, { lifeline: true });
    open.push(link);
    await until(() => expect(watched.now).toBe(2));
    await link.close();
    await until(() => expect(watched.now).toBe(0));
  });
});
