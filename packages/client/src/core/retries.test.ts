import { LIMITS, VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { ClientRig, failure, verdict } from './client-rig.test-kit.ts';
import { RetryBudget } from './retry-budget.ts';

describe('a refused call', () => {
  test('is tried so many times, then fails with the last answer', () => {
    const rig = ClientRig.connected({ attempts: 3 });
    rig.a.onRequest = (request) => rig.a.fail(request, VERDICTS.noWorker);
    const call = rig.send(rig.once);
    rig.advance(5_000);
    expect(rig.a.requests.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(verdict(call)).toBe('unavailable no_worker no');
    expect(rig.client.stats).toMatchObject({ retries: 2, failures: 1 });
  });

  test.each(['unknownMethod', 'handlerError', 'workerLost', 'keyConflict', 'expiredInQueue'] as const)(
    'is not tried again after %s',
    (name) => {
      const rig = ClientRig.connected();
      rig.a.onRequest = (request) => rig.a.fail(request, VERDICTS[name]);
      const call = rig.send(rig.safe);
      rig.advance(5_000);
      expect(rig.a.requests).toHaveLength(1);
      expect(verdict(call)).toBe(`${VERDICTS[name].code} ${VERDICTS[name].reason} ${VERDICTS[name].executed}`);
    },
  );

  test('is tried at another broker if there is one', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    rig.a.onRequest = (request) => rig.a.fail(request, VERDICTS.noWorker);
    rig.b.onRequest = (request) => rig.b.reply(request);
    const call = rig.send(rig.once);
    rig.advance(LIMITS.retryBaseMs + 5);
    expect(call.outcome?.ok).toBe(true);
    expect(rig.b.requests).toHaveLength(1);
  });

  test('waits at least as long as the broker asks', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once);
    rig.a.fail(rig.seen(call), VERDICTS.queueFull, 700);
    rig.advance(695);
    expect(call.state).toBe('resting');
    rig.advance(LIMITS.retryBaseMs + 10);
    expect(call.state).toBe('sent');
  });

  test('fails at once when the wait would outlast it', () => {
    const rig = ClientRig.connected();
    const call = rig.send(rig.once, { timeoutMs: 600 });
    rig.a.fail(rig.seen(call), VERDICTS.queueFull, 700);
    rig.run();
    expect(failure(call)).toMatchObject({ reason: 'queue_full', retryAfterMs: 700 });
  });

  test('the pause is anything from nothing to a ceiling that doubles', () => {
    const pauses: number[][] = [[], []];
    for (let seed = 1; seed <= 60; seed++) {
      const rig = ClientRig.connected({ attempts: 3 }, ['a'], seed);
      const times: number[] = [];
      rig.a.onRequest = (request) => {
        times.push(rig.now);
        rig.a.fail(request, VERDICTS.noWorker);
      };
      rig.send(rig.once);
      rig.advance(1_000);
      times.slice(1).forEach((time, i) => pauses[i]!.push(time - times[i]!));
    }
    const tickMs = 4;
    for (const [i, ceiling] of [LIMITS.retryBaseMs, 2 * LIMITS.retryBaseMs].entries()) {
      expect(pauses[i]).toHaveLength(60);
      expect(Math.max(...pauses[i]!)).toBeLessThanOrEqual(ceiling + tickMs);
      expect(Math.max(...pauses[i]!)).toBeGreaterThan(ceiling * 0.8);
      expect(Math.min(...pauses[i]!)).toBeLessThan(ceiling * 0.2);
    }
  });

  test('does not run in circles when it is given back again and again', () => {
    const rig = ClientRig.connected({ policy: 'round-robin' }, ['a', 'b']);
    // A broker that says it drains without ever leaving, and takes new sessions as if nothing were.
    for (const broker of rig.brokers) {
      broker.onRequest = (request) => {
        broker.fail(request, VERDICTS.draining);
        broker.bye();
      };
    }
    const call = rig.send(rig.once, { timeoutMs: 20_000 });
    rig.advance(20_005);
    expect(verdict(call)).toBe('unavailable draining no');
    expect(call.sends).toBeLessThan(60);
    expect(call.sends).toBeGreaterThan(10);
  });
});

describe('the retry budget', () => {
  test('lets a fifth of the calls be retried, and a few a second', () => {
    const budget = new RetryBudget({ share: 0.2, floorPerSecond: 10 });
    expect(taken(budget, 0, 100)).toBe(10);
    for (let i = 0; i < 100; i++) budget.deposit();
    expect(taken(budget, 0, 100)).toBe(20);
    expect(taken(budget, 500, 100)).toBe(5);
  });

  test('saves up for ten seconds at most', () => {
    const budget = new RetryBudget({ share: 0.2, floorPerSecond: 10 });
    expect(taken(budget, 0, 10)).toBe(10);
    expect(taken(budget, 1_000_000, 1_000)).toBe(100);
    for (let i = 0; i < 10_000; i++) budget.deposit();
    expect(taken(budget, 1_000_000, 1_000)).toBeLessThanOrEqual(101);
  });

  test('when it is empty, the refusal is the answer', () => {
    const rig = ClientRig.connected({ retryBudgetShare: 0.2, retryBudgetFloor: 10 });
    rig.a.onRequest = (request) => rig.a.fail(request, VERDICTS.queueFull);
    const calls = Array.from({ length: 100 }, () => rig.start(rig.once));
    rig.run();
    const denied = calls.filter(({ state }) => state === 'settled');
    expect(denied.length).toBe(70);
    expect(rig.client.stats).toMatchObject({ retries: 30, retriesDenied: 70 });
    expect(verdict(denied[0]!)).toBe('resource_exhausted queue_full no');
  });
});

function taken(budget: RetryBudget, now: number, tries: number): number {
  return Array.from({ length: tries }, () => budget.take(now)).filter(Boolean).length;
}
