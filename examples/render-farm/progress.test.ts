import { describe, expect, it } from 'vitest';
import { type FarmState, grouped, liveLines, plainLine, Rate } from './progress.ts';

const state: FarmState = {
  phase: 'farm',
  elapsedMs: 12_900,
  done: 1500,
  total: 6000,
  documentsPerSecond: 241.4,
  retried: 3,
  workers: [
    { name: 'worker-1', pid: 4242, life: 'up', rendered: 1000 },
    { name: 'worker-2', pid: 4243, life: 'killed', rendered: 500 },
    { name: 'worker-3', pid: undefined, life: 'starting', rendered: 0 },
  ],
  broker: { name: 'broker', pid: 4240, life: 'up', restarts: 1 },
};

describe('liveLines', () => {
  it('shows the whole, each worker, and the broker', () => {
    expect(liveLines(state, 90).map((line) => line.trimEnd())).toEqual([
      `render farm  1,500 of 6,000 documents  241/s  12 s  ${'█'.repeat(8)}${'░'.repeat(22)}`,
      '  worker-1     pid 4242    up         1,000  ██████████████████████████████',
      '  worker-2     pid 4243    killed       500  ███████████████',
      '  worker-3                 starting       0',
      '  broker       pid 4240    up        restarts 1, documents retried 3',
    ]);
  });

  it('shows the single process alone while it renders', () => {
    expect(liveLines({ ...state, phase: 'reference', done: 0, total: 0 }, 60)).toEqual([
      'single process 0 of 0 documents  241/s  12 s  ░░░░░░░░░░░░░░',
    ]);
  });

  it.each([10, 40, 60, 80, 200])('never exceeds %i columns', (columns) => {
    for (const line of liveLines(state, columns)) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('draws a full bar at the end, and none beyond', () => {
    const [line] = liveLines({ ...state, done: 6001 }, 90);

    expect(line).toMatch(/ █{30}$/);
  });
});

describe('plainLine', () => {
  it('says the same in one line', () => {
    expect(plainLine(state)).toBe(
      '[12 s] farm: 1,500 of 6,000 documents, 241/s; ' +
        'worker-1 1,000, worker-2 500 (killed), worker-3 0 (starting); retried 3',
    );
    expect(plainLine({ ...state, broker: { ...state.broker, life: 'killed' } })).toContain(
      '; broker killed; retried 3',
    );
    expect(plainLine({ ...state, phase: 'reference' })).toBe('[12 s] single process: 1,500 of 6,000 documents');
  });
});

describe('Rate', () => {
  it('looks at the last two seconds', () => {
    const rate = new Rate();
    expect(rate.perSecond()).toBe(0);

    rate.add(0, 0);
    expect(rate.perSecond()).toBe(0);

    rate.add(1000, 100);
    expect(rate.perSecond()).toBe(100);

    for (let atMs = 2000; atMs <= 6000; atMs += 1000) rate.add(atMs, 100);
    expect(rate.perSecond()).toBe(0);
  });
});

describe('grouped', () => {
  it.each([
    [0, '0'],
    [999.6, '1,000'],
    [12_345, '12,345'],
    [1_234_567, '1,234,567'],
  ])('writes %d as %s', (number, text) => {
    expect(grouped(number)).toBe(text);
  });
});
