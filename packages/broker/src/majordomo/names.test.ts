import { expect, test } from 'vitest';
import type { MajordomoService } from './options.ts';
import { nativeName, plainName, readName } from './names.ts';

test.each<[string, MajordomoService | undefined, string, string]>([
  ['shout', undefined, 'shout', 'call'],
  ['greeter.greet', undefined, 'greeter', 'greet'],
  ['a.b.c', undefined, 'a.b', 'c'],
  ['.a', undefined, '.a', 'call'],
  ['a.', undefined, 'a.', 'call'],
  ['stock', { service: 'warehouse', method: 'stock' }, 'warehouse', 'stock'],
  ['old.stock', { service: 'warehouse' }, 'warehouse', 'stock'],
])('%s leads to a method', (name, config, service, method) => {
  expect(nativeName(name, config)).toEqual({ service, method });
});

test.each([
  ['shout', 'call', 'shout'],
  ['greeter', 'greet', 'greeter.greet'],
  // Its name alone would lead to the method `b` of `a`.
  ['a.b', 'call', 'a.b.call'],
])('the method of %s, %s, is known as %s', (service, method, name) => {
  expect(plainName({ service, method })).toBe(name);
  expect(nativeName(name, undefined)).toEqual({ service, method });
});

test('a name is text of at most so many bytes', () => {
  expect(readName(new TextEncoder().encode('grüße'), 7)).toBe('grüße');
  expect(readName(new TextEncoder().encode('grüße'), 6)).toBeUndefined();
  expect(readName(Uint8Array.of(0x63, 0xe9), 7)).toBeUndefined();
});
