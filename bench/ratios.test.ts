import { describe, expect, test } from 'vitest';
import { ratiosOf } from './ratios.ts';
import { rates, rowWith } from './results.test-kit.ts';

describe('ratios', () => {
  test('are of the medians, against the peer with the highest', () => {
    const rows = [
      rates('inflight|1000 in flight|reeve', 300, 330, 270),
      rates('inflight|1000 in flight|nats', 100, 90, 110),
      // One lucky round does not make it the best.
      rates('inflight|1000 in flight|grpc', 50, 60, 500),
    ];
    expect(ratiosOf(rows).inflight1000_vs_best_peer).toEqual({
      ...{ value: 3, min: 2.455, max: 3.667, against: 'nats' },
    });
  });

  test('a peer without anything in the middle is none of the brokered ones', () => {
    const rows = [
      rates('inflight|32 in flight|reeve', 40),
      rates('inflight|32 in flight|moleculer-tcp', 80),
      rates('inflight|32 in flight|moleculer-nats', 20),
    ];
    expect(ratiosOf(rows).inflight32_vs_best_brokered_peer).toMatchObject({ value: 2, against: 'moleculer-nats' });
  });

  test('times are compared the other way round: theirs by ours', () => {
    const rows = [
      rowWith('inflight|1 in flight|reeve', { p50Ms: [0.5] }),
      rowWith('inflight|1 in flight|c-proxy', { p50Ms: [0.4] }),
    ];
    expect(ratiosOf(rows).inflight1_p50_vs_c_proxy).toMatchObject({ value: 0.8 });
  });

  test('a share of what is ideal is taken as it is', () => {
    const rows = [rowWith('overload|10 × capacity|reeve', { goodputShare: [0.9, 0.95, 0.97] })];
    expect(ratiosOf(rows).overload10_goodput).toEqual({ value: 0.95, min: 0.9, max: 0.97, against: 'its own peak' });
  });

  test('without one of its sides there is none', () => {
    const missing = { ...rates('clients|100 clients|nats'), figures: {}, missing: 'install it' };
    expect(ratiosOf([rates('clients|100 clients|reeve', 1), missing])).toEqual({});
  });
});
