import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoreParts, offer } from './core-parts.test-kit.ts';
import type { PendingCall } from './pending-call.ts';

test('calls stand in order of arrival, also those that come back', () => {
  const parts = new CoreParts();
  parts.worker([offer('m')]);
  const route = parts.route('m');
  const { lane } = route;
  const [first, second, third] = [3, 7, 9].map((arrival) => parts.waiting(route, arrival)) as [
    PendingCall,
    PendingCall,
    PendingCall,
  ];
  lane.remove(first);
  lane.remove(second);
  lane.add(second);
  lane.add(first);
  expect(lane.calls()).toEqual([first, second, third]);
  expect(lane.first).toBe(first);
});

test('it agrees with a sorted list, and its service and pool know how much waits', () => {
  const property = fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(30)), { maxLength: 100 }), (steps) => {
    const parts = new CoreParts();
    parts.worker([offer('m')]);
    const route = parts.route('m');
    const { lane } = route;
    const calls = Array.from({ length: 31 }, (_, i) => parts.call(route, i + 1));
    const model = new Set<PendingCall>();
    for (const [isAdd, which] of steps) {
      const call = calls[which]!;
      if (isAdd && !model.has(call)) {
        model.add(call);
        lane.add(call);
      } else if (!isAdd && model.delete(call)) {
        lane.remove(call);
      }
      expect(lane.calls()).toEqual([...model].sort((a, b) => a.arrival - b.arrival));
      expect([lane.size, lane.service.queuedCalls, lane.service.queuedBytes]).toEqual([
        model.size,
        model.size,
        model.size * 10,
      ]);
      expect(lane.pool!.lanes.size).toBe(model.size > 0 ? 1 : 0);
      expect(lane.pool!.waiting).toBe(model.size);
    }
  });
  fc.assert(property);
});
