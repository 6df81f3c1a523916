import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Fifo } from '../../fifo.ts';
import { until } from '../recorder.test-kit.ts';
import { pingCommand, readyCommand } from './commands.ts';
import type { ConnectionOptions } from './connection.ts';
import { Connection } from './connection.ts';
import { greeting } from './greeting.ts';
import { encodeMessage } from './writer.ts';

const open: { destroy(): unknown }[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** Both ends of a TCP connection. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  server.close();
  far.on('error', () => undefined);
  open.push(near, far);
  return [near, far];
}

const OPTIONS: ConnectionOptions = {
  as: 'ROUTER',
  accepts: ['DEALER'],
  frameBytesMax: 100_000,
  handshakeMs: 20_000,
  silenceMsMax: 3_000,
  ttlMs: 3_000,
  pings: true,
};

/** A connection, all that it told, and the bare socket at its other end. */
class Trial {
  readonly log: string[] = [];
  readonly unsent = new Fifo<readonly Uint8Array[]>();
  readonly connection: Connection;
  /** All bytes that came at the other end, as text. */
  heard = '';
  readonly near: Socket;
  readonly far: Socket;
  isFarEnded = false;
  /** Whether each message is sent back. */
  isAnswering = false;

  constructor([near, far]: [Socket, Socket], options: Partial<ConnectionOptions>) {
    this.near = near;
    this.far = far;
    far.on('data', (bytes) => (this.heard += bytes.toString('latin1')));
    far.on('close', () => (this.isFarEnded = true));
    this.connection = new Connection(near, { ...OPTIONS, ...options }, this.unsent, {
      onUp: () => this.log.push('up'),
      onMessage: (frames) => {
        this.log.push(frames.map((frame) => Buffer.from(frame).toString()).join('|'));
        if (this.isAnswering) this.connection.send(frames);
      },
      onEnd: (wasUp) => this.log.push(wasUp ? 'end' : 'end before it was up'),
    });
  }

  static async start(options: Partial<ConnectionOptions> = {}): Promise<Trial> {
    return new Trial(await pair(), options);
  }

  /** A connection whose other end has shaken hands, as ZMTP 3.1 or 3.0. */
  static async up(options: Partial<ConnectionOptions> = {}, minor = 1): Promise<Trial> {
    const trial = await Trial.start(options);
    const first = greeting();
    first[11] = minor;
    trial.far.write(first);
    trial.far.write(readyCommand('DEALER'));
    await until(() => {
      if (trial.log.length === 0) throw new Error('not up yet');
    });
    return trial;
  }

  get pings(): number {
    return this.heard.split('PING').length - 1;
  }
}

const message = (...texts: string[]): Buffer => Buffer.concat(encodeMessage(texts.map((text) => Buffer.from(text))));

