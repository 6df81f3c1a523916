import { LIMITS, VERDICTS, encodeValue } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { Rig, offered } from './scripted-broker.test-kit.ts';

describe('a session', () => {
  test('begins with READY and all credit for the only broker', () => {
    const { broker, core } = new Rig({ label: 'w1' }).open();
    expect(broker.of('ready').map((r) => r.ready.methods.map((m) => m.method))).toEqual([['quote', 'place']]);
    expect(broker.of('ready')[0]!.ready.label).toBe('w1');
    expect(broker.of('credit')).toEqual([{ is: 'credit', granted: 4 }]);
    expect(broker.envelopes).toEqual([2]);
    expect(core.links[0]!.uplink.state).toBe('live');
  });

  test('is kept alive by heartbeats when nothing else is said', () => {
    const rig = new Rig().open();
    rig.pass(LIMITS.workerHeartbeatMs * 1.5);
    expect(rig.broker.of('heartbeat')).toHaveLength(1);
  });

  test('that the broker does not know any more is replaced', () => {
    const rig = new Rig().open();
    const { peer, frames } = rig.broker.refuse(rig.now);
    rig.core.handleMessage(rig.now, peer, frames);
    rig.settle();
    expect(rig.status()).toEqual(['connected', 'disconnected', 'connected']);
    expect(rig.broker.of('ready')).toHaveLength(2);
  });

  test('that the broker ended by BYE is replaced', () => {
    const rig = new Rig().open();
    rig.broker.bye();
    rig.settle();
    expect(rig.status()).toEqual(['connected', 'disconnected']);
    rig.pass(600);
    expect(rig.status()).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('is over at BYE, whatever else the message holds', () => {
    const rig = new Rig().open();
    rig.broker.bye();
    rig.broker.dispatch();
    rig.settle();
    expect(rig.started).toHaveLength(0);
    expect(rig.core.counters.dispatches).toBe(0);
  });

  test('ends with BYE protocol at a record that must be understood and is not', () => {
    const rig = new Rig().open();
    rig.broker.channel!.reserve(99, 1, 0);
    rig.settle();
    expect(rig.broker.of('bye')).toEqual([{ is: 'bye', why: 'protocol' }]);
    expect(rig.core.counters.protocolErrors).toBe(1);
    rig.pass(600);
    expect(rig.status()).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('passes over a record that may be skipped', () => {
    const rig = new Rig().open();
    rig.broker.channel!.reserve(99, 0, 0);
    rig.broker.dispatch();
    rig.settle();
    expect(rig.started).toHaveLength(1);
    expect(rig.status()).toEqual(['connected']);
  });

  test('ends with BYE protocol at a DISPATCH that is cut off', () => {
    const rig = new Rig().open();
    const { channel } = rig.broker;
    channel!.buffer.fill(0, channel!.reserve(17, 1, 8));
    rig.settle();
    expect(rig.broker.of('bye')).toEqual([{ is: 'bye', why: 'protocol' }]);
  });
});

describe('a call', () => {
  test('is started, and its reply carries the new credit in the same envelope', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch({ body: { a: 1 }, key: 'k1', metadata: { tenant: 'acme' } });
    rig.settle();
    const [call] = rig.started;
    expect(new TextDecoder().decode(call!.key)).toBe('k1');
    expect(call!.metadata).toEqual(encodeValue({ tenant: 'acme' }));
    expect(call!.body).toEqual(encodeValue({ a: 1 }));
    expect(call!.callId).toBe('000102030405060708090a0b0c0d0e0f-1001');
    expect(call!.deadlineAt).toBe(rig.now + 10_000);

    rig.complete(call!, { sum: 3 });
    rig.settle();
    expect(rig.broker.of('reply')).toEqual([{ is: 'reply', id, body: { sum: 3 } }]);
    expect(rig.broker.granted).toBe(5);
    expect(rig.broker.envelopes.at(-1)).toBe(2);
  });

  test('without key and metadata has neither', () => {
    const rig = new Rig().open();
    rig.broker.dispatch();
    rig.settle();
    expect(rig.started[0]!.key).toBeUndefined();
    expect(rig.started[0]!.metadata).toHaveLength(0);
  });

  test('may have a large body, and a large reply', () => {
    const rig = new Rig().open();
    const large = 'x'.repeat(LIMITS.largeBodyBytes * 2);
    const id = rig.broker.dispatch({ body: large, key: 'k' });
    rig.settle();
    expect(rig.started[0]!.body).toEqual(encodeValue(large));
    rig.complete(rig.started[0]!, large);
    rig.settle();
    expect(rig.broker.of('reply')).toEqual([{ is: 'reply', id, body: large }]);
  });

  test('whose reply is larger than the broker takes fails', () => {
    const rig = new Rig();
    rig.broker.bodyBytesMax = 100;
    rig.open().broker.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!, 'x'.repeat(200));
    rig.settle();
    expect(rig.broker.of('failure')).toMatchObject([{ reason: 'reply_too_large', executed: 'yes' }]);
    expect(rig.broker.granted).toBe(5);
  });

  test('fails with a verdict, a code of its own and a detail', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch();
    rig.settle();
    const detail = { declared: 'OUT_OF_STOCK', data: { sku: 'A1' } };
    rig.core.fail(rig.now, rig.started[0]!, { verdict: VERDICTS.declared, code: 'not_found', detail });
    rig.settle();
    const rest = { reason: 'declared', executed: 'yes', code: 'not_found' };
    expect(rig.broker.of('failure')).toEqual([{ is: 'failure', id, detail, ...rest }]);
  });

  test('is answered once, whatever its handler does', () => {
    const rig = new Rig().open();
    rig.broker.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.complete(rig.started[0]!);
    rig.core.fail(rig.now, rig.started[0]!, { verdict: VERDICTS.handlerError, detail: {} });
    rig.settle();
    expect(rig.broker.of('reply')).toHaveLength(1);
    expect(rig.broker.of('failure')).toHaveLength(0);
    expect(rig.broker.granted).toBe(5);
  });

  test('of a method that the worker does not have is handed back', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch({ method: 7 });
    rig.settle();
    expect(rig.broker.of('reject')).toEqual([{ is: 'reject', id }]);
    expect(rig.started).toHaveLength(0);
    expect(rig.broker.granted).toBe(5);
  });

  test('tells its lease, but not in every turn of a loop', () => {
    const rig = new Rig({ methods: [{ ...offered('quote'), leaseMs: 1_000 }, offered('place')] }).open();
    const id = rig.broker.dispatch();
    rig.broker.dispatch({ method: 1 });
    rig.settle();
    // The second one has no lease to prolong.
    rig.core.extend(rig.now, rig.started[1]!);
    for (let i = 0; i < 10; i++) rig.core.extend(rig.now, rig.started[0]!);
    rig.pass(200);
    rig.core.extend(rig.now, rig.started[0]!);
    rig.settle();
    expect(rig.broker.of('extend')).toEqual([
      { is: 'extend', id },
      { is: 'extend', id },
    ]);
  });
});

