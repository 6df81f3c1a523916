import { VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { ClientRig, verdict } from './client-rig.test-kit.ts';

describe('a call with hedgeAfterMs', () => {
  test('asks for a second worker once, after that time', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { hedgeAfterMs: 200 });
    rig.advance(195);
    expect(rig.a.hedged).toEqual([]);
    rig.advance(10);
    expect(rig.a.hedged).toEqual([call.number]);
    rig.advance(3_000);
    expect(rig.a.hedged).toHaveLength(1);
    rig.a.reply(rig.seen(call));
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(rig.client.stats).toMatchObject({ hedges: 1, resends: 0, retries: 0 });
  });

  test('asks for none if it is answered in time', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { hedgeAfterMs: 200 });
    rig.a.reply(rig.seen(call));
    rig.advance(1_000);
    expect(rig.a.hedged).toEqual([]);
  });

  test('still ends at its deadline', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { hedgeAfterMs: 200, timeoutMs: 1_000 });
    rig.advance(1_010);
    expect(verdict(call)).toBe('deadline_exceeded no_reply unknown');
  });

  test('asks anew for an attempt in another session', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { hedgeAfterMs: 200 });
    rig.advance(210);
    rig.cut(rig.a);
    rig.run();
    rig.advance(210);
    expect(rig.a.hedged).toEqual([call.number, call.number]);
  });

  test('asks for as many as the budget of retries pays for', () => {
    const rig = ClientRig.connected({ retryBudgetFloor: 2, retryBudgetShare: 0 });
    for (let i = 0; i < 10; i++) rig.start(rig.safe, { hedgeAfterMs: 100 });
    rig.run();
    rig.advance(105);
    expect(rig.a.hedged).toHaveLength(2);
    expect(rig.client.stats).toMatchObject({ hedges: 2, retriesDenied: 8 });
  });
});

describe('a call with attemptTimeoutMs', () => {
  test('is cancelled after that time and sent again, to another broker if there is one', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300 });
    rig.advance(305);
    expect(rig.a.canceled).toEqual([call.number]);
    expect(rig.seen(call, rig.b).attempt).toBe(2);
    rig.a.reply(rig.seen(call, rig.a));
    rig.run();
    expect(call.outcome).toBe(undefined);
    rig.b.reply(rig.seen(call, rig.b));
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(rig.client.stats).toMatchObject({ attemptTimeouts: 1, lateAnswers: 1 });
  });

  test('is sent again to the only broker there is, after its CANCEL', () => {
    const rig = ClientRig.connected({ attempts: 3 });
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300 });
    rig.advance(2_000);
    expect(rig.a.requests.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(rig.a.canceled).toEqual([call.number, call.number]);
  });

  test('leaves a doubt: a later "no" is an "unknown"', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300 });
    rig.advance(305);
    rig.a.fail(rig.seen(call), VERDICTS.unknownMethod);
    rig.run();
    expect(verdict(call)).toBe('unimplemented unknown_method unknown');
  });

  test('goes on where the budget does not pay for another', () => {
    const rig = ClientRig.connected({ retryBudgetFloor: 0, retryBudgetShare: 0 });
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300, timeoutMs: 1_000 });
    rig.advance(700);
    rig.a.reply(rig.seen(call));
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(rig.a.canceled).toEqual([]);
  });

  test('keeps its deadline while it waits to be sent again', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300, timeoutMs: 1_000 });
    rig.advance(100);
    rig.kill(rig.a);
    rig.advance(910);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
  });
});

describe('a client whose own loop stood still', () => {
  test('reads what has come before it asks for more or gives an attempt up', () => {
    const rig = ClientRig.connected();
    const hedged = rig.start(rig.safe, { hedgeAfterMs: 200 });
    const retried = rig.start(rig.safe, { attemptTimeoutMs: 300 });
    rig.run();
    rig.a.reply(rig.seen(hedged));
    rig.a.reply(rig.seen(retried));
    rig.now += 2_000;
    rig.client.handleTimeout(rig.now);
    rig.run();
    expect([hedged, retried].map(({ outcome }) => outcome?.ok)).toEqual([true, true]);
    rig.advance(1_000);
    expect([rig.a.hedged, rig.a.canceled]).toEqual([[], []]);
    expect(rig.client.stats).toMatchObject({ hedges: 0, attemptTimeouts: 0, lateAnswers: 0 });
  });

  test('does so a moment later if nothing had come', () => {
    const rig = ClientRig.connected();
    const hedged = rig.start(rig.safe, { hedgeAfterMs: 200 });
    const retried = rig.start(rig.safe, { attemptTimeoutMs: 300 });
    rig.run();
    rig.now += 2_000;
    rig.client.handleTimeout(rig.now);
    rig.advance(10);
    expect([rig.a.hedged, rig.a.canceled]).toEqual([[hedged.number], [retried.number]]);
  });
});

describe('an attempt that was given up', () => {
  test('is not, while no broker would take another one', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300 });
    rig.a.goaway();
    rig.advance(700);
    expect(rig.a.canceled).toEqual([]);
    rig.a.reply(rig.seen(call));
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(rig.client.stats).toMatchObject({ attemptTimeouts: 0, retriesDenied: 0 });
  });

  test('may answer for the next one in the same session: they have one number', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300 });
    const first = rig.seen(call);
    rig.advance(305);
    expect(rig.seen(call).attempt).toBe(2);
    rig.a.reply(first);
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    rig.a.reply(rig.seen(call));
    rig.run();
    expect(rig.client.stats).toMatchObject({ replies: 1, lateAnswers: 1 });
  });

  test('leaves no doubt once it is proved that nobody acted on it', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.transport = (_, broker) => (broker === rig.a ? 'hold' : 'sent');
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300 });
    rig.advance(305);
    expect(rig.seen(call, rig.b).attempt).toBe(2);
    rig.a.restart();
    rig.transport = () => 'sent';
    rig.run();
    rig.b.fail(rig.seen(call, rig.b), VERDICTS.unknownMethod);
    rig.run();
    expect(verdict(call)).toBe('unimplemented unknown_method no');
  });

  test('leaves its doubt when only the next one in its session is proved', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { attemptTimeoutMs: 300 });
    rig.transport = () => 'hold';
    rig.advance(305);
    rig.kill(rig.a);
    rig.transport = () => 'sent';
    rig.revive(rig.a);
    expect(rig.a.requests.map(({ attempt }) => attempt)).toEqual([1, 3]);
    rig.a.fail(rig.seen(call), VERDICTS.unknownMethod);
    rig.run();
    expect(verdict(call)).toBe('unimplemented unknown_method unknown');
  });
});