describe('the handshake', () => {
  test('may come in one piece with the first messages', async () => {
    const trial = await Trial.start();
    trial.far.write(Buffer.concat([greeting(), readyCommand('DEALER'), message('a', 'b'), message('c')]));
    await until(() => expect(trial.log).toEqual(['up', 'a|b', 'c']));
  });

  test('may come byte by byte', async () => {
    const trial = await Trial.start();
    for (const byte of Buffer.concat([greeting(), readyCommand('DEALER'), message('a')])) {
      trial.far.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    await until(() => expect(trial.log).toEqual(['up', 'a']));
  });

  const old = greeting();
  old[10] = 1;
  const curve = greeting();
  curve.write('CURVE', 12);
  test.each<[string, Uint8Array]>([
    ['a request of HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['ZMTP 2.0', old],
    ['a mechanism that is not spoken', curve],
    ['a socket of another kind', Buffer.concat([greeting(), readyCommand('REP')])],
    ['a message before READY', Buffer.concat([greeting(), message('a')])],
    ['ERROR', Buffer.concat([greeting(), Buffer.from('\x04\x07\x05ERROR\x00', 'latin1')])],
  ])('ends the connection at %s', async (_, bytes) => {
    const trial = await Trial.start();
    trial.far.write(bytes);
    await until(() => expect(trial.log).toEqual(['end before it was up']));
    await until(() => expect(trial.isFarEnded).toBe(true));
  });

  test('must be over in time', async () => {
    const trial = await Trial.start({ handshakeMs: 20 });
    trial.far.write(greeting());
    await until(() => expect(trial.log).toEqual(['end before it was up']));
  });
});

describe('silence', () => {
  test('is told when it has lasted too long, and who hears it gives the connection up', async () => {
    const trial = await Trial.up();
    for (let i = 0; i < 3; i++) trial.connection.tick(1_000);
    expect(trial.connection.isSilent).toBe(false);
    trial.connection.tick(1_000);
    expect([trial.connection.isSilent, trial.log]).toEqual([true, ['up']]);
    trial.connection.giveUp();
    expect(trial.log).toEqual(['up', 'end']);
    expect(trial.connection.send([Buffer.from('late')])).toBe('gone');
  });

  test('is over with anything that comes', async () => {
    const trial = await Trial.up();
    for (let i = 0; i < 3; i++) trial.connection.tick(1_000);
    trial.far.write(message('here'));
    await until(() => expect(trial.log).toContain('here'));
    for (let i = 0; i < 3; i++) trial.connection.tick(1_000);
    expect(trial.connection.isSilent).toBe(false);
    // The first, of the handshake, and one of each tick.
    await until(() => expect(trial.pings).toBe(7));
  });

  test('in which our own loop stood still counts as one beat', async () => {
    const trial = await Trial.up();
    trial.connection.tick(1_000);
    trial.connection.tick(60_000);
    expect(trial.connection.isSilent).toBe(false);
  });

  test('may last as long as the pings of the other end say', async () => {
    const trial = await Trial.up();
    trial.far.write(pingCommand(15_000));
    await until(() => expect(trial.heard).toContain('PONG'));
    for (let i = 0; i < 15; i++) trial.connection.tick(1_000);
    expect(trial.connection.isSilent).toBe(false);
    trial.connection.tick(1_000);
    expect(trial.connection.isSilent).toBe(true);
  });

  test('of a peer of ZMTP 3.0, which need not know PING, may last for ever', async () => {
    const trial = await Trial.up({}, 0);
    for (let i = 0; i < 20; i++) trial.connection.tick(1_000);
    expect(trial.connection.isSilent).toBe(false);
    expect(trial.pings).toBe(0);
  });

  test('of a peer of ZMTP 3.0 that pings may not', async () => {
    const trial = await Trial.up({}, 0);
    trial.far.write(pingCommand(0));
    await until(() => expect(trial.heard).toContain('PONG'));
    for (let i = 0; i < 4; i++) trial.connection.tick(1_000);
    expect(trial.connection.isSilent).toBe(true);
  });

  test('may last for ever where pings are off', async () => {
    const trial = await Trial.up({ pings: false });
    for (let i = 0; i < 20; i++) trial.connection.tick(1_000);
    expect(trial.connection.isSilent).toBe(false);
    expect(trial.pings).toBe(0);
  });
});

test('pings of a peer that does not read get one answer, when it reads', async () => {
  const trial = await Trial.up();
  trial.far.pause();
  for (let i = 0; i < 500; i++) trial.connection.send([Buffer.alloc(50_000)]);
  trial.connection.send([Buffer.from('#end')]);
  const pings = Buffer.concat(Array.from({ length: 1_000 }, () => pingCommand(0)));
  trial.far.write(Buffer.concat([pings, message('after them')]));
  await until(() => expect(trial.log).toEqual(['up', 'after them']));

  // All that comes is 25 MB: it is looked at as it comes.
  let [pongs, isLast, rest] = [0, false, ''];
  trial.far.on('data', (bytes) => {
    const text = rest + bytes.toString('latin1');
    pongs += text.split('PONG').length - 1;
    isLast ||= text.includes('#end');
    rest = text.slice(-3);
  });
  trial.far.resume();
  await until(() => expect(isLast).toBe(true));
  expect(pongs).toBe(1);
});

test('pings are answered in turns', async () => {
  const trial = await Trial.up();
  trial.far.write(Buffer.concat([...Array.from({ length: 1_000 }, () => pingCommand(0)), message('after them')]));
  let turns = 0;
  while (trial.log.length < 2) {
    await new Promise(setImmediate);
    turns += 1;
  }
  await until(() => expect(trial.heard.split('PONG')).toHaveLength(1_001));
  expect(turns).toBeGreaterThanOrEqual(Math.floor(1_000 / 128));
});

test('a connection that is not up and has nothing to send is closed at once, however long it may linger', async () => {
  const trial = await Trial.start();
  const startedAt = performance.now();
  await trial.connection.close(60_000);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

describe('what is sent', () => {
  test('before the handshake waits for it', async () => {
    const trial = await Trial.start();
    expect(trial.connection.send([Buffer.from('early')])).toBe('sent');
    trial.far.write(Buffer.concat([greeting(), readyCommand('DEALER')]));
    await until(() => expect(trial.heard).toContain('early'));
    expect(trial.unsent.size).toBe(0);
  });

  test('to a peer that does not read waits, up to a bound, and what the system never had is left over', async () => {
    const trial = await Trial.up();
    trial.far.pause();
    let sent = 0;
    while (sent < 100_000 && trial.connection.send([Buffer.alloc(1_000), Buffer.from(`#${sent}.`)]) === 'sent')
      sent += 1;
    expect(trial.connection.send([Buffer.from('too much')])).toBe('full');
    expect(trial.unsent.size).toBe(1_024);
    trial.far.resume();
    await until(() => expect(trial.heard).toContain(`#${sent - 1}.`));
    for (const i of [0, 1, Math.floor(sent / 2)]) expect(trial.heard).toContain(`#${i}.`);
    expect(trial.unsent.size).toBe(0);
  });

  test('leaves before the end of a connection that is closed with time to linger', async () => {
    const trial = await Trial.up();
    trial.far.pause();
    for (let i = 0; i < 500; i++) trial.connection.send([Buffer.alloc(20_000), Buffer.from(`#${i}`)]);
    expect(trial.unsent.size).toBeGreaterThan(0);
    const closed = trial.connection.close(10_000);
    expect(trial.connection.send([Buffer.from('no')])).toBe('gone');
    trial.far.resume();
    await closed;
    await until(() => expect(trial.isFarEnded).toBe(true));
    expect(trial.heard).toContain('#499');
    expect(trial.log).toEqual(['up']);
  });

  test('leaves as well if the other end pings meanwhile', async () => {
    const trial = await Trial.up();
    trial.far.pause();
    // One message, so none waits in the queue; what the system takes no more of waits in the stream.
    trial.connection.send([Buffer.alloc(20_000_000), Buffer.from('#last')]);
    expect(trial.unsent.size).toBe(0);
    const closed = trial.connection.close(10_000);
    const readBefore = trial.near.bytesRead;
    trial.far.write(pingCommand(0));
    await until(() => expect(trial.near.bytesRead).toBeGreaterThan(readBefore));
    trial.far.resume();
    await closed;
    await until(() => expect(trial.isFarEnded).toBe(true));
    expect(trial.heard.endsWith('#last')).toBe(true);
  });

  test('does not keep a closed connection for longer than its time', async () => {
    const trial = await Trial.up();
    trial.far.pause();
    for (let i = 0; i < 1_000; i++) trial.connection.send([Buffer.alloc(50_000)]);
    await trial.connection.close(20);
    expect(trial.unsent.size).toBeGreaterThan(0);
  });
});

test('a flood is read in turns, and nothing of it is lost', async () => {
  const trial = await Trial.up();
  trial.far.write(Buffer.concat(Array.from({ length: 2_000 }, (_, i) => message(`${i}`))));
  let most = 0;
  while (trial.log.length < 2_001) {
    const before = trial.log.length;
    await new Promise(setImmediate);
    most = Math.max(most, trial.log.length - before);
  }
  expect(most).toBeLessThanOrEqual(128);
  expect(trial.log.slice(1)).toEqual(Array.from({ length: 2_000 }, (_, i) => `${i}`));
});

test('what had come before the end is read before it', async () => {
  const trial = await Trial.up();
  trial.far.end(Buffer.concat(Array.from({ length: 2_000 }, (_, i) => message(`${i}`))));
  await until(() => expect(trial.log.at(-1)).toBe('end'));
  expect(trial.log).toHaveLength(2_002);
});

describe('what had come of a peer that is gone is read', () => {
  const texts = Array.from({ length: 4_000 }, (_, i) => `message ${i}`);

  /** The other end sends half of it, and the rest while that is being read in turns. */
  async function flood(trial: Trial): Promise<void> {
    trial.far.pause();
    const half = texts.length / 2;
    trial.far.write(Buffer.concat(texts.slice(0, half).map((text) => message(text))));
    while (trial.log.length === 1) await new Promise(setImmediate);
    const rest = Buffer.concat(texts.slice(half).map((text) => message(text)));
    await new Promise((resolve) => trial.far.write(rest, resolve));
  }

  test('although nothing can be written any more', async () => {
    const trial = await Trial.up();
    trial.isAnswering = true;
    await flood(trial);
    trial.far.resetAndDestroy();
    await until(() => expect(trial.log.at(-1)).toBe('end'));
    expect(trial.log).toEqual(['up', ...texts, 'end']);
  });

  test('although the system reports an error while reading is paused', async () => {
    const trial = await Trial.up();
    await flood(trial);
    while (trial.near.readableLength === 0) await new Promise(setImmediate);
    trial.near.destroy(new Error('read ECONNRESET'));
    await until(() => expect(trial.log.at(-1)).toBe('end'));
    expect(trial.log).toEqual(['up', ...texts, 'end']);
  });
});

describe('bytes that are not ZMTP end a connection that was up', () => {
  test.each<[string, readonly string[]]>([
    ['at once', ['good']],
    ['behind more than one turn reads', Array.from({ length: 300 }, (_, i) => `${i}`)],
    ['behind a message after which others go on first', ['x'.repeat(5_000)]],
  ])('%s', async (_, texts) => {
    const trial = await Trial.up();
    trial.far.write(Buffer.concat([...texts.map((text) => message(text)), Uint8Array.of(0xff, 0)]));
    await until(() => expect(trial.log).toEqual(['up', ...texts, 'end']));
  });
});
