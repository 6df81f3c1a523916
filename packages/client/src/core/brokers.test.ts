import { LIMITS, VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { rendezvousScore } from './broker-choice.ts';
import type { Call } from './call.ts';
import { ClientRig, verdict } from './client-rig.test-kit.ts';

/** Names of the brokers that saw the call, in the order of the list. */
function whoSaw(rig: ClientRig, call: Call): string {
  const saw = rig.brokers.filter(({ requests }) => requests.some((request) => request.call === call.number));
  return saw.map(({ name }) => name).join('');
}

describe('failover', () => {
  test('uses the first broker of the list', () => {
    const rig = ClientRig.connected({}, ['a', 'b', 'c']);
    const calls = Array.from({ length: 5 }, () => rig.send(rig.safe));
    expect(calls.map((call) => whoSaw(rig, call))).toEqual(['a', 'a', 'a', 'a', 'a']);
  });

  test('goes to the next one, and back only when the earlier one has been up for long enough', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.kill(rig.a);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('b');
    rig.revive(rig.a);
    const revivedAt = rig.now;
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('b');
    rig.advanceHeard(LIMITS.failbackMs - 1);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('b');
    rig.advanceHeard(LIMITS.failbackMs / 2 + 2);
    expect(rig.now - revivedAt).toBeGreaterThan(LIMITS.failbackMs * 1.5);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('a');
  });

  test('clients do not all go back in one moment', () => {
    const times = [1, 2, 3, 4].map((seed) => {
      const rig = ClientRig.connected({ failbackMs: 4_000 }, ['a', 'b'], seed);
      rig.kill(rig.a);
      rig.send(rig.safe);
      rig.revive(rig.a);
      const from = rig.now;
      while (whoSaw(rig, rig.send(rig.safe)) === 'b') rig.advanceHeard(100);
      return rig.now - from;
    });
    expect(Math.min(...times)).toBeGreaterThanOrEqual(4_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(6_100);
    expect(new Set(times).size).toBeGreaterThan(2);
  });

  test('a broker that has fallen silent gets nothing new, unless there is no other', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.advanceHeard(16_000, rig.b);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('b');
    rig.kill(rig.b);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('a');
  });
});

