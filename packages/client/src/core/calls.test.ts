import { ENVELOPE, LIMITS, VERDICTS, encodeDetail } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { Call } from './call.ts';
import { ClientRig, failure, verdict } from './client-rig.test-kit.ts';
import { REQUEST_BYTES } from './sender.ts';

describe('a call', () => {
  test('is answered with the body of the reply', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { body: Uint8Array.of(5) });
    expect(rig.seen(call)).toMatchObject({ method: 'safe', attempt: 1, priority: 1, body: { 0: 5 } });
    rig.a.reply(rig.seen(call), Uint8Array.of(6, 7));
    rig.run();
    expect(bodyOf(call)).toEqual(Uint8Array.of(6, 7));
    expect(rig.settled).toEqual([call]);
    expect(rig.client.pendingCalls).toBe(0);
    expect(rig.client.stats).toMatchObject({ calls: 1, replies: 1, failures: 0 });
  });

  test('carries key, metadata and priority', () => {
    const rig = ClientRig.connected();
    const parts = { key: Uint8Array.of(1), metadata: Uint8Array.of(0x80), body: Uint8Array.of(9), priority: 3 };
    const seen = rig.seen(rig.send(rig.safe, parts));
    expect([...seen.key, ...seen.metadata, ...seen.body, seen.priority]).toEqual([1, 0x80, 9, 3]);
  });

  test('fails with what the broker says', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe);
    rig.a.fail(rig.seen(call), VERDICTS.declared, 0, encodeDetail({ declared: 'OUT_OF_STOCK' }));
    rig.run();
    expect(verdict(call)).toBe('failed_precondition declared yes');
    expect(failure(call).detail?.length).toBeGreaterThan(5);
    expect(call.sends).toBe(1);
  });

  test('large bodies travel in a frame of their own, both ways', () => {
    const rig = ClientRig.connected();
    const body = new Uint8Array(LIMITS.largeBodyBytes + 1).fill(7);
    const [small, large, after] = [rig.start(rig.safe), rig.start(rig.safe, { body }), rig.start(rig.safe)];
    rig.run();
    expect(rig.a.requests.map(({ body: seen }) => seen.length)).toEqual([3, body.length, 3]);
    rig.a.reply(rig.seen(large), body);
    rig.run();
    expect(bodyOf(large)).toEqual(body);
    expect([small.state, after.state]).toEqual(['sent', 'sent']);
  });

  test('a large body on a route that is new goes after the declaration', () => {
    const rig = ClientRig.connected();
    const body = new Uint8Array(LIMITS.largeBodyBytes + 1);
    expect(rig.seen(rig.send(rig.once, { body })).method).toBe('once');
  });

  test('a thousand calls of one turn leave in as few messages as hold them', () => {
    const rig = ClientRig.connected();
    for (let i = 0; i < 1_000; i++) rig.start(rig.safe);
    rig.run();
    expect(rig.a.requests).toHaveLength(1_000);
    const bytes = rig.a.requests.length * (REQUEST_BYTES + rig.a.requests[0]!.body.length);
    expect(rig.a.messages).toBe(Math.ceil(bytes / (LIMITS.envelopeBytes - ENVELOPE.headerBytes)));
  });

  test('calls that fill a message leave at once, fewer wait for more', () => {
    const rig = ClientRig.connected();
    const perMessage = Math.ceil(LIMITS.envelopeBytes / (REQUEST_BYTES + rig.start(rig.safe).bodyBytes));
    for (let i = 2; i < perMessage; i++) rig.start(rig.safe);
    expect([rig.client.hasFull, rig.client.pollFull(rig.now)]).toEqual([false, undefined]);
    rig.start(rig.safe);
    expect(rig.client.hasFull).toBe(true);
    expect(rig.client.pollFull(rig.now)?.frames[0]!.length).toBeGreaterThan(LIMITS.envelopeBytes - 2 * REQUEST_BYTES);
    expect([rig.client.hasFull, rig.client.pollFull(rig.now)]).toEqual([false, undefined]);
  });

  test('an answer that nobody waits for changes nothing and is counted', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe);
    const seen = rig.seen(call);
    rig.a.reply(seen);
    rig.a.reply(seen);
    rig.a.reply({ ...seen, call: 123_456_789_012 });
    rig.run();
    expect(rig.settled).toHaveLength(1);
    expect(rig.client.stats.lateAnswers).toBe(2);
  });

  test('an answer from a broker that was not asked is not taken', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.safe);
    rig.b.reply({ ...rig.seen(call), peer: rig.peersOf(rig.b)[0]! });
    rig.run();
    expect(call.state).toBe('sent');
    expect(rig.client.stats.lateAnswers).toBe(1);
  });

  test('a second answer is not taken, also while the call waits to be sent again', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe);
    rig.a.fail(rig.seen(call), VERDICTS.noWorker);
    rig.a.reply(rig.seen(call));
    rig.run();
    expect(call.state).toBe('resting');
    expect(rig.client.stats.lateAnswers).toBe(1);
  });

  test('a number is not used again: a late answer does not meet the next call in the slot', () => {
    const rig = ClientRig.connected();
    const first = rig.send(rig.safe);
    const seen = rig.seen(first);
    rig.a.reply(seen);
    rig.run();
    const second = rig.send(rig.safe);
    expect(second.number).not.toBe(first.number);
    rig.a.reply(seen);
    rig.run();
    expect(second.state).toBe('sent');
  });

  test('starts above one are counted as redispatches', () => {
    const rig = ClientRig.connected();
    rig.a.reply(rig.seen(rig.send(rig.safe)), Uint8Array.of(), 3);
    rig.run();
    expect(rig.client.stats.redispatches).toBe(2);
  });
});

