import { LIMITS } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { CoreParts, offer } from './core-parts.test-kit.ts';

describe('routes', () => {
  test('that mean the same are one; what differs in anything is another', () => {
    const parts = new CoreParts();
    const route = parts.route('m');
    expect(parts.route('m', { route: 7 })).toBe(route);
    const others = [
      parts.route('n'),
      parts.route('m', { service: 't' }),
      parts.route('m', { fingerprint: 'g' }),
      parts.route('m', { accepts: ['g'] }),
      parts.route('m', { idempotent: false }),
    ];
    expect(new Set([route, ...others]).size).toBe(6);
    expect(parts.registry.routeCount).toBe(6);
  });

  test('live as long as somebody uses them, and take what served only them along', () => {
    const parts = new CoreParts();
    parts.worker([offer('m')]);
    const route = parts.route('m');
    parts.route('m');
    parts.registry.release(0, route);
    expect([parts.registry.routeCount, parts.registry.poolCount]).toEqual([1, 1]);
    parts.registry.release(0, route);
    expect(parts.registry.takeDissolved()).toHaveLength(1);
    expect([parts.registry.routeCount, parts.registry.poolCount]).toEqual([0, 0]);
    expect(parts.registry.services.get('s')).toMatchObject({ isKnown: true });
  });

  test('to services that nobody offers leave no trace', () => {
    const parts = new CoreParts();
    parts.registry.release(0, parts.route('m'));
    expect(parts.registry.services.size).toBe(0);
  });
});

describe('pools', () => {
  test('are the sets of workers that serve routes, shared by all services', () => {
    const parts = new CoreParts();
    const both = parts.worker([offer('m'), offer('n'), offer('m', { service: 't' })]);
    const one = parts.worker([offer('m')]);
    const [m, n, t] = [parts.route('m'), parts.route('n'), parts.route('m', { service: 't' })];
    expect(m.lane.pool!.members.map((p) => p.worker)).toEqual([both, one]);
    expect(n.lane.pool!.members.map((p) => p.worker)).toEqual([both]);
    expect(t.lane.pool).toBe(n.lane.pool);
    expect(t.lane).not.toBe(n.lane);
    expect(both.memberships).toHaveLength(2);
  });

  test('change with their workers, and those that nobody needs are dissolved', () => {
    const parts = new CoreParts();
    const route = parts.route('m');
    expect(route.lane).toBe(route.service.held);
    const a = parts.worker([offer('m')]);
    const alone = route.lane.pool!;
    const b = parts.worker([offer('m')]);
    expect(route.lane.pool).not.toBe(alone);
    expect(parts.registry.takeDissolved()).toEqual([alone]);
    parts.leave(a);
    expect(route.lane.pool!.members.map((p) => p.worker)).toEqual([b]);
    expect(a.memberships).toEqual([]);
    parts.leave(b);
    expect(route.lane).toBe(route.service.held);
    expect(route.targets.size).toBe(0);
    parts.registry.takeDissolved();
    expect(parts.registry.poolCount).toBe(0);
  });

  test('take only workers whose contract fits', () => {
    const parts = new CoreParts();
    const fits = parts.worker([offer('other'), offer('m')]);
    parts.worker([offer('m', { fingerprint: 'g' })]);
    const accepts = parts.worker([offer('m', { fingerprint: 'g', accepts: ['f'], idempotent: false })]);
    const route = parts.route('m');
    expect([...route.targets]).toEqual([
      [fits, { method: 1, mayRestart: true, leaseMs: 0, finish: false }],
      [accepts, { method: 0, mayRestart: false, leaseMs: 0, finish: false }],
    ]);
  });
});

describe('waiting calls', () => {
  test('move to where their routes point when workers come and go, and keep their order', () => {
    const parts = new CoreParts();
    const [m, n] = [parts.route('m'), parts.route('n')];
    const calls = [parts.waiting(m), parts.waiting(n), parts.waiting(m), parts.waiting(n)];
    expect(m.service.held.calls()).toEqual(calls);
    const worker = parts.worker([offer('m')]);
    expect(calls.map((call) => call.state)).toEqual(['queued', 'held', 'queued', 'held']);
    expect(m.lane.calls()).toEqual([calls[0], calls[2]]);
    parts.worker([offer('m'), offer('n')]);
    expect(n.lane.calls()).toEqual([calls[1], calls[3]]);
    parts.leave(worker);
    // Both routes have the same worker now, and so the same lane.
    expect(n.lane.calls()).toEqual(calls);
    expect(m.lane).toBe(n.lane);
    expect(m.service).toMatchObject({ queuedCalls: 4, queuedBytes: 40 });
  });

  test('that have lost their last worker wait for a decision on how long', () => {
    const parts = new CoreParts();
    const worker = parts.worker([offer('m')]);
    const call = parts.waiting(parts.route('m'));
    call.waitUntil = 99;
    parts.leave(worker);
    expect(call).toMatchObject({ state: 'held', waitUntil: 0 });
  });
});

describe('services', () => {
  test('are remembered for a while after their last worker has left', () => {
    const parts = new CoreParts();
    parts.leave(parts.worker([offer('m')]), 5_000);
    parts.registry.expire(5_000 + LIMITS.serviceMemoryMs - 1);
    expect(parts.registry.services.get('s')).toMatchObject({ isKnown: true });
    parts.registry.expire(5_000 + LIMITS.serviceMemoryMs + 1_000);
    expect(parts.registry.services.size).toBe(0);
  });

  test('are not forgotten while somebody offers or wants them', () => {
    const parts = new CoreParts();
    parts.worker([offer('m', { service: 'offered' })]);
    parts.route('m', { service: 'wanted' });
    parts.registry.expire(10 * LIMITS.serviceMemoryMs);
    expect([...parts.registry.services.keys()].sort()).toEqual(['offered', 'wanted']);
  });
});
