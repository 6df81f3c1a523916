import { expect, test } from 'vitest';
import { formatGen } from './gen-results.ts';

test('times are shown with how far they spread', () => {
  const text = formatGen({
    machine: { cpu: 'A processor', cores: 2, memoryGib: 4, kernel: '6', node: 'v20.0.0', load: 0.5 },
    methods: 500,
    contracts: 50,
    rounds: 3,
    coldSeconds: { median: 1.9, min: 1.8, max: 2.25 },
    userSeconds: { median: 2.5, min: 2.4, max: 2.6 },
    watchMs: { median: 120.4, min: 99.6, max: 160 },
  });
  expect(text.split('\n')).toEqual([
    'A processor, 2 cores, Node v20.0.0, load 0.5',
    '500 methods in 50 contracts; median (lowest–highest)',
    '',
    'first run            1.90 (1.80–2.25) s',
    '  user CPU time      2.50 (2.40–2.60) s',
    'save to stub, watch  120 (100–160) ms',
  ]);
});