test('what ends while messages are made wakes a driver that asks for events before messages only', () => {
  const rig = ClientRig.connected();
  rig.client.handleCommand(rig.now, { kind: 'close' });
  while (rig.client.pollEvent() !== undefined) rig.client.pollEvent();
  while (rig.client.pollTransmit(rig.now) !== undefined) rig.client.pollTransmit(rig.now);
  expect(rig.client.pollTimeout()).toBe(rig.now);
  rig.run();
  expect(rig.kinds().at(-1)).toBe('closed');
  expect(rig.client.pollTimeout()).toBeUndefined();
});

describe('deadlines', () => {
  test('the broker is told less than there is, so that its verdict comes first', () => {
    const rig = ClientRig.connected();
    expect(rig.seen(rig.send(rig.safe, { timeoutMs: 1_000 })).remainingMs).toBe(950);
  });

  test('a call that was sent ends with no_reply, within a tick, and the broker is told', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { timeoutMs: 500 });
    rig.advance(499);
    expect(call.state).toBe('sent');
    rig.advance(5);
    expect(verdict(call)).toBe('deadline_exceeded no_reply unknown');
    expect(rig.a.canceled).toEqual([call.number]);
  });

  test('a call that no broker was there for ends with no_broker', () => {
    const rig = new ClientRig();
    const call = rig.start(rig.once, { timeoutMs: 500 });
    rig.advance(505);
    expect(verdict(call)).toBe('unavailable no_broker no');
    expect(call.sends).toBe(0);
  });

  test('a call that waited in our own queue for a live broker ends with expired_in_queue', () => {
    const rig = new ClientRig();
    rig.a.welcome = { callsMax: 1 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.send(rig.safe);
    const second = rig.send(rig.safe, { timeoutMs: 500 });
    rig.advance(505);
    expect(verdict(second)).toBe('deadline_exceeded expired_in_queue no');
    expect(rig.a.requests).toHaveLength(1);
  });

  test('after our own loop stood still, what lies unread is read first', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { timeoutMs: 500 });
    rig.a.reply(rig.seen(call));
    rig.now += 5_000;
    rig.client.handleTimeout(rig.now);
    expect(call.state).toBe('sent');
    rig.run();
    expect(call.outcome?.ok).toBe(true);
  });

  test('but only for one tick', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { timeoutMs: 500 });
    rig.now += 5_000;
    rig.client.handleTimeout(rig.now);
    rig.advance(5);
    expect(verdict(call)).toBe('deadline_exceeded no_reply unknown');
  });
});

