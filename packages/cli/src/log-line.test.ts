import { expect, test } from 'vitest';
import { logLine } from './log-line.ts';

const APP = new URL('/app', 'file://').href;

test('names what the message does not', () => {
  expect(logLine('worker ready', { worker: 'w1', services: ['a', 'b'] })).toBe('worker ready (worker w1, serves a,b)');
  expect(logLine('the worker w1 left', { worker: 'w1', secret: 'x' })).toBe('the worker w1 left');
});

test('says what was thrown, and where in the code of the user', () => {
  const error = new TypeError('boom\n  twice');
  error.stack = [
    'TypeError: boom',
    '    at node:internal/x:1:2',
    `    at f (${APP}/node_modules/zod/index.js:3:4)`,
    `    at hello (${APP}/src/worker.ts:5:6)`,
    `    at hello (${APP}/src/other.ts:7:8)`,
  ].join('\n');
  const line = logLine('the handler failed', { err: error, callId: 'c-1' });
  expect(line).toBe('the handler failed (call c-1): TypeError: boom twice (at /app/src/worker.ts:5:6)');
});

test('anything can be thrown', () => {
  expect(logLine('it failed', { err: 'a\nstring' })).toBe('it failed: a string');
  const error = new Error('no stack');
  delete error.stack;
  expect(logLine('it failed', { err: error })).toBe('it failed: Error: no stack');
});
