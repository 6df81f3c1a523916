import { LIMITS, REFUSED, VERDICTS, strayMessage } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { ClientRig, verdict } from './client-rig.test-kit.ts';

describe('a session is lost', () => {
  test('an idempotent call goes to another broker at once', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.safe);
    rig.kill(rig.a);
    expect(rig.seen(call, rig.b)).toMatchObject({ attempt: 2 });
    expect(rig.client.stats.resends).toBe(1);
    rig.b.reply(rig.seen(call, rig.b));
    rig.run();
    expect(call.outcome?.ok).toBe(true);
  });

  test('an idempotent call waits for the only broker to come back', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe);
    rig.kill(rig.a);
    expect(call.state).toBe('queued');
    rig.revive(rig.a);
    expect(rig.seen(call).attempt).toBe(2);
  });

  test('order is kept: what came back goes before what waits', () => {
    const rig = new ClientRig();
    rig.a.welcome = { callsMax: 2 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    const calls = Array.from({ length: 4 }, () => rig.start(rig.safe));
    rig.run();
    rig.kill(rig.a);
    rig.a.requests.length = 0;
    rig.a.welcome = {};
    rig.revive(rig.a);
    expect(rig.a.requests.map(({ call }) => call)).toEqual(calls.map(({ number }) => number));
  });

  test('no more than so many attempts', () => {
    const rig = ClientRig.connected({ attempts: 3 });
    const call = rig.send(rig.safe);
    for (let i = 0; i < 2; i++) {
      rig.kill(rig.a);
      rig.revive(rig.a);
    }
    expect(rig.seen(call).attempt).toBe(3);
    rig.kill(rig.a);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
    expect(call.sends).toBe(3);
  });

  test('what waits in doubt for a broker until the deadline ends as broker_lost', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.safe, { timeoutMs: 500 });
    rig.kill(rig.a);
    rig.advance(505);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
  });

  test('a later no becomes unknown, for the lost attempt may have been started', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.safe);
    rig.kill(rig.a);
    rig.b.fail(rig.seen(call, rig.b), VERDICTS.unknownMethod);
    rig.run();
    expect(verdict(call)).toBe('unimplemented unknown_method unknown');
  });

  test('but yes stays yes', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.safe);
    rig.kill(rig.a);
    rig.b.fail(rig.seen(call, rig.b), VERDICTS.handlerError);
    rig.run();
    expect(verdict(call)).toBe('internal handler_error yes');
  });

  test('the answer of a session that is over is not taken', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.safe);
    rig.a.reply(rig.seen(call));
    const late = rig.a.outbox.poll(rig.now)!;
    rig.cut(rig.a);
    rig.client.handleMessage(rig.now, late.peer, late.frames);
    expect(call.state).toBe('queued');
  });

  test('silence on an open connection ends the session, and a new link is dialled', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.transport = (_, broker) => (broker === rig.a ? 'lost' : 'sent');
    const call = rig.send(rig.safe, { timeoutMs: 60_000 });
    rig.advanceHeard(22_000, rig.b);
    expect(rig.seen(call, rig.b).attempt).toBe(2);
    expect(rig.events).toContainEqual({ kind: 'disconnected', endpoint: 'a', why: 'the broker fell silent' });
    expect(rig.kinds().filter((kind) => kind === 'dial')).toHaveLength(3);
  });
});

describe('an at-most-once call in a lost session', () => {
  test('is held until recoverMs, then nobody knows', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once);
    rig.kill(rig.a);
    rig.advance(LIMITS.recoverMs - 5);
    expect(call.state).toBe('held');
    rig.advance(10);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
  });

  test('is held no longer than its deadline', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once, { timeoutMs: 300 });
    rig.kill(rig.a);
    rig.advance(305);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
  });

  test('goes elsewhere when a REFUSED proves that it was not executed', () => {
    const rig = ClientRig.connected();
    rig.transport = () => 'hold';
    const call = rig.send(rig.once);
    rig.transport = () => 'sent';
    rig.kill(rig.a);
    expect(call.state).toBe('held');
    rig.revive(rig.a);
    expect(rig.a.requests).toHaveLength(1);
    expect(call).toMatchObject({ state: 'sent', sends: 2, attempts: 1 });
    rig.a.fail(rig.seen(call), VERDICTS.unknownMethod);
    rig.run();
    expect(verdict(call)).toBe('unimplemented unknown_method no');
  });

  test('does not end at the WELCOME of the successor, to which its worker may offer the result', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once);
    rig.kill(rig.a);
    rig.revive(rig.a);
    expect(call.state).toBe('held');
    rig.advance(LIMITS.recoverMs);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
    expect(rig.a.requests).toHaveLength(1);
  });

  test('does not end at the WELCOME of another broker', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.kill(rig.b);
    const call = rig.send(rig.once);
    rig.kill(rig.a);
    rig.revive(rig.b);
    expect(call.state).toBe('held');
    expect(rig.b.requests).toEqual([]);
  });

  test('does not end at the WELCOME on a new link: what the old one held was thrown away, not delivered', () => {
    const rig = ClientRig.connected({ recoverMs: 60_000 });
    const call = rig.send(rig.once, { timeoutMs: 60_000 });
    rig.transport = () => 'lost';
    rig.advance(20_004);
    expect(call.state).toBe('held');
    rig.transport = () => 'sent';
    rig.advance(1_000);
    expect(rig.client.brokers[0]).toMatchObject({ isConnected: true });
    expect(call.state).toBe('held');
  });

  test('a REFUSED that names another session proves nothing', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.once);
    rig.kill(rig.a);
    rig.client.handleMessage(rig.now, rig.peersOf(rig.b)[0]!, refusal(999, [call.number]));
    expect(call.state).toBe('held');
  });

  test('a REFUSED of the session before proves nothing once the next one was welcomed: the message came twice', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once);
    const { session, peer } = rig.seen(call);
    rig.cut(rig.a);
    rig.run();
    expect(rig.client.brokers[0]).toMatchObject({ isConnected: true });
    rig.client.handleMessage(rig.now, peer, refusal(session, [call.number]));
    rig.run();
    expect(call).toMatchObject({ state: 'held', sends: 1 });
    expect(rig.a.requests).toHaveLength(1);
  });

  test('the REFUSED that tells of the loss proves the calls it names, and only those', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const before = rig.send(rig.once);
    rig.a.restart();
    const named = rig.send(rig.once);
    expect(before.state).toBe('held');
    expect(rig.seen(named, rig.b).attempt).toBe(2);
    rig.b.reply(rig.seen(named, rig.b));
    rig.advance(LIMITS.recoverMs + 5);
    expect(verdict(before)).toBe('unavailable broker_lost unknown');
    expect(named.outcome?.ok).toBe(true);
  });

  test('proof that comes a second time changes nothing', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.once);
    const { session, peer } = rig.seen(call);
    rig.kill(rig.a);
    const proof = refusal(session, [call.number]);
    rig.client.handleMessage(rig.now, peer, proof);
    rig.run();
    expect(rig.seen(call, rig.b).attempt).toBe(2);
    rig.client.handleMessage(rig.now, peer, proof);
    rig.run();
    expect(call).toMatchObject({ state: 'sent', attempts: 1 });
    expect(rig.b.requests).toHaveLength(1);
  });

  test('proof for an attempt of an idempotent call takes back the doubt', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.safe);
    const { session, peer } = rig.seen(call);
    rig.kill(rig.a);
    rig.client.handleMessage(rig.now, peer, refusal(session, [call.number]));
    expect(call).toMatchObject({ state: 'sent', attempts: 1, doubts: [] });
    rig.b.fail(rig.seen(call, rig.b), VERDICTS.unknownMethod);
    rig.run();
    expect(verdict(call)).toBe('unimplemented unknown_method no');
  });
});