describe('cancelling', () => {
  test('before it left: nothing was executed, nothing is sent', () => {
    const rig = ClientRig.connected();
    const call = rig.start(rig.safe);
    rig.client.cancel(call);
    rig.run();
    expect(verdict(call)).toBe('canceled canceled no');
    expect(rig.a.requests).toEqual([]);
  });

  test('after it left: nobody knows, and the broker is told', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe);
    rig.client.cancel(call);
    rig.run();
    expect(verdict(call)).toBe('canceled canceled unknown');
    expect(rig.a.canceled).toEqual([call.number]);
  });

  test('while it is held', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once);
    rig.kill(rig.a);
    expect(call.state).toBe('held');
    rig.client.cancel(call);
    expect(verdict(call)).toBe('canceled canceled unknown');
  });

  test('while it rests', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once);
    rig.a.fail(rig.seen(call), VERDICTS.queueFull);
    rig.run();
    expect(call.state).toBe('resting');
    rig.client.cancel(call);
    expect(verdict(call)).toBe('canceled canceled no');
  });

  test('twice, or after the end, changes nothing', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe);
    rig.a.reply(rig.seen(call));
    rig.run();
    rig.client.cancel(call);
    rig.client.cancel(call);
    rig.run();
    expect(rig.settled).toHaveLength(1);
    expect(call.outcome?.ok).toBe(true);
    expect(rig.a.canceled).toEqual([]);
  });
});

describe('ending', () => {
  test('close fails what is outstanding truthfully, says BYE, and then hangs up', () => {
    const rig = ClientRig.connected();
    const sent = rig.send(rig.safe);
    const waiting = rig.start(rig.safe);
    rig.client.handleCommand(rig.now, { kind: 'close' });
    rig.run();
    expect(verdict(sent)).toBe('canceled client_closed unknown');
    expect(verdict(waiting)).toBe('canceled client_closed no');
    expect(rig.a.byes).toBe(1);
    expect(rig.kinds().slice(-2)).toEqual(['hangUp', 'closed']);
    expect(rig.client.pollTimeout()).toBeUndefined();
    expect(verdict(rig.send(rig.safe))).toBe('canceled client_closed no');
  });

  test('close twice closes once', () => {
    const rig = ClientRig.connected();
    for (let i = 0; i < 2; i++) rig.client.handleCommand(rig.now, { kind: 'close' });
    rig.run();
    expect(rig.kinds().filter((kind) => kind === 'closed')).toHaveLength(1);
  });

  test('drain takes nothing new and waits for what is outstanding', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe);
    rig.client.handleCommand(rig.now, { kind: 'drain' });
    rig.run();
    expect(rig.kinds()).not.toContain('drained');
    expect(verdict(rig.send(rig.safe))).toBe('canceled client_closed no');
    rig.a.reply(rig.seen(call));
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(rig.kinds().at(-1)).toBe('drained');
  });

  test('drain with nothing outstanding is over at once', () => {
    const rig = ClientRig.connected();
    rig.client.handleCommand(rig.now, { kind: 'drain' });
    rig.run();
    expect(rig.kinds().at(-1)).toBe('drained');
  });
});

function bodyOf({ outcome }: Call): Uint8Array | undefined {
  return outcome?.ok === true ? new Uint8Array(outcome.bytes.subarray(outcome.start, outcome.end)) : undefined;
}
