import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoreParts, offer } from './core-parts.test-kit.ts';
import type { Placement } from './placement.ts';

test('a dispatch id stands for its call until the call is released, and for nothing ever after', () => {
  const parts = new CoreParts();
  const worker = parts.worker([offer('m')]);
  const route = parts.route('m');
  const property = fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (steps) => {
    const before = worker.placements();
    const held: [number, Placement][] = [];
    const ids: number[] = [];
    for (const step of steps) {
      if (step < 6) {
        const call = parts.call(route);
        const place = worker.assign(0, call, route.targets.get(worker)!);
        ids.push(place.dispatch);
        held.push([place.dispatch, place]);
      } else if (held.length > 0) {
        const [[, place]] = held.splice(step % held.length, 1) as [[number, Placement]];
        worker.release(place);
      }
      const live = new Map(held);
      for (const id of ids) expect(worker.find(id)).toBe(live.get(id));
      expect(worker.load).toBe(held.length + before.length);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(worker.placements())).toEqual(new Set(held.map(([, place]) => place)));
    for (const [, place] of held) worker.release(place);
  });
  fc.assert(property);
});

test('made-up ids stand for nothing', () => {
  const parts = new CoreParts();
  const worker = parts.worker([offer('m')]);
  const route = parts.route('m');
  const place = worker.assign(0, parts.call(route), route.targets.get(worker)!);
  const { dispatch } = place;
  for (const id of [0, dispatch + 1, dispatch + 65_536, dispatch - 65_536, 2 ** 53 - 1, 2 ** 32]) {
    expect(worker.find(id)).toBe(undefined);
  }
  expect(worker.find(dispatch)).toBe(place);
});

test('it knows its methods by name and number', () => {
  const worker = new CoreParts().worker([offer('m'), offer('m', { service: 't' })]);
  expect([worker.numberOf('s', 'm'), worker.numberOf('t', 'm'), worker.numberOf('t', 'n')]).toEqual([0, 1, undefined]);
});

test('what is dispatched counts against what was granted for good', () => {
  const parts = new CoreParts();
  const worker = parts.worker([offer('m')], 1);
  const route = parts.route('m');
  expect(worker.isAvailable).toBe(true);
  worker.release(worker.assign(0, parts.call(route), route.targets.get(worker)!));
  expect(worker.isAvailable).toBe(false);
  worker.granted = 2;
  expect(worker.isAvailable).toBe(true);
});
