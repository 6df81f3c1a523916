import { LIMITS } from '@reeve/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoreParts, offer } from './core-parts.test-kit.ts';
import { PoisonList } from './poison-list.ts';
import type { PendingCall } from './pending-call.ts';

const KEY = [1, 2, 3, 4] as const;

/** Calls with bodies of their own, of two methods. */
function calls(count: number): PendingCall[] {
  const parts = new CoreParts();
  parts.worker([offer('a'), offer('b')]);
  return Array.from({ length: count }, (_, i) => {
    const call = parts.call(parts.route(i % 2 === 0 ? 'a' : 'b'));
    call.payload = Uint8Array.of(i);
    return call;
  });
}

test('a body is suspected for its method, for the window, counted from the last time', () => {
  const list = new PoisonList({ ...LIMITS, poisonWindowMs: 1_000 });
  const [one, other, third] = calls(3) as [PendingCall, PendingCall, PendingCall];
  other.payload = one.payload;
  list.add(0, one, KEY);
  list.add(600, one, KEY);
  expect([one, other, third].map((call) => list.isSuspect(1_599, call, KEY))).toEqual([true, false, false]);
  expect([list.isSuspect(1_600, one, KEY), list.size]).toEqual([false, 0]);
});

test('bodies of a method of which none is suspected are not even hashed', () => {
  const list = new PoisonList(LIMITS);
  const [one, other] = calls(2) as [PendingCall, PendingCall];
  list.add(0, one, KEY);
  Object.defineProperty(other.route, 'service', { get: () => expect.unreachable('it was looked at') });
  expect(list.isSuspect(0, other, KEY)).toBe(false);
});

test('it agrees with a list that is searched from end to end', () => {
  const limits = { ...LIMITS, poisonBodiesMax: 4, poisonWindowMs: 100 };
  const step = fc.record({ which: fc.nat(7), isAdd: fc.boolean(), ms: fc.nat(40) });
  const property = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const [list, all] = [new PoisonList(limits), calls(8)];
    let model: { which: number; until: number }[] = [];
    let now = 0;
    for (const { which, isAdd, ms } of steps) {
      now += ms;
      model = model.filter((m) => m.until > now);
      if (isAdd) {
        list.add(now, all[which]!, KEY);
        model = [...model.filter((m) => m.which !== which), { which, until: now + 100 }].slice(-4);
      }
      list.expire(now);
      expect(all.map((call) => list.isSuspect(now, call, KEY))).toEqual(
        all.map((_, i) => model.some((m) => m.which === i)),
      );
      expect(list.size).toBe(model.length);
    }
  });
  fc.assert(property);
});
