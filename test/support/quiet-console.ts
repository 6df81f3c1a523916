import { format } from 'node:util';
import { afterEach, beforeEach } from 'vitest';

/**
 * Fails a test that writes to the console: a library speaks through its logger, and a forgotten print drowns the
 * one line that matters. A test that expects such output replaces the method itself, with `vi.spyOn`.
 */
const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;
const originals = { ...console };
let stray: string[] = [];

beforeEach(() => {
  stray = [];
  for (const method of METHODS) {
    console[method] = (...args: unknown[]) => {
      stray.push(`console.${method}: ${format(...args)}`);
    };
  }
});

afterEach(() => {
  Object.assign(console, originals);
  if (stray.length > 0) throw new Error(`stray console output:\n${stray.join('\n')}`);
});
