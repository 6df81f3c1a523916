import { expect, test } from 'vitest';
import { CommandError } from './failure.ts';
import { servedBy } from './served.ts';

const SERVICE = { descriptor: { name: 'orders' }, methods: [] };
const nothing = (): Promise<void> => Promise.resolve();

test('one service, a list of them, or a worker', () => {
  const worker = { ready: nothing, closed: nothing, drain: nothing, close: nothing };
  expect(servedBy({ default: SERVICE }, 'w.ts')).toEqual({ services: [SERVICE] });
  expect(servedBy({ default: [SERVICE, SERVICE] }, 'w.ts')).toEqual({ services: [SERVICE, SERVICE] });
  expect(servedBy({ default: worker }, 'w.ts')).toEqual({ worker });
});

test.each([
  [{}, 'w.ts has no default export'],
  [{ services: [SERVICE] }, 'w.ts has no default export'],
  [{ default: [] }, 'w.ts has a default export that cannot be served'],
  [{ default: [SERVICE, 3] }, 'w.ts has a default export that cannot be served'],
  [{ default: null }, 'w.ts has a default export that cannot be served'],
  [{ default: { quote: nothing } }, 'w.ts has a default export that cannot be served'],
])('anything else is an error: %j', (module, message) => {
  expect(() => servedBy(module, 'w.ts')).toThrow(CommandError);
  expect(() => servedBy(module, 'w.ts')).toThrow(message);
});
