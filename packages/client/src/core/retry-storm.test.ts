import { LIMITS, VERDICTS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { ClientRig } from './client-rig.test-kit.ts';
import type { CallRequest } from './ledger.ts';

/** A brokers' bad moment must not become worse by what its clients do about it. */
describe('a client in a storm', () => {
  test.each([['refuses everything', VERDICTS.queueFull] as const, ['has no workers', VERDICTS.noWorker] as const])(
    'sends little more than its calls to a broker that %s',
    (_, verdict) => {
      const rig = ClientRig.connected();
      rig.a.onRequest = (request) => rig.a.fail(request, verdict);
      callFor(rig, 10, {});
      expect(rig.a.requests.length).toBeGreaterThan(CALLS_PER_SECOND * 10);
      expect(rig.a.requests.length).toBeLessThanOrEqual(sendsMax(10));
    },
  );

  test('pays for retries, hedges and further attempts out of one budget', () => {
    const rig = ClientRig.connected({}, ['a', 'b']);
    let nth = 0;
    for (const broker of rig.brokers) {
      // One in three is refused, the others are left without an answer.
      broker.onRequest = (request) => {
        if ((nth += 1) % 3 === 0) broker.fail(request, VERDICTS.queueFull);
      };
    }
    callFor(rig, 10, { hedgeAfterMs: 50, attemptTimeoutMs: 150, timeoutMs: 2_000 });
    const asked = rig.brokers.reduce((sum, { requests, hedged }) => sum + requests.length + hedged.length, 0);
    expect(asked).toBeLessThanOrEqual(sendsMax(10));
    const { hedges, attemptTimeouts, retries, retriesDenied } = rig.client.stats;
    expect(Math.min(hedges, attemptTimeouts + retries)).toBeGreaterThan(0);
    expect(retriesDenied).toBeGreaterThan(CALLS_PER_SECOND);
  });

  test('keeps within the attempts of each call, however often its broker is lost', () => {
    const rig = ClientRig.connected({ attempts: 3 });
    const calls = Array.from({ length: 50 }, () => rig.start(rig.safe, { timeoutMs: 60_000 }));
    rig.run();
    for (let i = 0; i < 20; i++) {
      rig.cut(rig.a);
      rig.advance(LIMITS.reconnectMaxMs);
    }
    expect(rig.a.requests).toHaveLength(3 * calls.length);
    expect(rig.client.stats).toMatchObject({ failures: calls.length, resends: 2 * calls.length, retries: 0 });
  });

  test('spreads out those who were told the same time to come back', () => {
    const waits: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const rig = ClientRig.connected({}, ['a'], seed);
      const times: number[] = [];
      rig.a.onRequest = (request) => {
        if (times.push(rig.now) === 1) rig.a.fail(request, VERDICTS.queueFull, 500);
      };
      rig.send(rig.once);
      rig.advance(1_000);
      waits.push(times[1]! - times[0]!);
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(LIMITS.retryBaseMs * 0.8);
    expect(new Set(waits).size).toBeGreaterThan(5);
  });
});

/** Calls steadily for some seconds, then lets everything end. */
function callFor(rig: ClientRig, seconds: number, more: Partial<CallRequest>): void {
  for (let i = 0; i < seconds * CALLS_PER_SECOND; i++) {
    rig.start(rig.safe, more);
    rig.advance(1_000 / CALLS_PER_SECOND);
  }
}

/** All that the budget pays for: a share of the calls, and what comes with time, with a second of it in hand. */
function sendsMax(seconds: number): number {
  const calls = seconds * CALLS_PER_SECOND;
  return calls * (1 + LIMITS.retryBudgetShare) + LIMITS.retryBudgetFloor * (seconds + 1);
}

const CALLS_PER_SECOND = 100;
