import { LIMITS, VERDICTS, encodeValue, writeHeartbeat } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { Rig, offered } from './scripted-broker.test-kit.ts';
import type { ScriptedBroker } from './scripted-broker.test-kit.ts';
import type { WorkerCoreOptions } from './worker-event.ts';

describe('the result of a handler whose session was lost', () => {
  test('is offered to every other broker, and to the successor of the lost one', () => {
    const rig = opened({}, 3);
    const [a, b, c] = rig.brokers;
    dispatchOnce(rig, a!);
    rig.cut(a!);
    a!.isSilent = true;
    rig.settle();
    rig.complete(rig.started[0]!, 'placed');
    rig.settle();
    const offer = { is: 'offer', call: rig.started[0]!.call, method: ONCE, what: 'reply', body: 'placed' };
    expect([b, c].map((broker) => broker!.of('offer'))).toEqual([[offer], [offer]]);
    a!.isSilent = false;
    rig.pass(LIMITS.helloTimeoutMs / 10);
    comeBack(rig, a!);
    expect(a!.of('offer')).toEqual([offer]);
    // First who it is, then what it has.
    expect(a!.heard.slice(-3).map(({ is }) => is)).toEqual(['ready', 'offer', 'credit']);
    expect(rig.core.counters).toMatchObject({ offers: 1, dropped: 0 });
  });

  test('is offered once in a session', () => {
    const rig = opened({}, 2);
    const [a, b] = rig.brokers;
    dispatchOnce(rig, a!);
    rig.cut(a!);
    rig.settle();
    rig.complete(rig.started[0]!);
    rig.pass(LIMITS.recoverMs);
    expect([a!.of('offer').length, b!.of('offer').length]).toEqual([1, 1]);
  });

  test('is offered as the failure that it is', () => {
    const rig = opened({}, 2);
    const [a, b] = rig.brokers;
    dispatchOnce(rig, a!);
    rig.cut(a!);
    rig.core.fail(rig.now, rig.started[0]!, { verdict: VERDICTS.declared, detail: { message: 'sold out' } });
    rig.settle();
    expect(b!.of('offer')).toMatchObject([{ what: 'declared', body: { message: 'sold out' } }]);
  });

  test.each([VERDICTS.invalidInput, VERDICTS.noReply])('is nothing to offer if it is $reason', (verdict) => {
    const rig = opened({}, 2);
    dispatchOnce(rig, rig.broker);
    rig.cut(rig.broker);
    rig.core.fail(rig.now, rig.started[0]!, { verdict, detail: {} });
    rig.settle();
    expect(rig.brokers[1]!.of('offer')).toEqual([]);
    expect(rig.core.counters).toMatchObject({ offers: 0, dropped: 1 });
  });

  // Its client has sent the call again.
  test('is nothing to offer if the method is idempotent', () => {
    const rig = opened({}, 2);
    rig.broker.dispatch({ method: TWICE });
    rig.settle();
    rig.cut(rig.broker);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.brokers[1]!.of('offer')).toEqual([]);
    expect(rig.core.counters).toMatchObject({ offers: 0, dropped: 1 });
  });

  test('is not offered when nobody waits for it any more', () => {
    const rig = opened({}, 2);
    dispatchOnce(rig, rig.broker);
    rig.cut(rig.broker);
    rig.pass(LIMITS.recoverMs + 4);
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.brokers[1]!.of('offer')).toEqual([]);
  });

  test('is not offered to who comes when nobody waits for it any more', () => {
    const rig = opened();
    rig.broker.isSilent = true;
    dispatchOnce(rig, rig.broker);
    rig.cut(rig.broker);
    rig.complete(rig.started[0]!);
    rig.pass(LIMITS.recoverMs + 8);
    comeBack(rig, rig.broker);
    expect(rig.broker.of('ready')).toHaveLength(2);
    expect(rig.broker.of('offer')).toEqual([]);
  });

  test('is a failure to a broker that takes no replies of that size', () => {
    const rig = new Rig({ ...METHODS, brokerCount: 2 });
    rig.brokers[1]!.bodyBytesMax = 100;
    rig.open();
    dispatchOnce(rig, rig.broker);
    rig.cut(rig.broker);
    rig.complete(rig.started[0]!, 'x'.repeat(200));
    rig.settle();
    expect(rig.brokers[1]!.of('offer')).toMatchObject([{ what: 'reply_too_large' }]);
    expect(rig.broker.of('offer')).toMatchObject([{ what: 'reply' }]);
  });

  test('is read by all brokers before a worker that drains leaves', () => {
    const rig = opened({}, 2);
    const [a, b] = rig.brokers;
    dispatchOnce(rig, a!);
    rig.cut(a!);
    rig.core.drain(rig.now, 5_000);
    rig.settle();
    b!.isDeaf = true;
    rig.complete(rig.started[0]!);
    rig.settle();
    expect(rig.core.state).toBe('draining');
    b!.isDeaf = false;
    b!.hearWhatWasMissed(rig.now);
    rig.settle();
    expect(b!.of('offer')).toHaveLength(1);
    expect(rig.core.state).toBe('closed');
    expect(rig.core.pollTimeout()).toBeUndefined();
  });
});

