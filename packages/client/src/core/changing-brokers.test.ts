import { LIMITS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { Call } from './call.ts';
import { ClientRig, verdict } from './client-rig.test-kit.ts';
import type { ScriptedBroker } from './scripted-broker.test-kit.ts';

/** A rig with brokers a, b and c, of which the client knows those that are named. */
function rigOf(listed: readonly string[], policy: 'failover' | 'round-robin' = 'failover'): ClientRig {
  return ClientRig.connected({ brokers: listed, policy }, ['a', 'b', 'c']);
}

function relist(rig: ClientRig, ...endpoints: string[]): void {
  rig.client.handleCommand(rig.now, { kind: 'brokers', endpoints });
  rig.run();
}

function whoSaw(rig: ClientRig, call: Call): string {
  const saw = rig.brokers.filter(({ requests }) => requests.some((request) => request.call === call.number));
  return saw.map(({ name }) => name).join('');
}

/** How it stands with the client's brokers: `a+ b-` if a is connected and b is being left. */
function standing(rig: ClientRig): string {
  const text = rig.client.brokers.map(({ endpoint, isLeaving, isConnected }) => {
    return `${endpoint}${isLeaving ? '-' : isConnected ? '+' : '?'}`;
  });
  return text.join(' ');
}

function answer(rig: ClientRig, call: Call, broker: ScriptedBroker): void {
  broker.reply(rig.seen(call, broker));
  rig.run();
}

describe('a broker that appears', () => {
  test('is dialled, and takes its turn', () => {
    const rig = rigOf(['a'], 'round-robin');
    relist(rig, 'a', 'b');
    expect(standing(rig)).toBe('a+ b+');
    const calls = Array.from({ length: 4 }, () => rig.send(rig.safe));
    expect(calls.map((call) => whoSaw(rig, call)).join('')).toMatch(/^(ab){2}$|^(ba){2}$/);
  });

  test('gets the calls that waited while there was none', () => {
    const rig = rigOf([]);
    const call = rig.send(rig.once);
    expect(call.state).toBe('queued');
    relist(rig, 'b');
    expect(whoSaw(rig, call)).toBe('b');
  });

  test('and is preferred gets new calls when it has been up for long enough', () => {
    const rig = rigOf(['b']);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('b');
    relist(rig, 'a', 'b');
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('b');
    rig.advanceHeard(LIMITS.failbackMs * 1.5 + 1);
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('a');
  });

  test('takes only the keys that are its own now', () => {
    const rig = rigOf(['a', 'b']);
    const keys = Array.from({ length: 40 }, (_, i) => Uint8Array.of(i));
    const before = keys.map((key) => whoSaw(rig, rig.send(rig.once, { key })));
    relist(rig, 'c', 'a', 'b');
    const after = keys.map((key) => whoSaw(rig, rig.send(rig.once, { key })));
    const moved = keys.map((_, i) => i).filter((i) => before[i] !== after[i]);
    expect(moved.length).toBeGreaterThan(4);
    expect(new Set(moved.map((i) => after[i]))).toEqual(new Set(['c']));
  });
});

describe('a broker that disappears', () => {
  test('with nothing outstanding is told goodbye at once', () => {
    const rig = rigOf(['a', 'b']);
    relist(rig, 'b');
    expect(standing(rig)).toBe('b+');
    expect(rig.a.byes).toBe(1);
    expect(rig.kinds().slice(-2)).toEqual(['hangUp', 'removed']);
  });

  test('answers what it has, gets nothing new, and is left then', () => {
    const rig = rigOf(['a', 'b']);
    const [first, second] = [rig.send(rig.once), rig.send(rig.safe)];
    relist(rig, 'b');
    expect(standing(rig)).toBe('b+ a-');
    expect(whoSaw(rig, rig.send(rig.safe))).toBe('b');
    answer(rig, first, rig.a);
    expect([rig.a.byes, first.outcome?.ok, second.state]).toEqual([0, true, 'sent']);
    answer(rig, second, rig.a);
    expect([rig.a.byes, second.outcome?.ok, standing(rig)]).toEqual([1, true, 'b+']);
    expect(second.sends).toBe(1);
  });

  test('is left at the deadline of what it never answers', () => {
    const rig = rigOf(['a', 'b']);
    const call = rig.send(rig.once, { timeoutMs: 3_000 });
    relist(rig, 'b');
    rig.advanceHeard(3_100);
    expect(verdict(call)).toBe('deadline_exceeded no_reply unknown');
    expect(rig.a.canceled).toEqual([call.number]);
    expect([rig.a.byes, standing(rig)]).toEqual([1, 'b+']);
  });

  test('gives back the calls that waited for it alone', () => {
    const rig = new ClientRig({ brokers: ['a', 'b'] }, ['a', 'b', 'c']);
    rig.a.welcome = { callsMax: 1 };
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    const keys = Array.from({ length: 20 }, (_, i) => Uint8Array.of(i));
    const calls = keys.map((key) => rig.send(rig.once, { key }));
    const waiting = calls.filter(({ state }) => state === 'queued');
    expect(waiting.length).toBeGreaterThan(2);
    relist(rig, 'b');
    expect(waiting.map((call) => whoSaw(rig, call))).toEqual(waiting.map(() => 'b'));
  });

  test('and is lost with an at-most-once call is still waited for: proof lets the call go elsewhere', () => {
    const rig = rigOf(['a', 'b']);
    rig.transport = (_, broker) => (broker === rig.a ? 'hold' : 'sent');
    const call = rig.send(rig.once);
    relist(rig, 'b');
    rig.a.restart();
    rig.cut(rig.a);
    rig.run();
    expect([call.state, standing(rig)]).toEqual(['held', 'b+ a-']);
    rig.transport = () => 'sent';
    rig.run();
    expect([whoSaw(rig, call), standing(rig)]).toEqual(['b', 'b+']);
  });

  test('and is lost with an at-most-once call is left when no proof came', () => {
    const rig = rigOf(['a', 'b']);
    const call = rig.send(rig.once);
    relist(rig, 'b');
    rig.kill(rig.a);
    expect([call.state, standing(rig)]).toEqual(['held', 'b+ a-']);
    rig.advanceHeard(LIMITS.recoverMs + 1);
    expect(verdict(call)).toBe('unavailable broker_lost unknown');
    expect(standing(rig)).toBe('b+');
    const dials = rig.kinds().filter((kind) => kind === 'dial').length;
    rig.advanceHeard(10_000);
    expect(rig.kinds().filter((kind) => kind === 'dial').length).toBe(dials);
  });

  test('and comes back meanwhile goes on in the same session', () => {
    const rig = rigOf(['a', 'b']);
    const call = rig.send(rig.safe);
    relist(rig, 'b');
    relist(rig, 'a', 'b');
    expect(standing(rig)).toBe('a+ b+');
    answer(rig, call, rig.a);
    expect([rig.a.byes, rig.a.hellos.length, call.outcome?.ok]).toEqual([0, 1, true]);
  });

  test('and comes back later is dialled anew', () => {
    const rig = rigOf(['a', 'b']);
    relist(rig, 'b');
    relist(rig, 'a', 'b');
    expect([standing(rig), rig.a.hellos.length]).toEqual(['a+ b+', 2]);
  });

  test('is not dialled again when it never answered', () => {
    const rig = new ClientRig({ brokers: ['a', 'b'] }, ['a', 'b', 'c']);
    rig.a.isWelcoming = false;
    rig.client.handleCommand(rig.now, { kind: 'start' });
    rig.run();
    relist(rig, 'b');
    rig.advanceHeard(LIMITS.helloTimeoutMs * 3);
    expect(rig.a.hellos).toHaveLength(1);
  });

  test('as the only one leaves calls waiting, not failed', () => {
    const rig = rigOf(['a']);
    relist(rig);
    const call = rig.send(rig.once);
    expect([call.state, standing(rig)]).toEqual(['queued', '']);
    relist(rig, 'c');
    expect(whoSaw(rig, call)).toBe('c');
  });
});

test('a list in another order keeps all sessions, and calls stay where they go', () => {
  const rig = rigOf(['a', 'b', 'c']);
  rig.send(rig.safe);
  relist(rig, 'c', 'b', 'a');
  expect(standing(rig)).toBe('c+ b+ a+');
  expect(whoSaw(rig, rig.send(rig.safe))).toBe('a');
  expect(rig.brokers.map(({ hellos }) => hellos.length)).toEqual([1, 1, 1]);
  rig.kill(rig.a);
  expect(whoSaw(rig, rig.send(rig.safe))).toBe('c');
});

test('what is outstanding at a broker that is being left counts for drain and close', () => {
  const rig = rigOf(['a', 'b']);
  const call = rig.send(rig.once);
  relist(rig, 'b');
  rig.client.handleCommand(rig.now, { kind: 'drain' });
  rig.run();
  expect(rig.kinds()).not.toContain('drained');
  rig.client.handleCommand(rig.now, { kind: 'close' });
  relist(rig, 'c');
  expect(verdict(call)).toBe('canceled client_closed unknown');
  expect([rig.a.byes, rig.b.byes, rig.brokers[2]!.hellos]).toEqual([1, 1, []]);
  expect(rig.kinds().at(-1)).toBe('closed');
});

test('whatever the list does, every call settles and no broker that is unlisted gets one', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const rig = ClientRig.connected({ policy: seed % 2 === 0 ? 'failover' : 'round-robin' }, ['a', 'b', 'c'], seed);
    const chance = dice(seed);
    let listed = ['a', 'b', 'c'];
    const calls: Call[] = [];
    const strays: string[] = [];
    for (let step = 0; step < 60; step++) {
      const what = chance(5);
      if (what === 0) {
        listed = ['a', 'b', 'c'].filter(() => chance(2) === 0);
        relist(rig, ...listed);
      } else if (what === 1) {
        const broker = rig.brokers[chance(3)]!;
        for (const request of broker.requests.slice(-3)) broker.reply(request);
        rig.run();
      } else if (what === 2 && chance(4) === 0) {
        rig.cut(rig.brokers[chance(3)]!);
        rig.run();
      } else {
        const before = rig.brokers.map(({ requests }) => requests.length);
        const key = chance(2) === 0 ? { key: Uint8Array.of(chance(9)) } : {};
        calls.push(rig.send(chance(2) === 0 ? rig.safe : rig.once, { timeoutMs: 5_000, ...key }));
        const took = rig.brokers.filter(({ requests }, index) => requests.length > before[index]!);
        strays.push(...took.map(({ name }) => name).filter((name) => !listed.includes(name)));
      }
    }
    rig.advanceHeard(5_100);
    expect(strays).toEqual([]);
    expect(calls.every(({ state }) => state === 'settled')).toBe(true);
    expect(rig.settled.length).toBe(calls.length);
    expect(rig.client.brokers.map(({ endpoint }) => endpoint)).toEqual(listed);
  }
});

/** Small numbers from a seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
}
