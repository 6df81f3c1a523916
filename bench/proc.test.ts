import { expect, test } from 'vitest';
import { cpuUsFromStat, cpuUsOf, residentBytesFromStatus } from './proc.ts';

test('user and system time are read after a name that looks like fields', () => {
  const stat = '4711 (a) b (c) S 1 4711 4711 0 -1 4194304 100 0 0 0 250 31 9 9 20 0 11 0 12345 1000 200';
  expect(cpuUsFromStat(stat)).toBe(2_810_000);
});

test('resident memory is read from the status', () => {
  expect(residentBytesFromStatus('Name:\tnode\nVmHWM:\t    900 kB\nVmRSS:\t    512 kB\n')).toBe(524_288);
  expect(residentBytesFromStatus('Name:\tkthreadd\n')).toBeUndefined();
});

test('a process that is not there has used nothing that is known', () => {
  expect(cpuUsOf(2 ** 30)).toBeUndefined();
});
