import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { handleSignals } from './signals.ts';

test('the first signal drains, the second ends the worker and then the process', async () => {
  const source = new FakeProcess();
  const done: string[] = [];
  const remove = handleSignals(
    {
      drain: async () => void done.push('drain'),
      close: async () => void done.push('close'),
    },
    source,
  );
  source.emit('SIGTERM', 'SIGTERM');
  expect(done).toEqual(['drain']);
  source.emit('SIGINT', 'SIGINT');
  await Promise.resolve();
  await Promise.resolve();
  expect(done).toEqual(['drain', 'close']);
  expect(source.killed).toEqual([[4_711, 'SIGINT']]);
  remove();
  expect(source.eventNames()).toEqual([]);
});

class FakeProcess extends EventEmitter {
  readonly pid = 4_711;
  readonly killed: [number, string][] = [];

  kill(pid: number, signal: string): void {
    this.killed.push([pid, signal]);
  }
}
