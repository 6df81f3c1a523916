import { LIMITS } from '@reeve/protocol';
import { expect, test } from 'vitest';
import { SentBodies } from './sent-bodies.ts';

/** A channel as far as it matters here. */
class Envelopes {
  envelope = 0;
  acknowledged = 0;

  isAcknowledged(envelope: number): boolean {
    return envelope <= this.acknowledged;
  }
}

function body(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
}

const large = LIMITS.largeBodyBytes + 1;

test('large bodies are told of once they were acknowledged, small ones never', () => {
  const [channel, read] = [new Envelopes(), [] as Uint8Array[]];
  const sent = new SentBodies((one) => read.push(one));
  const [first, second, third] = [body(large), body(large), body(large)];
  channel.envelope = 1;
  sent.note(channel, first);
  sent.note(channel, body(large - 1));
  channel.envelope = 2;
  sent.note(channel, second);
  channel.envelope = 3;
  sent.note(channel, third);
  sent.trim(channel);
  expect(read).toEqual([]);
  channel.acknowledged = 2;
  sent.trim(channel);
  sent.trim(channel);
  expect(read.length).toBe(2);
  expect([read[0] === first, read[1] === second]).toEqual([true, true]);
});

test('those of a session that ended are not told of, whatever the next one acknowledges', () => {
  const [channel, read] = [new Envelopes(), [] as Uint8Array[]];
  const sent = new SentBodies((one) => read.push(one));
  channel.envelope = 5;
  sent.note(channel, body(large));
  sent.forget();
  const next = new Envelopes();
  next.acknowledged = 9;
  sent.trim(next);
  expect(read).toEqual([]);
});
