import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoreParts, offer } from './core-parts.test-kit.ts';
import type { PendingCall } from './pending-call.ts';

test('a dispatch id stands for its call until the call is released, and for nothing ever after', () => {
  const parts = new CoreParts();
  const worker = parts.worker([offer('m')]);
  const route = parts.route('m');
  const property = fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (steps) => {
    const before = worker.calls();
    const held: [number, PendingCall][] = [];
    const ids: number[] = [];
    const released: PendingCall[] = [];
    for (const step of steps) {
      if (step < 6) {
        const call = parts.call(route);
        worker.assign(call);
        ids.push(call.dispatch);
        held.push([call.dispatch, call]);
      } else if (held.length > 0) {
        const [[, call]] = held.splice(step % held.length, 1) as [[number, PendingCall]];
        worker.release(call);
        released.push(call);
      }
      const live = new Map(held);
      for (const id of ids) expect(worker.find(id)).toBe(live.get(id));
      expect(worker.load).toBe(held.length + before.length);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(released.every((call) => call.worker === undefined)).toBe(true);
    expect(new Set(worker.calls())).toEqual(new Set(held.map(([, call]) => call)));
    for (const [, call] of held) worker.release(call);
  });
  fc.assert(property);
});

test('made-up ids stand for nothing', () => {
  const parts = new CoreParts();
  const worker = parts.worker([offer('m')]);
  const call = parts.call(parts.route('m'));
  worker.assign(call);
  for (const id of [0, call.dispatch + 1, call.dispatch + 65_536, call.dispatch - 65_536, 2 ** 53 - 1, 2 ** 32]) {
    expect(worker.find(id)).toBe(undefined);
  }
  expect(worker.find(call.dispatch)).toBe(call);
});

test('it knows its methods by name and number', () => {
  const worker = new CoreParts().worker([offer('m'), offer('m', { service: 't' })]);
  expect([worker.numberOf('s', 'm'), worker.numberOf('t', 'm'), worker.numberOf('t', 'n')]).toEqual([0, 1, undefined]);
});

test('what is dispatched counts against what was granted for good', () => {
  const parts = new CoreParts();
  const worker = parts.worker([offer('m')], 1);
  const call = parts.call(parts.route('m'));
  expect(worker.isAvailable).toBe(true);
  worker.assign(call);
  worker.release(call);
  expect(worker.isAvailable).toBe(false);
  worker.granted = 2;
  expect(worker.isAvailable).toBe(true);
});
