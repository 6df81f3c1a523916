import { seededRandom } from '@reeve/protocol';
import type { Link, Listener } from '@reeve/protocol/io';
import { beforeEach, expect, test } from 'vitest';
import type { VirtualConnection } from './virtual-connection.ts';
import { VirtualNetwork } from './virtual-network.ts';
import { VirtualProcess } from './virtual-process.ts';
import { VirtualTime } from './virtual-time.ts';

const ENDPOINT = 'memory://broker';
const random = seededRandom(1);
let time: VirtualTime;
let network: VirtualNetwork;
let [near, far]: VirtualProcess[] = [];
let link: Link;
let listener: Listener;
let peer: number;
/** What each end has seen, in order. */
let seen: { near: string[]; far: string[] };
/** What they had seen before the test began. */
let opening: typeof seen;
let onArrival: (connection: VirtualConnection, to: VirtualProcess) => void;

beforeEach(async () => {
  time = new VirtualTime();
  onArrival = () => undefined;
  network = new VirtualNetwork({ time, random, onArrival: (connection, to) => onArrival(connection, to) });
  near = new VirtualProcess('near', random, time);
  far = new VirtualProcess('far', random, time);
  seen = { near: [], far: [] };
  listener = await listen(far);
  link = network.transportOf(near).dial(ENDPOINT, {
    onMessage: (frames) => seen.near.push(text(frames)),
    onLost: () => seen.near.push('lost'),
    onNotice: (notice) => seen.near.push(notice),
  });
  send('hello');
  pass(10);
  opening = structuredClone(seen);
  seen.near.length = seen.far.length = 0;
});

test('a link connects, and what it was given before arrives', () => {
  expect(opening).toEqual({ near: ['connected'], far: ['hello'] });
});

test('messages keep their order, also when one is held up or comes twice', () => {
  let arrived = 0;
  onArrival = (connection, to) => {
    arrived += 1;
    if (arrived === 2) connection.delay(to, 50);
    if (arrived === 4) connection.duplicate(to);
  };
  for (const letter of 'abcdef') send(letter);
  pass(20);
  expect(seen.far).toEqual(['a']);
  send('g');
  pass(60);
  // The moment of b comes again when it is no longer held up, so c is the fourth.
  expect(seen.far).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'c']);
});

test('a cut loses what is under way, is noticed at both ends, and is mended by the link', () => {
  send('a');
  network.cut(network.connectionsOf(near!)[0]!);
  pass(3_000);
  send('b');
  pass(200);
  expect(seen.far).toEqual(['lost', 'b']);
  expect(seen.near).toEqual(['lost', 'connected']);
  expect(network.connectionsOf(near!)).toHaveLength(1);
});

test('what is sent to the listener of a lost connection before the loss is noticed goes nowhere', () => {
  network.connectionsOf(near!)[0]!.cut(100, 100);
  send('a');
  pass(50);
  expect(seen).toEqual({ near: [], far: [] });
});

test('a dead process does nothing any more, and its peers hear of it', () => {
  near!.setTimer(1, () => seen.near.push('timer'));
  near!.kill();
  network.handleDeath(near!);
  send('a');
  pass(10);
  expect(seen).toEqual({ near: [], far: ['lost'] });
});

test('when the listener dies, the link dials until another one listens, and keeps what it is given', async () => {
  far!.kill();
  network.handleDeath(far!);
  pass(10);
  send('a');
  pass(1_000);
  await listen(new VirtualProcess('far again', random, time));
  pass(200);
  expect(seen).toEqual({ near: ['lost', 'refused', 'connected'], far: ['a'] });
});

test('a process that stands still does everything later, in order', () => {
  far!.setTimer(5, () => seen.far.push('timer'));
  far!.stop();
  send('a');
  pass(1_000);
  expect(seen.far).toEqual([]);
  far!.resume();
  pass(1);
  expect(seen.far).toEqual(['a', 'timer']);
});

test('one that stands still for longer than the heartbeats of the transport allow loses its connections', () => {
  far!.stop();
  network.handleStop(far!, () => !far!.isRunning);
  pass(2_999);
  expect(seen.near).toEqual([]);
  pass(2);
  expect(seen.near).toEqual(['lost']);
});

test('a listener sends to a peer until it is gone', async () => {
  expect(await listener.send(peer, [bytes('a')])).toBe('sent');
  pass(2);
  await link.close();
  pass(2);
  expect(await listener.send(peer, [bytes('b')])).toBe('gone');
  expect(seen).toEqual({ near: ['a'], far: ['lost'] });
});

function listen(process: VirtualProcess): Promise<Listener> {
  return network.transportOf(process).listen(ENDPOINT, {
    onMessage: (from, frames) => {
      peer = from;
      seen.far.push(text(frames));
    },
    onLost: () => seen.far.push('lost'),
  });
}

function send(what: string): void {
  void link.send([bytes(what)]);
}

/** Does what is due within a time. */
function pass(ms: number): void {
  const until = time.now + ms;
  while (time.next !== undefined && time.next <= until) time.step();
  time.pass(until - time.now);
}

function bytes(what: string): Uint8Array {
  return new TextEncoder().encode(what);
}

function text(frames: readonly Uint8Array[]): string {
  return frames.map((frame) => new TextDecoder().decode(frame)).join();
}