describe('waiting', () => {
  test('calls start in the order of arrival as handlers end', () => {
    const rig = new Rig().open();
    const ids = [1, 2, 3, 4].map(() => rig.broker.dispatch());
    rig.settle();
    expect(rig.started.map((d) => d.id)).toEqual(ids.slice(0, 2));
    expect([rig.core.running, rig.core.waiting]).toEqual([2, 2]);
    rig.complete(rig.started[1]!);
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.started.map((d) => d.id)).toEqual(ids);
  });

  test('a method with a limit holds nobody else up', () => {
    const rig = new Rig({ concurrency: 3, prefetch: 5, methodLimits: [1, undefined] }).open();
    const order = [0, 0, 1, 0, 1].map((method) => rig.broker.dispatch({ method }));
    rig.settle();
    expect(rig.started.map((d) => d.id)).toEqual([order[0], order[2], order[4]]);
    rig.complete(rig.started[1]!);
    rig.settle();
    expect(rig.core.running).toBe(2);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.started.map((d) => d.id).slice(3)).toEqual([order[1]]);
  });

  test('methods that share a limit keep it in sum, each keeps its own, and they hold nobody else up', () => {
    const methods = ['quote', 'place', 'track'].map((name) => offered(name));
    const sharedLimits = [{ methods: [0, 1], limit: 2 }];
    const methodLimits = [undefined, 1, undefined];
    const rig = new Rig({ concurrency: 8, prefetch: 8, methods, methodLimits, sharedLimits }).open();
    const order = [1, 0, 1, 0, 2, 1].map((method) => rig.broker.dispatch({ method }));
    rig.settle();
    // Of method 1 one may run, of methods 0 and 1 two.
    expect(rig.started.map((d) => d.id)).toEqual([order[0], order[1], order[4]]);
    rig.complete(rig.started[1]!);
    rig.settle();
    expect(rig.started.map((d) => d.id).slice(3)).toEqual([order[3]]);
    rig.complete(rig.started[3]!);
    rig.settle();
    expect([rig.core.running, rig.core.waiting]).toEqual([2, 2]);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.started.map((d) => d.id).slice(4)).toEqual([order[2]]);
  });

  test('beyond the deadline ends with expired_in_queue, executed no', () => {
    const rig = new Rig({ concurrency: 1, prefetch: 3 }).open();
    rig.broker.dispatch();
    const id = rig.broker.dispatch({ remainingMs: 50 });
    rig.settle();
    rig.pass(60);
    expect(rig.broker.of('failure')).toMatchObject([{ id, reason: 'expired_in_queue', executed: 'no' }]);
    expect(rig.broker.granted).toBe(5);
    expect([rig.core.waiting, rig.core.counters.expired]).toEqual([0, 1]);
  });

  test('a call whose timer is late is still not started after its deadline', () => {
    const rig = new Rig({ concurrency: 1, prefetch: 3 }).open();
    rig.broker.dispatch();
    const id = rig.broker.dispatch({ remainingMs: 50 });
    rig.settle();
    rig.now += 51;
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.started).toHaveLength(1);
    expect(rig.broker.of('failure')).toMatchObject([{ id, reason: 'expired_in_queue' }]);
  });

  test('a call that arrives with no time left is not started', () => {
    const rig = new Rig().open();
    rig.broker.dispatch({ remainingMs: 0 });
    rig.settle();
    expect(rig.started).toHaveLength(0);
    expect(rig.broker.of('failure')).toMatchObject([{ reason: 'expired_in_queue', executed: 'no' }]);
    expect(rig.broker.granted).toBe(5);
  });
});

