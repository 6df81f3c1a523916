import { describe, expect, test } from 'vitest';
import { Channel } from './channel.ts';
import { LIMITS } from './limits.ts';
import { Outbox } from './outbox.ts';
import { envelope, readEnvelope } from './wire.test-kit.ts';

/** Channels of peers 1 to `count` that share an outbox. */
function channels(count: number): { outbox: Outbox; list: Channel[] } {
  const outbox = new Outbox();
  return { outbox, list: Array.from({ length: count }, (_, i) => new Channel(outbox, i + 1, 77, 0)) };
}

function write(channel: Channel, bytes: number = 0): void {
  const at = channel.reserve(26, 0, bytes);
  channel.buffer.fill(0, at, at + bytes);
}

function peers(outbox: Outbox, now: number = 0): number[] {
  const list: number[] = [];
  for (let t = outbox.poll(now); t !== undefined; t = outbox.poll(now)) list.push(t.peer);
  return list;
}

describe('turns', () => {
  test('go around: a channel with much to say does not hold the others up', () => {
    const { outbox, list } = channels(3);
    for (let i = 0; i < 4; i++) write(list[0]!, 70_000);
    write(list[1]!);
    write(list[2]!);
    expect(peers(outbox)).toEqual([1, 2, 3, 1, 1, 1]);
  });

  test('go around also while channels keep getting more to say', () => {
    const { outbox, list } = channels(3);
    for (const channel of list) write(channel);
    const served: number[] = [];
    for (let i = 0; i < 9; i++) {
      const { peer } = outbox.poll(0)!;
      served.push(peer);
      write(list[peer - 1]!);
    }
    expect(served).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  test('begin with the messages that belong to no session, in their order', () => {
    const { outbox, list } = channels(1);
    write(list[0]!);
    outbox.post({ peer: 8, frames: [] });
    outbox.post({ peer: 9, frames: [] });
    expect(peers(outbox)).toEqual([8, 9, 1]);
  });

  test('come once for a channel, however often it is written to', () => {
    const { outbox, list } = channels(1);
    for (let i = 0; i < 100; i++) write(list[0]!);
    expect(peers(outbox)).toEqual([1]);
    write(list[0]!);
    expect(peers(outbox)).toEqual([1]);
  });

  test('do not come for a channel that was closed', () => {
    const { outbox, list } = channels(2);
    // Two full envelopes, and one that is open.
    for (const bytes of [70_000, 70_000, 0]) write(list[0]!, bytes);
    write(list[1]!);
    list[0]!.close();
    expect(peers(outbox)).toEqual([2]);
  });
});

describe('what is full', () => {
  const half = LIMITS.envelopeBytes / 2;

  test('leaves before the rest, which goes on gathering', () => {
    const { outbox, list } = channels(3);
    write(list[0]!);
    for (let i = 0; i < 4; i++) write(list[1]!, half);
    expect(outbox.hasFull).toBe(true);
    const early = [outbox.pollFull(0), outbox.pollFull(0), outbox.pollFull(0), outbox.pollFull(0)];
    expect(early.map((t) => t?.peer)).toEqual([2, 2, 2, undefined]);
    expect(outbox.hasFull).toBe(false);
    write(list[0]!);
    expect(peers(outbox)).toEqual([1, 2]);
  });

  test('is not handed out twice', () => {
    const { outbox, list } = channels(1);
    write(list[0]!, half);
    write(list[0]!, half);
    expect(peers(outbox)).toEqual([1, 1]);
    write(list[0]!);
    expect(outbox.pollFull(0)).toBeUndefined();
    expect(peers(outbox)).toEqual([1]);
  });

  test('waits behind what the transport gave back, and is not forgotten', () => {
    const { outbox, list } = channels(1);
    write(list[0]!);
    list[0]!.pause(0, outbox.poll(0)!);
    for (let i = 0; i < 2; i++) write(list[0]!, half);
    expect(outbox.pollFull(0)).toBeUndefined();
    outbox.handleTimeout(1);
    expect(peers(outbox, 1)).toEqual([1, 1, 1]);
  });

  test('of a channel that was closed is dropped', () => {
    const { outbox, list } = channels(1);
    for (let i = 0; i < 2; i++) write(list[0]!, half);
    list[0]!.close();
    expect(outbox.pollFull(0)).toBeUndefined();
  });
});

describe('a pause', () => {
  test('of one channel does not hold up the others', () => {
    const { outbox, list } = channels(2);
    for (const channel of list) write(channel);
    const first = outbox.poll(0)!;
    list[0]!.pause(0, first);
    expect(peers(outbox)).toEqual([2]);
    expect(outbox.timeout()).toBe(1);
  });

  test('ends at its time', () => {
    const { outbox, list } = channels(1);
    write(list[0]!);
    list[0]!.pause(10, outbox.poll(10)!);
    expect(peers(outbox, 10)).toEqual([]);
    outbox.handleTimeout(10.9);
    expect(peers(outbox, 10.9)).toEqual([]);
    outbox.handleTimeout(11);
    expect([outbox.timeout(), peers(outbox, 11)]).toEqual([undefined, [1]]);
  });

  test('ends at once when the peer acknowledges: no timer is needed', () => {
    const { outbox, list } = channels(1);
    const [channel] = list as [Channel];
    write(channel);
    const refused = outbox.poll(0)!;
    write(channel);
    const other = readEnvelope([envelope([], { session: 77, seq: 1, ack: 1 })]);
    channel.pause(0, refused);
    expect(peers(outbox, 0)).toEqual([]);
    channel.accept(0, other);
    expect(outbox.timeout()).toBeUndefined();
    expect(outbox.poll(0)).toBe(refused);
    expect(peers(outbox, 0)).toEqual([1]);
  });

  test('of a channel that is closed is forgotten', () => {
    const { outbox, list } = channels(1);
    write(list[0]!);
    list[0]!.pause(0, outbox.poll(0)!);
    expect(peers(outbox)).toEqual([]);
    list[0]!.close();
    expect(outbox.timeout()).toBeUndefined();
    outbox.handleTimeout(100);
    expect(peers(outbox, 100)).toEqual([]);
  });
});

describe('buffers', () => {
  test('are lent again, and not lent twice', () => {
    const outbox = new Outbox();
    const first = outbox.takeScratch(100);
    const second = outbox.takeScratch(100);
    expect(second).not.toBe(first);
    outbox.giveScratch(first);
    expect(outbox.takeScratch(100)).toBe(first);
  });

  test('have one of a few sizes', () => {
    const outbox = new Outbox();
    const sizes = [1, 1_024, 1_025, 4_096, 4_097, LIMITS.envelopeBytes].map((n) => outbox.takeScratch(n).length);
    expect(sizes).toEqual([1_024, 1_024, 4_096, 4_096, LIMITS.envelopeBytes, LIMITS.envelopeBytes]);
    expect(outbox.takeScratch(100_000).length).toBe(100_000);
  });

  test('are not hoarded', () => {
    const outbox = new Outbox();
    const lent = Array.from({ length: 200 }, () => outbox.takeScratch(LIMITS.envelopeBytes));
    for (const buffer of lent) outbox.giveScratch(buffer);
    const known = new Set(lent);
    const again = Array.from({ length: 200 }, () => outbox.takeScratch(LIMITS.envelopeBytes));
    expect(again.filter((buffer) => known.has(buffer))).toHaveLength(2_097_152 / LIMITS.envelopeBytes);
  });
});
