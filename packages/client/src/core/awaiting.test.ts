import { LIMITS, REFUSED, VERDICTS, strayMessage } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { Call } from './call.ts';
import { ClientRig, verdict } from './client-rig.test-kit.ts';
import type { ScriptedBroker } from './scripted-broker.test-kit.ts';

describe('a held call is awaited', () => {
  test('at every broker that is connected, for as long as it is held', () => {
    const rig = ClientRig.connected({}, ['a', 'b', 'c']);
    const call = heldIn(rig, { timeoutMs: 1_500 });
    for (const broker of rig.brokers.slice(1)) {
      expect(broker.awaits).toEqual([{ call: call.number, route: call.route.route, remainingMs: 1_500 }]);
    }
    expect(rig.a.awaits).toEqual([]);
  });

  test('at every broker that comes while it is held, for what is left', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.kill(rig.b);
    const call = heldIn(rig);
    rig.advance(500);
    rig.revive(rig.b);
    rig.advance(500);
    rig.revive(rig.a);
    expect(rig.b.awaits).toMatchObject([{ call: call.number, remainingMs: LIMITS.recoverMs - 500 }]);
    expect(rig.a.awaits).toMatchObject([{ call: call.number, remainingMs: LIMITS.recoverMs - 1_000 }]);
  });

  test('at a broker that leaves, too: workers are still there', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.once);
    rig.b.goaway();
    rig.run();
    rig.kill(rig.a);
    expect(rig.b.awaits).toMatchObject([{ call: call.number }]);
  });

  test('and no other: what waits, was answered or is idempotent is not', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.a.reply(rig.seen(rig.send(rig.once)));
    rig.run();
    rig.send(rig.safe);
    rig.kill(rig.a);
    rig.start(rig.once);
    rig.run();
    expect(rig.b.awaits).toEqual([]);
  });
});

describe('the result of a held call', () => {
  test('is its reply, from the other broker', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = heldIn(rig);
    rig.b.recover(call.number);
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(rig.client.stats).toMatchObject({ recovered: 1, replies: 1, lateAnswers: 0 });
  });

  test('is its reply, from the successor of the lost one', () => {
    const rig = ClientRig.connected();
    const call = heldIn(rig);
    rig.revive(rig.a);
    rig.a.recover(call.number);
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(rig.a.requests).toHaveLength(1);
  });

  test('is its failure, which says that it was started', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = heldIn(rig);
    rig.b.recover(call.number, VERDICTS.handlerError);
    rig.run();
    expect(verdict(call)).toBe('internal handler_error yes');
  });

  // Such a failure would have the call sent again, and nobody but the lost broker's own REFUSED can prove that it may.
  test.each([VERDICTS.draining, VERDICTS.noWorker, VERDICTS.workerLost])('is no $reason', (row) => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = heldIn(rig);
    rig.b.recover(call.number, row);
    rig.run();
    expect(call.state).toBe('held');
    expect(rig.client.stats.lateAnswers).toBe(1);
    rig.advance(LIMITS.recoverMs + 5);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
  });

  test('counts once, and not for a call in another state', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = heldIn(rig);
    const other = rig.send(rig.once);
    expect(rig.seen(other, rig.b).attempt).toBe(1);
    const successor = rig.a;
    rig.revive(successor);
    for (const broker of [rig.b, successor]) broker.recover(call.number);
    successor.recover(other.number);
    rig.run();
    expect(call.outcome?.ok).toBe(true);
    expect(other.state).toBe('sent');
    expect(rig.client.stats).toMatchObject({ replies: 1, lateAnswers: 2 });
  });
});

describe('it is taken back', () => {
  test.each([
    ['the call is cancelled', (rig: ClientRig, call: Call) => rig.client.cancel(call), 'canceled canceled unknown'],
    [
      'the client is closed',
      (rig: ClientRig) => rig.client.handleCommand(rig.now, { kind: 'close' }),
      'canceled client_closed unknown',
    ],
  ])('when %s', (_, end, expected) => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = heldIn(rig);
    end(rig, call);
    rig.run();
    expect(verdict(call)).toBe(expected);
    expect(rig.b.awaits.at(-1)).toMatchObject({ call: call.number, remainingMs: 0 });
    expect(rig.b.canceled).toEqual([]);
  });

  test('when its result came from another broker', () => {
    const rig = ClientRig.connected({}, ['a', 'b', 'c']);
    const call = heldIn(rig);
    rig.b.recover(call.number);
    rig.run();
    expect(rig.brokers[2]!.awaits.map(({ remainingMs }) => remainingMs)).toEqual([LIMITS.recoverMs, 0]);
  });

  // A result for the AWAIT must not be taken for the answer to the REQUEST.
  test('when it is proved not executed, before it goes out anew', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const call = rig.send(rig.once);
    const { session, peer } = rig.seen(call);
    rig.kill(rig.a);
    const order = orderAt(rig.b, call);
    const proof = { why: 'unknown_session', session, calls: [call.number] } as const;
    rig.client.handleMessage(rig.now, peer, strayMessage(0, 0, REFUSED, proof).frames);
    rig.run();
    expect(order()).toEqual(['AWAIT', 'AWAIT 0', 'REQUEST']);
  });
});

/** A call that was sent to the first broker, which is lost. */
function heldIn(rig: ClientRig, more: { timeoutMs?: number } = {}): Call {
  const call = rig.send(rig.once, more);
  rig.kill(rig.a);
  expect(call.state).toBe('held');
  return call;
}

/** What a broker was told of a call, in order. */
function orderAt(broker: ScriptedBroker, call: Call): () => string[] {
  let awaitsBefore: string[] = [];
  const said = (): string[] => broker.awaits.map(({ remainingMs }) => (remainingMs === 0 ? 'AWAIT 0' : 'AWAIT'));
  broker.onRequest = (request) => {
    if (request.call === call.number) awaitsBefore = [...said(), 'REQUEST'];
  };
  return () => awaitsBefore;
}
