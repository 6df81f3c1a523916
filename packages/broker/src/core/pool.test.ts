import { expect, test } from 'vitest';
import { CoreParts, offer } from './core-parts.test-kit.ts';

test('a pool finds the workers that can take a call, by load', () => {
  const parts = new CoreParts();
  const [a, b] = [parts.worker([offer('m')]), parts.worker([offer('m')])];
  const route = parts.route('m');
  const pool = route.lane.pool!;
  expect(pool.available.first).toBe(a);
  a.assign(0, parts.call(route), route.targets.get(a)!);
  pool.members[0]!.refresh();
  expect(pool.available.first).toBe(b);
  for (const spoil of [() => (b.isSuspect = true), () => (b.isDraining = true), () => (b.granted = b.dispatched)]) {
    const before = { isSuspect: b.isSuspect, isDraining: b.isDraining, granted: b.granted };
    spoil();
    pool.members[1]!.refresh();
    expect(pool.available.first).toBe(a);
    Object.assign(b, before);
    pool.members[1]!.refresh();
    expect(pool.available.first).toBe(b);
  }
});

test('a worker that becomes free goes behind those that were free before it', () => {
  const parts = new CoreParts();
  const [a, b] = [parts.worker([offer('m')]), parts.worker([offer('m')])];
  const route = parts.route('m');
  const pool = route.lane.pool!;
  const place = a.assign(0, parts.call(route), route.targets.get(a)!);
  pool.members[0]!.refresh();
  a.release(place);
  pool.members[0]!.refresh();
  expect(pool.available.first).toBe(b);
  // A refresh that changes nothing does not lose the place.
  pool.members[1]!.refresh();
  expect(pool.available.first).toBe(b);
});

test('a pool that is dissolved is forgotten by its workers', () => {
  const parts = new CoreParts();
  const worker = parts.worker([offer('m')]);
  parts.route('m').lane.pool!.dissolve();
  expect(worker.memberships).toEqual([]);
});
