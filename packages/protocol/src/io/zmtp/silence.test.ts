import { expect, test } from 'vitest';
import { givenUp } from './silence.ts';

/** A connection, as `name>lifeline`, with a `!` if something is heard of it. */
function hearing(text: string): { text: string; isSilent: boolean; identity: string; peerLifeline: string } {
  const [identity = '', peerLifeline = ''] = text.replace('!', '').split('>');
  return { text, isSilent: !text.endsWith('!'), identity, peerLifeline };
}

test.each([
  ['nobody who is heard', 'a! >a! >!', ''],
  ['who is silent and has no lifeline', 'a! > >b!', '>'],
  ['who is silent and whose lifeline is silent', 'a >a', 'a >a'],
  ['who is silent and whose lifeline is gone', 'a! >b', '>b'],
  ['nobody whose lifeline is heard, be it before or after', '>a a! >a', ''],
  ['who names as lifeline what others are called', 'a >a b! >b', 'a >a'],
])('given up is %s', (_, connections, expected) => {
  const names = givenUp(connections.split(' ').map(hearing)).map(({ text }) => text);
  expect(names).toEqual(expected.split(' ').filter((name) => name !== ''));
});
