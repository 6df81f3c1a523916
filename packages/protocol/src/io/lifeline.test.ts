import { afterEach, describe, expect, test } from 'vitest';
import { Router } from 'zeromq';
import type { Lifeline } from './lifeline.ts';
import { LIFELINE_ID, openLifeline } from './lifeline.ts';
import { RecordedLink, until } from './recorder.test-kit.ts';
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
