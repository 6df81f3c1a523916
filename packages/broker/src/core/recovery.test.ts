import type { Limits } from '@reeve/protocol';
import { AWAIT, LIMITS, OFFER, VERDICTS, encodeDetail } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import type { ScriptedWorker } from './broker-rig.test-kit.ts';
import { BrokerRig, ONCE, ScriptedClient, TWICE, offered, once } from './broker-rig.test-kit.ts';

const RESULT: Uint8Array = Uint8Array.of(7, 8, 9);

describe('a call of a lost broker', () => {
  test('gets the result that is offered after it was awaited', () => {
    const { rig, client, worker } = pair();
    client.await(5);
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ awaitedCalls: 1, offeredResults: 0 });
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect(client.answer(5)).toMatchObject({ verdict: 'reply', body: RESULT, starts: 0 });
    expect(rig.core.counters).toMatchObject({ awaits: 1, offers: 1, recovered: 1, calls: 0, replies: 0 });
    expect(rig.core.sizes()).toMatchObject(EMPTY);
  });

  test('gets the result that was offered before it was awaited', () => {
    const { rig, client, worker } = pair();
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ awaitedCalls: 0, offeredResults: 1 });
    client.await(5);
    rig.run();
    expect(client.answer(5)).toMatchObject({ verdict: 'reply', body: RESULT });
    expect(rig.core.sizes()).toMatchObject(EMPTY);
  });

  test('gets it though the worker has left since', () => {
    const { rig, client, worker } = pair();
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    worker.bye('drained');
    rig.run();
    client.await(5);
    rig.run();
    expect(client.verdict(5)).toBe('reply');
  });

  test('gets a large result as it came', () => {
    const { rig, client, worker } = pair();
    const body = new Uint8Array(LIMITS.largeBodyBytes + 1).fill(3);
    client.await(5);
    worker.offer({ instance: client.instance, call: 5 }, body);
    rig.run();
    expect(client.answer(5).body).toEqual(body);
  });

  test('gets the failure of its handler, which was started', () => {
    const { rig, client, worker } = pair();
    client.await(5);
    const detail = encodeDetail({ message: 'sold out', declared: 'SOLD_OUT' });
    worker.offer({ instance: client.instance, call: 5 }, detail, { verdict: VERDICTS.declared });
    rig.run();
    expect(client.answer(5)).toMatchObject({ verdict: 'failed_precondition declared yes', message: 'sold out' });
  });

  test('gets one answer, however often the result is offered', () => {
    const { rig, client, worker } = pair();
    client.await(5);
    for (let i = 0; i < 3; i++) worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect(client.answer(5).verdict).toBe('reply');
    rig.advance(LIMITS.recoverMs + 5);
    expect(rig.core.sizes()).toMatchObject(EMPTY);
  });

  test('is not answered once its client has taken the AWAIT back', () => {
    const { rig, client, worker } = pair();
    client.await(5);
    client.await(5, once, 0);
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect(client.answers).toEqual([]);
  });

  test('is not answered later than its client waits', () => {
    const { rig, client, worker } = pair();
    client.await(5, once, 300);
    rig.advance(310);
    expect(rig.core.sizes()).toMatchObject({ awaitedCalls: 0 });
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect(client.answers).toEqual([]);
    expect(rig.core.counters).toMatchObject({ recoveryLapses: 1, recovered: 0 });
  });

  test('is answered in the session that asked last, if its client has two', () => {
    const { rig, client, worker } = pair();
    const second = rig.again(client, (peer, instance) => new ScriptedClient(peer, instance));
    second.hello(rig.now);
    rig.run();
    client.await(5);
    rig.run();
    second.await(5);
    rig.run();
    rig.cut(client);
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect([client.answers.length, second.verdict(5)]).toEqual([0, 'reply']);
    expect(rig.core.sizes()).toMatchObject(EMPTY);
  });

  test('is forgotten with the session of its client', () => {
    const { rig, client, worker } = pair();
    client.await(5);
    client.await(6);
    rig.run();
    rig.cut(client);
    expect(rig.core.sizes()).toMatchObject({ ...EMPTY, timers: 1 });
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect(client.answers).toEqual([]);
  });
});

