import { describe, expect, test } from 'vitest';
import { chart } from './chart.ts';
import { rates } from './results.test-kit.ts';

describe('the chart', () => {
  const svg = chart({
    rows: [
      rates('inflight|1 in flight|reeve', 1_000),
      rates('inflight|1 in flight|nats', 2_000, 1_000, 4_000),
      rates('inflight|32 in flight|reeve', 50_000),
      { ...rates('inflight|32 in flight|nats'), figures: {}, missing: 'install it' },
      rates('bodies|32 B|reeve', 7),
    ],
  });
  const bars = [...svg.matchAll(/<rect x="\d+" y="(\d+)" width="([\d.]+)"/g)].map(([, y, width]) =>
    [y, width].map(Number),
  );

  test('has a bar for each contender that was measured, as long as its median', () => {
    expect(bars).toHaveLength(3);
    expect(bars[1]![1]! / bars[0]![1]!).toBeCloseTo(2, 1);
  });

  test('scales each panel by its own highest round', () => {
    // In the first that is a round of another contender, in the second it is the bar itself.
    expect(bars[1]![1]! * 2).toBeCloseTo(bars[2]![1]!, 0);
  });

  test('puts no two bars in one place', () => {
    const tops = bars.map(([y]) => y!);
    expect(tops.toSorted((a, b) => a - b)).toEqual([...new Set(tops)]);
  });

  test('names contenders, loads and medians', () => {
    expect(svg).toContain('>NATS</text>');
    expect(svg).toContain('>32 in flight: calls per second</text>');
    expect(svg).toContain('>50,000</text>');
  });
});
