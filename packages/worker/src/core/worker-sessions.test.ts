import { LIMITS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { Rig } from './scripted-broker.test-kit.ts';

describe('a lost session', () => {
  test('leaves handlers at work, drops their results, and forgets what waits', () => {
    const rig = new Rig({ concurrency: 2, prefetch: 3 }).open();
    for (let i = 0; i < 4; i++) rig.broker.dispatch();
    rig.settle();
    rig.cut(rig.broker);
    rig.settle();
    expect(rig.status()).toEqual(['connected', 'disconnected', 'connected']);
    expect([rig.core.running, rig.core.waiting]).toEqual([2, 0]);
    expect(rig.aborts()).toEqual([]);
    // Two of five slots belong to handlers of the lost session.
    expect(rig.broker.granted).toBe(3);

    for (const dispatch of rig.started) rig.complete(dispatch);
    rig.settle();
    expect(rig.broker.of('reply')).toEqual([]);
    expect(rig.core.counters.dropped).toBe(2);
    expect(rig.broker.granted).toBe(5);
  });

  test('counts its handlers at work: no more than concurrency ever run', () => {
    const rig = new Rig({ concurrency: 1, prefetch: 3 }).open();
    rig.broker.dispatch();
    rig.settle();
    rig.cut(rig.broker);
    rig.settle();
    rig.broker.dispatch();
    rig.settle();
    expect(rig.started).toHaveLength(1);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.started).toHaveLength(2);
  });

  test('still lets the deadline of its handlers raise their signal', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch({ remainingMs: 50 });
    rig.settle();
    rig.cut(rig.broker);
    rig.pass(60);
    expect(rig.aborts()).toEqual([[id, 'deadline']]);
  });

  test('is not mistaken for the next one with the same dispatch ids', () => {
    const rig = new Rig({ concurrency: 4 }).open();
    rig.broker.dispatch();
    rig.settle();
    const [stale] = rig.started;
    rig.cut(rig.broker);
    rig.settle();
    rig.broker.cancel(stale!.id);
    rig.settle();
    expect(rig.aborts()).toEqual([]);
  });
});

describe('a HELLO that the transport had no room for', () => {
  test('goes out again after a short pause, whatever else was given back', () => {
    const rig = new Rig().open();
    rig.broker.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    const reply = rig.core.pollTransmit(rig.now)!;
    rig.cut(rig.broker);
    const hello = rig.core.pollTransmit(rig.now)!;
    rig.core.handleRefused(rig.now, hello, 'full');
    rig.core.handleRefused(rig.now, reply, 'full');
    rig.pass(LIMITS.reconnectMs + 8);
    expect(rig.status()).toEqual(['connected', 'disconnected', 'connected']);
    // What belongs to the lost session is not sent in the next one.
    expect(rig.broker.of('reply')).toEqual([]);
  });
});

describe('two brokers', () => {
  function connected(): Rig {
    return new Rig({ brokerCount: 2, concurrency: 10, prefetch: 10 }).open();
  }

  test('begin with a quarter each', () => {
    const [a, b] = connected().brokers;
    expect([a!.granted, b!.granted]).toEqual([5, 5]);
  });

  test('get the reserve where calls wait', () => {
    const rig = connected();
    const [a, b] = rig.brokers;
    a!.demand(3);
    rig.settle();
    expect([a!.granted, b!.granted]).toEqual([8, 5]);
    b!.demand(100);
    rig.settle();
    expect([a!.granted, b!.granted]).toEqual([8, 12]);
  });

  test('give a freed slot to the one with calls waiting', () => {
    const rig = connected();
    const [a, b] = rig.brokers;
    a!.demand(1_000);
    rig.settle();
    b!.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.settle();
    expect([a!.granted, b!.granted]).toEqual([16, 5]);
  });

  test('never leave one with nothing', () => {
    const rig = new Rig({ brokerCount: 2, concurrency: 1, prefetch: 1 }).open();
    const [a, b] = rig.brokers;
    a!.demand(1_000);
    b!.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.settle();
    expect([a!.granted, b!.granted]).toEqual([1, 2]);
  });

  test('of which one goes away leave the other its room', () => {
    const rig = connected();
    const [a, b] = rig.brokers;
    b!.demand(100);
    rig.settle();
    expect(b!.granted).toBe(15);
    a!.goAway();
    rig.settle();
    // One slot stays aside for the broker that may come back.
    expect(b!.granted).toBe(19);
    expect(rig.status()).toContain('leaving');
    a!.dispatch();
    rig.settle();
    expect(a!.of('reject')).toHaveLength(1);
  });

  test('live side by side: the loss of one does not touch calls of the other', () => {
    const rig = connected();
    const [a, b] = rig.brokers;
    a!.dispatch();
    const id = b!.dispatch({ body: 'b' });
    rig.settle();
    rig.cut(a!);
    for (const dispatch of rig.started) rig.complete(dispatch);
    rig.settle();
    expect(a!.of('reply')).toEqual([]);
    expect(b!.of('reply').map((reply) => reply.id)).toEqual([id]);
  });
});

