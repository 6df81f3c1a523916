import dns from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Publisher } from 'zeromq';
import { RecordedLink, RecordedListener, until } from '../recorder.test-kit.ts';
import { zmtpTransport } from './zmtp-transport.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

async function listen(endpoint: string): Promise<RecordedListener> {
  const recorded = await RecordedListener.on(zmtpTransport, endpoint);
  open.push(recorded.listener);
  return recorded;
}

describe('what a link sees at its endpoint', () => {
  const dial = (endpoint: string): RecordedLink => {
    const recorded = new RecordedLink(zmtpTransport, endpoint);
    open.push(recorded.link);
    return recorded;
  };

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
    const { listener } = await listen('tcp://127.0.0.1:*');
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

  test('no such host, after a lookup that takes long: it is not given up for the next to wait behind it', async () => {
    const waiting: ((error: Error) => void)[] = [];
    const never = ((...args: unknown[]) => waiting.push(args.at(-1) as (error: Error) => void)) as unknown;
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(never as typeof dns.lookup);
    open.push({ close: () => lookup.mockRestore() }, { close: () => vi.useRealTimers() });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const link = dial('tcp://slow.test:5555');
    await vi.advanceTimersByTimeAsync(60_000);
    expect([waiting.length, link.notices]).toEqual([1, []]);
    vi.useRealTimers();
    waiting[0]!(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }));
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

  test('ZeroMQ of another kind, and then a broker', async () => {
    const other = new Publisher({ linger: 0 });
    await other.bind('tcp://127.0.0.1:*');
    const endpoint = other.lastEndpoint!;
    const link = dial(endpoint);
    await until(() => expect(link.notices).toContain('handshake-failed'));
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