describe('an answer that may have been lost with its broker', () => {
  test('is offered if it was not acknowledged', () => {
    const rig = opened({}, 2);
    const [a, b] = rig.brokers;
    a!.isDeaf = true;
    dispatchOnce(rig, a!);
    rig.complete(rig.started[0]!, 'placed');
    rig.settle();
    rig.cut(a!);
    rig.settle();
    expect(b!.of('offer')).toMatchObject([{ call: rig.started[0]!.call, what: 'reply', body: 'placed' }]);
  });

  test('is offered if it never left', () => {
    const rig = opened({}, 2);
    dispatchOnce(rig, rig.broker);
    rig.core.fail(rig.now, rig.started[0]!, { verdict: VERDICTS.handlerError, detail: { message: 'oh' } });
    rig.cut(rig.broker);
    rig.settle();
    expect(rig.brokers[1]!.of('offer')).toMatchObject([{ what: 'handler_error', body: { message: 'oh' } }]);
  });

  test('is not offered once it was acknowledged', () => {
    const rig = opened({}, 2);
    const [a, b] = rig.brokers;
    dispatchOnce(rig, a!);
    rig.complete(rig.started[0]!);
    rig.settle();
    writeHeartbeat(a!.channel!);
    rig.settle();
    expect(rig.core.links[0]!.sent.size).toBe(0);
    rig.cut(a!);
    rig.settle();
    expect(b!.of('offer')).toEqual([]);
  });

  test('is nothing to offer if the handler was not started, or the method is idempotent', () => {
    const rig = opened({}, 2);
    const [a, b] = rig.brokers;
    a!.isDeaf = true;
    dispatchOnce(rig, a!);
    a!.dispatch({ method: TWICE });
    rig.settle();
    rig.core.fail(rig.now, rig.started[0]!, { verdict: VERDICTS.invalidInput, detail: {} });
    rig.complete(rig.started[1]!);
    rig.settle();
    expect(rig.core.links[0]!.sent.size).toBe(0);
    rig.cut(a!);
    rig.settle();
    expect(b!.of('offer')).toEqual([]);
  });
});

describe('what is kept is bounded', () => {
  /** So many answers that nobody has read. */
  function answered(rig: Rig, count: number, value: string = ''): void {
    rig.broker.isDeaf = true;
    for (let i = 0; i < count; i++) {
      rig.broker.dispatch({ method: ONCE });
      rig.settle();
      rig.complete(rig.started[i]!, `${value}${i}`);
    }
    rig.settle();
  }

  test('answers by their number: the oldest go', () => {
    const rig = opened({ limits: { workerOffersMax: 2 } }, 2);
    answered(rig, 4);
    expect(rig.core.links[0]!.sent.size).toBe(2);
    rig.cut(rig.broker);
    rig.settle();
    expect(rig.brokers[1]!.of('offer').map(({ body }) => body)).toEqual(['2', '3']);
  });

  test('answers by what they weigh', () => {
    const rig = opened({ limits: { workerOfferBytesMax: 1_000 } }, 2);
    answered(rig, 4, 'x'.repeat(300));
    expect(rig.core.links[0]!.sent.size).toBe(1);
  });

  test.each([
    ['number', { workerOffersMax: 2 }],
    ['weight', { workerOfferBytesMax: 1_400 }],
  ])('offers by their %s', (_, limits) => {
    const rig = opened({ limits }, 2);
    for (let i = 0; i < 3; i++) rig.broker.dispatch({ method: ONCE });
    rig.settle();
    rig.cut(rig.broker);
    for (const dispatch of rig.started) rig.complete(dispatch, 'x'.repeat(300));
    rig.settle();
    expect(rig.brokers[1]!.of('offer')).toHaveLength(2);
    expect(rig.core.counters).toMatchObject({ offers: 2, dropped: 1 });
    // Later there is room again.
    rig.pass(LIMITS.recoverMs + 8);
    dispatchOnce(rig, rig.broker);
    rig.cut(rig.broker);
    rig.complete(rig.started.at(-1)!, 'x'.repeat(300));
    rig.settle();
    expect(rig.brokers[1]!.of('offer')).toHaveLength(3);
  });
});

function opened(options: Partial<WorkerCoreOptions> = {}, brokerCount: number = 1): Rig {
  // Of all slots each of two brokers begins with a quarter.
  return new Rig({ ...METHODS, concurrency: 4, prefetch: 20, ...options, brokerCount }).open();
}

function dispatchOnce(rig: Rig, broker: ScriptedBroker): void {
  broker.dispatchBytes(encodeValue('order'), { method: ONCE });
  rig.settle();
}

/** The connection breaks once more, and this time HELLO is answered. */
function comeBack(rig: Rig, broker: ScriptedBroker): void {
  broker.isSilent = false;
  rig.core.handlePeer(rig.now, broker.peer!, 'disconnected');
  rig.settle();
}

const METHODS = { methods: [offered('quote'), offered('place', false)] };
const [TWICE, ONCE] = [0, 1];