describe('a transport that will not', () => {
  test('full: the message waits and keeps its place, and later calls stay with us', () => {
    const rig = ClientRig.connected();
    rig.transport = () => 'full';
    const first = rig.send(rig.once);
    const second = rig.send(rig.once);
    expect([first.state, second.state]).toEqual(['sent', 'queued']);
    rig.client.cancel(second);
    expect(verdict(second)).toBe('canceled canceled no');
    rig.transport = () => 'sent';
    rig.advance(60);
    expect(rig.a.requests.map(({ call }) => call)).toEqual([first.number]);
  });

  test('full, and then the session is lost: it was never sent', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.transport = (_, broker) => (broker === rig.a ? 'full' : 'sent');
    const call = rig.send(rig.once);
    rig.kill(rig.a);
    expect(rig.seen(call, rig.b)).toMatchObject({ attempt: 1 });
    expect(call.sends).toBe(1);
  });

  test('gone: the calls in the message go elsewhere, at-most-once ones too', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.transport = (_, broker) => (broker === rig.a ? 'gone' : 'sent');
    const call = rig.send(rig.once);
    expect(rig.seen(call, rig.b)).toMatchObject({ attempt: 1 });
    expect(rig.client.stats).toMatchObject({ takenBack: 1, resends: 0 });
  });

  test('gone, told after the session was lost, is proof all the same', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.start(rig.once);
    const message = rig.client.pollTransmit(rig.now)!;
    rig.cut(rig.a);
    expect(call.state).toBe('held');
    rig.client.handleRefused(rig.now, message, 'full');
    rig.run();
    expect(rig.seen(call, rig.b).attempt).toBe(1);
  });

  test('a greeting it had no room for is made again', () => {
    const rig = new ClientRig();
    rig.transport = () => 'full';
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    rig.transport = () => 'sent';
    expect(rig.kinds()).not.toContain('connected');
    rig.advance(LIMITS.reconnectMs + 5);
    expect(rig.kinds()).toContain('connected');
  });

  test('full after a large body has left: what comes behind it was never sent', () => {
    const rig = ClientRig.connected();
    rig.a.reply(rig.seen(rig.send(rig.once)));
    rig.run();
    const body = new Uint8Array(LIMITS.largeBodyBytes + 1);
    const [large, small] = [rig.start(rig.once, { body }), rig.start(rig.once)];
    rig.transport = ({ frames }) => (frames.length === 2 ? 'sent' : 'full');
    rig.run();
    expect([large.state, small.state]).toEqual(['sent', 'sent']);
    rig.cut(rig.a);
    expect([large.state, small.state]).toEqual(['held', 'queued']);
  });

  test('a window that is full keeps calls with us', () => {
    const rig = new ClientRig();
    rig.a.welcome = { windowBytes: 1_000 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    rig.transport = () => 'hold';
    const calls = Array.from({ length: 3 }, () => rig.send(rig.once, { body: new Uint8Array(600) }));
    expect(calls.map(({ state }) => state)).toEqual(['sent', 'sent', 'queued']);
    // The second one is encoded but has not left: it can still be taken back when the session is lost.
    rig.cut(rig.a);
    expect(calls.map(({ state, sends }) => `${state} ${sends}`)).toEqual(['held 1', 'queued 0', 'queued 0']);
  });
});

function refusal(session: number, calls: readonly number[]): readonly Uint8Array[] {
  return strayMessage(0, 0, REFUSED, { why: 'unknown_session', session, calls }).frames;
}
