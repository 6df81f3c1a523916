import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect } from './dialect.ts';
import { clientAnswer, readMajordomo, workerRequest, workerSignal } from './dialect.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const frames = (...texts: string[]): Uint8Array[] => texts.map(bytes);
const texts = (message: readonly Uint8Array[]): string[] => message.map((frame) => String.fromCharCode(...frame));

/** What stands in front of each message of a dialect. */
const HEADS: Record<Dialect, { client: string[]; worker: string[] }> = {
  mdp01: { client: ['', 'MDPC01'], worker: ['', 'MDPW01'] },
  mdp02: { client: ['MDPC02', '\x01'], worker: ['MDPW02'] },
  'mdp02-delimited': { client: ['', 'MDPC02', '\x01'], worker: ['', 'MDPW02'] },
};
const CODES: Record<Dialect, { final: string; heartbeat: string; disconnect: string }> = {
  mdp01: { final: '\x03', heartbeat: '\x04', disconnect: '\x05' },
  mdp02: { final: '\x04', heartbeat: '\x05', disconnect: '\x06' },
  'mdp02-delimited': { final: '\x04', heartbeat: '\x05', disconnect: '\x06' },
};
const DIALECTS = Object.keys(HEADS) as Dialect[];

describe.each(DIALECTS)('%s', (dialect) => {
  const { client, worker } = HEADS[dialect];
  const { final, heartbeat, disconnect } = CODES[dialect];

  test('a request of a client', () => {
    expect(readMajordomo(frames(...client, 'echo', 'a', '', 'b'))).toEqual({
      ...{ role: 'client', dialect, service: bytes('echo') },
      body: frames('a', '', 'b'),
    });
  });

  test('a body has one frame at least', () => {
    expect(readMajordomo(frames(...client, 'echo'))).toMatchObject({ body: [bytes('')] });
  });

  test('what a worker says', () => {
    const read = (...message: string[]): unknown => readMajordomo(frames(...worker, ...message));
    expect(read('\x01', 'echo')).toEqual({ role: 'worker', dialect, command: 'ready', service: bytes('echo') });
    const answer = { role: 'worker', dialect, command: 'final', address: bytes('token') };
    expect(read(final, 'token', '', 'a', '')).toEqual({ ...answer, body: frames('a', '') });
    expect(read(heartbeat)).toEqual({ role: 'worker', dialect, command: 'heartbeat' });
    expect(read(disconnect)).toEqual({ role: 'worker', dialect, command: 'disconnect' });
    expect(read(disconnect, 'why', 'not')).toEqual({ role: 'worker', dialect, command: 'disconnect' });
    // The delimiter left out, and nothing after it.
    expect(read(final, 'token', 'a')).toEqual({ ...answer, body: frames('a') });
    expect(read(final, 'token', '')).toEqual({ ...answer, body: frames('') });
  });

  test('what a worker is told', () => {
    expect(texts(workerRequest(dialect, bytes('token'), frames('a', 'b')))).toEqual([
      ...worker,
      ...['\x02', 'token', '', 'a', 'b'],
    ]);
    expect(texts(workerSignal(dialect, 'heartbeat'))).toEqual([...worker, heartbeat]);
    expect(texts(workerSignal(dialect, 'disconnect'))).toEqual([...worker, disconnect]);
  });

  test.each([
    ['no service', client],
    ['an empty service', [...client, '', 'a']],
    ['no command', worker],
    ['an unknown command', [...worker, '\x09']],
    ['a command of two bytes', [...worker, '\x01\x01', 'echo']],
    ['READY without a service', [...worker, '\x01']],
    ['an answer without an address', [...worker, final]],
  ])('is malformed with %s', (_what, message) => {
    expect(readMajordomo(frames(...message))).toBe('malformed');
  });
});

test('only 0.2 has parts', () => {
  const part = (...head: string[]): unknown => readMajordomo(frames(...head, '\x03', 'token', '', 'a'));
  expect(part('MDPW02')).toMatchObject({ command: 'partial', address: bytes('token'), body: frames('a') });
  expect(part('', 'MDPW01')).toMatchObject({ command: 'final' });
  expect(texts(clientAnswer('mdp02', 'partial', bytes('s'), frames('a')))).toEqual(['MDPC02', '\x02', 's', 'a']);
  expect(texts(clientAnswer('mdp02', 'final', bytes('s'), frames('a')))).toEqual(['MDPC02', '\x03', 's', 'a']);
  expect(texts(clientAnswer('mdp01', 'final', bytes('s'), frames('a')))).toEqual(['', 'MDPC01', 's', 'a']);
});

test.each([
  ['MDPC01', 'echo', 'a'],
  ['', 'MDPC03', '\x01', 's'],
  ['MDPX02', '\x01', 's'],
  ['MDPC020', '\x01', 's'],
  ['MDP'],
])('a version or role that is none is malformed: %j', (...message) => {
  expect(readMajordomo(frames(...message))).toBe('malformed');
});

test('any frames give an answer', () => {
  const part = fc.constantFrom('', 'MDPC01', 'MDPC02', 'MDPW01', 'MDPW02', '\x01', '\x03', '\x04', 'x');
  const frame = fc.oneof(part.map(bytes), fc.uint8Array({ maxLength: 8 }));
  fc.assert(fc.property(fc.array(frame, { maxLength: 6 }), (message) => void readMajordomo(message)));
  expect(readMajordomo([])).toBeUndefined();
  expect(readMajordomo(frames('', 'hello'))).toBeUndefined();
});