describe('round-robin', () => {
  test('takes turns', () => {
    const rig = ClientRig.connected({ policy: 'round-robin' }, ['a', 'b', 'c']);
    const calls = Array.from({ length: 6 }, () => rig.send(rig.safe));
    expect(calls.map((call) => whoSaw(rig, call)).join('')).toBe('abcabc');
  });

  test('passes over a broker that has no room, is leaving or is gone', () => {
    const rig = new ClientRig({ policy: 'round-robin' }, ['a', 'b', 'c']);
    rig.a.welcome = { callsMax: 1 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    const calls = Array.from({ length: 5 }, () => rig.send(rig.safe));
    expect(calls.map((call) => whoSaw(rig, call)).join('')).toBe('abcbc');
    rig.b.goaway();
    rig.run();
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('c');
    rig.kill(rig.a);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('c');
  });
});

describe('calls with a key', () => {
  test('of one key meet at one broker, of many keys at all', () => {
    const rig = ClientRig.connected({}, ['a', 'b', 'c']);
    const places = Array.from({ length: 60 }, (_, i) => {
      const key = Uint8Array.of(i);
      const [first, second] = [rig.send(rig.safe, { key }), rig.send(rig.safe, { key })];
      expect(whoSaw(rig, first)).toBe(whoSaw(rig, second));
      return whoSaw(rig, first);
    });
    for (const name of ['a', 'b', 'c']) expect(places.filter((p) => p === name).length).toBeGreaterThan(8);
  });

  test('a broker that is lost moves only its own keys', () => {
    const rig = ClientRig.connected({}, ['a', 'b', 'c']);
    const keys = Array.from({ length: 40 }, (_, i) => Uint8Array.of(i));
    const before = keys.map((key) => whoSaw(rig, rig.send(rig.once, { key })));
    rig.kill(rig.b);
    const after = keys.map((key) => whoSaw(rig, rig.send(rig.once, { key })));
    expect(after).not.toContain('b');
    const others = keys.map((_, i) => i).filter((i) => before[i] !== 'b');
    expect(others.map((i) => after[i])).toEqual(others.map((i) => before[i]));
  });

  test('wait for their broker without holding up the others', () => {
    const rig = new ClientRig({}, ['a', 'b']);
    const key = keyFor('b');
    rig.b.welcome = { callsMax: 1 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    const first = rig.send(rig.safe, { key });
    const second = rig.send(rig.safe, { key });
    const other = rig.send(rig.safe);
    expect([first, second, other].map(({ state }) => state)).toEqual(['sent', 'queued', 'sent']);
    rig.b.reply(rig.seen(first, rig.b));
    rig.run();
    expect(whoSaw(rig, second)).toBe('b');
  });

  test('that wait for a broker which is lost go to another one', () => {
    const rig = new ClientRig({}, ['a', 'b']);
    rig.b.welcome = { callsMax: 1 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    const calls = [1, 2, 3].map(() => rig.send(rig.safe, { key: keyFor('b') }));
    rig.kill(rig.b);
    expect(rig.a.requests.map(({ call }) => call)).toEqual(calls.map(({ number }) => number));
  });
});

describe('limits', () => {
  test('a broker gets no more calls than it allows, the rest follows as answers come', () => {
    const rig = new ClientRig();
    rig.a.welcome = { callsMax: 10 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    for (let i = 0; i < 25; i++) rig.start(rig.safe);
    rig.run();
    expect(rig.a.requests).toHaveLength(10);
    for (const request of [...rig.a.requests].slice(0, 4)) rig.a.reply(request);
    rig.run();
    expect(rig.a.requests).toHaveLength(14);
    expect(rig.client.pendingCalls).toBe(21);
  });

  test('what waits goes by priority, then by age', () => {
    const rig = new ClientRig();
    const [low, normal, high, alsoHigh] = [3, 1, 0, 0].map((priority) => rig.start(rig.safe, { priority }));
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    const order = [high, alsoHigh, normal, low].map((call) => call?.number);
    expect(rig.a.requests.map(({ call }) => call)).toEqual(order);
  });

  test('calls beyond the count are refused at once', () => {
    const rig = new ClientRig({ pendingCallsMax: 2 });
    const calls = [1, 2, 3].map(() => rig.start(rig.safe));
    expect(calls.map(({ state }) => state)).toEqual(['queued', 'queued', 'settled']);
    expect(verdict(calls[2]!)).toBe('resource_exhausted client_limit no');
    rig.client.cancel(calls[0]!);
    expect(rig.start(rig.safe).state).toBe('queued');
  });

  test('bytes beyond the bound are refused at once, and bytes that left do not count', () => {
    const rig = new ClientRig({ unsentBytesMax: 1_000 });
    const body = new Uint8Array(600);
    const [first, second] = [rig.start(rig.safe, { body }), rig.start(rig.safe, { body })];
    expect(first.state).toBe('queued');
    expect(verdict(second)).toBe('resource_exhausted client_limit no');
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    expect(rig.client.unsentBytes).toBe(0);
    expect(rig.start(rig.safe, { body }).state).toBe('queued');
    expect(rig.client.unsentBytes).toBe(600);
  });

  test('a body too large for the broker ends the call before it is sent', () => {
    const rig = new ClientRig();
    rig.a.welcome = { bodyBytesMax: 100 };
    const early = rig.start(rig.safe, { body: new Uint8Array(101) });
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    const late = rig.send(rig.safe, { body: new Uint8Array(101) });
    for (const call of [early, late]) expect(verdict(call)).toBe('resource_exhausted request_too_large no');
    expect(rig.send(rig.safe, { body: new Uint8Array(100) }).state).toBe('sent');
    expect(rig.a.requests).toHaveLength(1);
  });

  test('a broker that takes more than the default gets more', () => {
    const rig = new ClientRig();
    const body = new Uint8Array(LIMITS.bodyBytesMax + 1);
    expect(verdict(rig.start(rig.safe, { body }))).toBe('resource_exhausted request_too_large no');
    rig.a.welcome = { bodyBytesMax: 2 * LIMITS.bodyBytesMax };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    expect(rig.send(rig.safe, { body }).state).toBe('sent');
  });

  test('a client has so many routes and no more', () => {
    const rig = new ClientRig();
    const add = (): unknown =>
      rig.client.addRoute({ service: 's', method: 'm', fingerprint: 'f', accepts: [], idempotent: true });
    for (let i = 2; i < LIMITS.routesMax; i++) add();
    expect(add).toThrow(/4096 methods/);
  });
});

describe('a broker that leaves', () => {
  test('gets nothing new and answers what it has', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    const before = rig.send(rig.once);
    rig.a.goaway();
    rig.run();
    expect(rig.events).toContainEqual({ kind: 'leaving', endpoint: 'a' });
    expect(whoSaw(rig, rig.send(rig.once))).toBe('b');
    rig.a.reply(rig.seen(before));
    rig.run();
    expect(before.outcome?.ok).toBe(true);
  });

  test('what crossed its GOAWAY goes elsewhere: no budget, no attempt, at-most-once calls too', () => {
    const rig = ClientRig.connected({ retryBudgetShare: 0, retryBudgetFloor: 0 }, ['a', 'b']);
    const call = rig.send(rig.once);
    rig.a.fail(rig.seen(call), VERDICTS.draining);
    rig.run();
    expect(rig.seen(call, rig.b).attempt).toBe(2);
    expect(call.attempts).toBe(1);
    expect(rig.client.stats).toMatchObject({ retries: 0, takenBack: 1 });
  });

  test('what it had started and lost goes elsewhere if it may run twice, and the doubt stays', () => {
    const rig = ClientRig.connected({ attempts: 2 }, ['a', 'b']);
    const [again, once] = [rig.send(rig.safe), rig.send(rig.once)];
    const doubtful = { ...VERDICTS.draining, executed: 'unknown' } as const;
    for (const call of [again, once]) rig.a.fail(rig.seen(call), doubtful);
    rig.run();
    expect(verdict(once)).toBe('unavailable draining unknown');
    expect(rig.b.requests.map(({ call, attempt }) => [call, attempt])).toEqual([[again.number, 2]]);
    rig.b.fail(rig.b.requests[0]!, VERDICTS.noWorker);
    rig.run();
    expect(verdict(again)).toBe('unavailable no_worker unknown');
  });

  test('and not more often than attempts allow', () => {
    const rig = ClientRig.connected({ attempts: 1 }, ['a', 'b']);
    const call = rig.send(rig.safe);
    rig.a.fail(rig.seen(call), { ...VERDICTS.draining, executed: 'unknown' });
    rig.run();
    expect(verdict(call)).toBe('unavailable draining unknown');
    expect(rig.b.requests).toEqual([]);
  });

  test('with no other broker until the deadline the call ends as draining', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once, { timeoutMs: 800 });
    rig.a.fail(rig.seen(call), VERDICTS.draining);
    rig.advance(805);
    expect(verdict(call)).toBe('unavailable draining no');
  });

  test('after its BYE the session is over and the client greets again', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once);
    rig.a.bye();
    rig.run();
    expect(call.state).toBe('held');
    expect(rig.a.hellos).toHaveLength(1);
    rig.advance(LIMITS.reconnectMaxMs + 5);
    expect(rig.a.hellos).toHaveLength(2);
    const why = 'the broker said goodbye: drained';
    expect(rig.events).toContainEqual({ kind: 'disconnected', endpoint: 'a', why });
  });

  test('a broker that breaks the protocol is told so and left', () => {
    const rig = ClientRig.connected();
    rig.a.channels[0]!.reserve(200, 1, 0);
    rig.run();
    expect(rig.a.byes).toBe(1);
    expect(rig.kinds()).toContain('disconnected');
    rig.a.channels[0]?.reserve(201, 0, 0);
    rig.run();
    expect(rig.kinds().filter((kind) => kind === 'disconnected')).toHaveLength(1);
  });
});

describe('brokers that have the same name', () => {
  // As those of several machines do that all listen at tcp://*:5555 and were given none.
  test('share the keys all the same, and the order of the list does not matter', () => {
    const owners = [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
    ].map((names) => {
      const rig = new ClientRig({}, names);
      for (const broker of rig.brokers) broker.welcome = { broker: 'same' };
      rig.client.handleCommand(rig.now, { kind: 'start' });
      rig.run();
      for (let i = 0; i < 30; i++) rig.send(rig.once, { key: Uint8Array.of(i) });
      return rig.brokers
        .flatMap(({ name, requests }) => requests.map(({ key }) => `${key[0]!} ${name}`))
        .toSorted((one, other) => one.localeCompare(other));
    });
    expect(owners[0]).toEqual(owners[1]);
    expect(new Set(owners[0]!.map((owner) => owner.split(' ')[1])).size).toBe(3);
  });
});

/** A key that belongs to one of the brokers a and b. */
function keyFor(name: 'a' | 'b'): Uint8Array {
  for (let i = 0; ; i++) {
    const key = Uint8Array.of(i);
    if (rendezvousScore(key, 1, 'b') > rendezvousScore(key, 1, 'a') === (name === 'b')) return key;
  }
}