describe('an offer', () => {
  test('that nobody asks for is kept for the window, then forgotten', () => {
    const { rig, client, worker } = pair();
    for (let i = 0; i < 2; i++) worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.advance(LIMITS.recoverMs - 5);
    expect(rig.core.sizes()).toMatchObject({ offeredResults: 1 });
    rig.advance(10);
    expect(rig.core.sizes()).toMatchObject(EMPTY);
    client.await(5);
    rig.run();
    expect(client.answers).toEqual([]);
    expect(rig.core.counters.recoveryLapses).toBe(1);
  });

  test('goes to the client of the call id alone, whoever awaits the same number', () => {
    const { rig, client, worker } = pair();
    const other = rig.client();
    client.await(5);
    other.await(5);
    worker.offer({ instance: client.instance, call: 5 }, RESULT);
    rig.run();
    expect([client.verdict(5), other.verdict(5)]).toEqual(['reply', undefined]);
  });

  test('touches no call that the broker itself has', () => {
    const { rig, client, worker } = pair();
    const call = client.request(once);
    rig.run();
    // A client that asks for what it waits for anyway is not taken at its word.
    client.await(call);
    worker.offer({ instance: client.instance, call }, RESULT);
    rig.run();
    expect(client.verdict(call)).toBeUndefined();
    worker.reply(worker.last, Uint8Array.of(1));
    rig.run();
    expect(client.answer(call).body).toEqual(Uint8Array.of(1));
  });

  test.each([
    ['another method', { method: 0 }, [TWICE, ONCE]],
    ['another service', { method: 1 }, [TWICE, offered('once', { service: 't' })]],
    ['a contract that the caller does not know', { method: 1 }, [TWICE, offered('once', { fingerprint: 'g' })]],
  ])('of %s counts for nothing, first or second', (_, more, methods) => {
    const { rig, client } = pair();
    const worker = rig.worker(0, methods);
    client.await(5);
    worker.offer({ instance: client.instance, call: 5 }, RESULT, more);
    worker.offer({ instance: client.instance, call: 6 }, RESULT, more);
    rig.run();
    client.await(6);
    rig.run();
    expect(client.answers).toEqual([]);
    expect(rig.core.counters).toMatchObject({ recovered: 0, recoveryDrops: 1 });
  });

  test('of what the worker does not list ends its session', () => {
    const { rig, client, worker } = pair();
    worker.offer({ instance: client.instance, call: 5 }, RESULT, { method: 2 });
    rig.run();
    expect(worker.byes).toMatchObject([{ why: 'protocol', detail: 'an OFFER for a method that it did not list' }]);
  });
});

describe('the tables are bounded', () => {
  test('by the number of results', () => {
    const { rig, client, worker } = pair({ offersMax: 2 });
    for (const call of [1, 2, 3]) worker.offer({ instance: client.instance, call }, RESULT);
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ offeredResults: 2 });
    expect(rig.core.counters.recoveryDrops).toBe(1);
  });

  test('by what results weigh', () => {
    const { rig, client, worker } = pair({ offerBytesMax: 1_000 });
    for (const call of [1, 2]) worker.offer({ instance: client.instance, call }, new Uint8Array(500));
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ offeredResults: 1 });
    expect(rig.core.sizes()['offeredBytes']).toBeLessThanOrEqual(1_000);
  });

  test('by the number of calls, and of one client', () => {
    const { rig, client } = pair({ awaitsMax: 3, clientCallsMax: 2 });
    const others = [rig.client(), rig.client()];
    for (const one of [client, ...others]) for (const call of [1, 2, 3]) one.await(call);
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ awaitedCalls: 3 });
    expect(rig.core.counters).toMatchObject({ awaits: 9, recoveryDrops: 6 });
    rig.cut(client);
    expect(rig.core.sizes()).toMatchObject({ awaitedCalls: 1 });
  });

  test('a client that does not read what is recovered for it is told to go', () => {
    const { rig, client, worker } = pair({ peerBacklogBytesMax: 3_000, windowBytes: 1_000 });
    rig.run();
    client.isDeaf = true;
    for (let call = 1; call <= 10; call++) {
      client.await(call);
      worker.offer({ instance: client.instance, call }, new Uint8Array(600));
    }
    rig.run();
    expect(rig.core.sizes()).toMatchObject({ sessions: 1, awaitedCalls: 0 });
  });
});

describe('what cannot be read ends the session', () => {
  test('an AWAIT that is cut off, or for a route without a name', () => {
    const { rig } = pair();
    const [short, lost] = [rig.client(), rig.client()];
    short.channel!.reserve(AWAIT.type, 0, AWAIT.bytes - 1);
    lost.channel!.buffer.fill(0, lost.channel!.reserve(AWAIT.type, 0, AWAIT.bytes));
    rig.run();
    expect([short, lost].map((one) => one.byes[0]?.detail)).toEqual([
      'an AWAIT that is cut off',
      'an AWAIT for a route that was not declared',
    ]);
  });

  test('an OFFER that is cut off', () => {
    const { rig, worker } = pair();
    worker.channel!.reserve(OFFER.type, 0, OFFER.bytes - 1);
    rig.run();
    expect(worker.byes[0]?.detail).toBe('an OFFER whose lengths do not agree');
  });
});

function pair(limits: Partial<Limits> = {}): { rig: BrokerRig; client: ScriptedClient; worker: ScriptedWorker } {
  const rig = new BrokerRig(limits);
  return { rig, client: rig.client(), worker: rig.worker(4) };
}

const EMPTY = { awaitedCalls: 0, offeredResults: 0, offeredBytes: 0 };