describe('CANCEL', () => {
  test('of a waiting call hands it back', () => {
    const rig = new Rig({ concurrency: 1 }).open();
    rig.broker.dispatch();
    const id = rig.broker.dispatch();
    rig.broker.cancel(id);
    rig.settle();
    expect(rig.broker.of('reject')).toEqual([{ is: 'reject', id }]);
    expect(rig.core.waiting).toBe(0);
    expect(rig.broker.granted).toBe(4);
  });

  test('of a running call raises its signal once, and its end is answered', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch();
    rig.settle();
    rig.broker.cancel(id);
    rig.broker.cancel(id);
    rig.settle();
    expect(rig.aborts()).toEqual([[id, 'canceled']]);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.broker.of('reply')).toHaveLength(1);
  });

  test('of an answered call, or of none, means nothing', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.broker.cancel(id);
    rig.broker.cancel(12_345);
    rig.settle();
    expect(rig.aborts()).toEqual([]);
    expect(rig.broker.of('reject')).toEqual([]);
  });
});

describe('the deadline of a running call', () => {
  test('raises its signal; its slot stays taken until it ends', () => {
    const rig = new Rig().open();
    const id = rig.broker.dispatch({ remainingMs: 100 });
    rig.settle();
    rig.pass(96);
    expect(rig.aborts()).toEqual([]);
    rig.pass(8);
    expect(rig.aborts()).toEqual([[id, 'deadline']]);
    expect(rig.core.running).toBe(1);
  });

  test('is nothing to a method that goes on when its caller has given up, once it has begun', () => {
    const rig = new Rig({ methods: [{ ...offered('quote'), finish: true }] }).open();
    const id = rig.broker.dispatch({ remainingMs: 100 });
    rig.settle();
    rig.pass(200);
    expect(rig.aborts()).toEqual([]);
    expect(rig.started).toMatchObject([{ id, isExpired: true }]);
  });

  test('comes earlier by the time that the message lay in buffers', () => {
    const rig = new Rig().open();
    rig.broker.dispatch({ remainingMs: 100 });
    const { peer, frames } = rig.broker.outbox.poll(rig.now)!;
    rig.now += 40;
    rig.core.handleMessage(rig.now, peer, frames);
    rig.settle();
    expect(rig.started[0]!.deadlineAt).toBe(rig.now + 60);
  });
});

describe('credit', () => {
  test('that a broker exceeds gets the call handed back', () => {
    const rig = new Rig().open();
    const ids = [1, 2, 3, 4, 5].map(() => rig.broker.dispatch());
    rig.settle();
    expect(rig.broker.of('reject')).toEqual([{ is: 'reject', id: ids[4] }]);
    expect(rig.core.running + rig.core.waiting).toBe(4);
  });

  test('is held back from a broker that does not read the answers', () => {
    const rig = new Rig();
    rig.broker.windowBytes = 50_000;
    rig.open();
    for (let i = 0; i < 4; i++) rig.broker.dispatch();
    rig.settle();
    rig.broker.isDeaf = true;
    for (let i = 0; i < 4; i++) {
      rig.complete(rig.started[i]!, 'x'.repeat(20_000));
      rig.settle();
    }
    // Two answers fill the window; of the calls that ended after that the broker gets no credit.
    expect(rig.core.links[0]!.share).toMatchObject({ granted: 8, isDirty: true });
    rig.broker.isDeaf = false;
    rig.broker.hearWhatWasMissed(rig.now);
    rig.settle();
    expect(rig.broker.of('reply')).toHaveLength(4);
    expect(rig.broker.granted).toBe(8);
  });

  test('and answers that the transport had no room for go out when it has', () => {
    const rig = new Rig().open();
    rig.broker.dispatch();
    rig.settle();
    rig.complete(rig.started[0]!);
    const refused = rig.core.pollTransmit(rig.now)!;
    rig.core.handleRefused(rig.now, refused, 'full');
    rig.settle();
    expect(rig.broker.of('reply')).toHaveLength(0);
    rig.pass(8);
    expect(rig.broker.of('reply')).toHaveLength(1);
    expect(rig.broker.granted).toBe(5);
  });
});
