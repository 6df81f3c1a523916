import { afterEach, expect, test, vi } from 'vitest';
import { requires } from './requires.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('a tool that is there is no obstacle', () => {
  expect(requires('sh', 'apt-get install dash')).toBe(true);
});

test('a missing tool skips the tests and says what to install', () => {
  vi.stubEnv('CI', '');
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(requires('no-such-tool', 'apt-get install it')).toBe(false);
  expect(written.mock.calls).toEqual([['skipped: these tests need `no-such-tool`: apt-get install it\n']]);
});

test('in CI a missing tool is a failure', () => {
  vi.stubEnv('CI', 'true');
  expect(() => requires('no-such-tool', 'apt-get install it')).toThrow('these tests need `no-such-tool`');
});