describe('draining', () => {
  test('hands back what has not started, finishes what runs, and says goodbye after the last reply', () => {
    const rig = new Rig({ concurrency: 1, prefetch: 3 }).open();
    const first = rig.broker.dispatch();
    const second = rig.broker.dispatch();
    rig.settle();
    rig.core.drain(rig.now, 30_000);
    rig.settle();
    const third = rig.broker.dispatch();
    rig.settle();
    expect(rig.broker.of('drain')).toHaveLength(1);
    expect(rig.broker.of('reject').map((reject) => reject.id)).toEqual([second, third]);
    expect(rig.broker.granted).toBe(4);
    expect(rig.core.state).toBe('draining');

    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.broker.heard.slice(-2)).toEqual([
      { is: 'reply', id: first, body: 'done' },
      { is: 'bye', why: 'drained' },
    ]);
    expect(rig.events.slice(-2)).toMatchObject([{ kind: 'closed', drained: true }, { kind: 'hangUp' }]);
    // No timer of a call is left behind.
    expect(rig.core.pollTimeout()).toBeUndefined();
  });

  test('with nothing at work ends at once', () => {
    const rig = new Rig().open();
    rig.core.drain(rig.now, 30_000);
    rig.settle();
    expect(rig.core.state).toBe('closed');
    expect(rig.broker.of('bye')).toEqual([{ is: 'bye', why: 'drained' }]);
    expect(rig.core.pollTimeout()).toBeUndefined();
  });

  test('waits until the broker has heard of it: what that sent before is handed back', () => {
    const rig = new Rig().open();
    rig.broker.isDeaf = true;
    rig.core.drain(rig.now, 30_000);
    rig.settle();
    expect(rig.core.state).toBe('draining');
    const crossed = rig.broker.dispatch();
    rig.settle();
    rig.broker.isDeaf = false;
    rig.broker.hearWhatWasMissed(rig.now);
    rig.settle();
    expect(rig.broker.of('reject')).toEqual([{ is: 'reject', id: crossed }]);
    expect(rig.broker.heard.at(-1)).toEqual({ is: 'bye', why: 'drained' });
  });

  test('with no broker ends at once', () => {
    const rig = new Rig();
    rig.broker.isSilent = true;
    rig.open();
    rig.core.drain(rig.now, 30_000);
    rig.settle();
    expect(rig.core.state).toBe('closed');
  });

  test('out of time raises the signals and leaves', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch();
    rig.settle();
    rig.core.drain(rig.now, 100);
    rig.pass(110);
    expect(rig.aborts()).toEqual([[id, 'closing']]);
    expect(rig.broker.of('bye')).toEqual([{ is: 'bye', why: 'closed' }]);
    expect(rig.events).toContainEqual({ kind: 'closed', drained: false });
  });

  test('says so to a broker that it meets on the way', () => {
    const rig = new Rig().open();
    rig.broker.dispatch();
    rig.settle();
    rig.core.drain(rig.now, 30_000);
    rig.cut(rig.broker);
    rig.settle();
    expect(rig.broker.heard.slice(-2).map((heard) => heard.is)).toEqual(['ready', 'drain']);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.core.state).toBe('closed');
  });
});

describe('closing', () => {
  test('hands back what waits, raises the signals, and ignores what comes after', () => {
    const rig = new Rig({ concurrency: 1 }).open();
    const running = rig.broker.dispatch();
    const waiting = rig.broker.dispatch();
    rig.settle();
    rig.core.close(rig.now);
    rig.settle();
    expect(rig.broker.of('reject')).toEqual([{ is: 'reject', id: waiting }]);
    expect(rig.broker.of('bye')).toEqual([{ is: 'bye', why: 'closed' }]);
    expect(rig.aborts()).toEqual([[running, 'closing']]);
    rig.complete(rig.started[0]!);
    rig.core.close(rig.now);
    rig.core.drain(rig.now, 1);
    rig.settle();
    expect(rig.broker.of('reply')).toEqual([]);
    expect(rig.events.filter((event) => event.kind === 'closed')).toHaveLength(1);
    expect(rig.core.running).toBe(0);
  });
});
