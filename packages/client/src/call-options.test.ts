import type { MethodDescriptor } from '@reeve/protocol';
import { describe, expect, test } from 'vitest';
import { resolveCallOptions } from './call-options.ts';
import { resolveConfig } from './config.ts';
import { ordersDescriptor } from './memory-broker.test-kit.ts';

describe('hedgeAfterMs and attemptTimeoutMs', () => {
  const { quote: safe, place: once } = ordersDescriptor.methods as Record<'quote' | 'place', MethodDescriptor>;
  const { impatience } = resolveConfig({ brokers: ['memory://a'], hedgeAfterMs: 50, attemptTimeoutMs: 400 }, {});

  test('are never, unless the client or the call says otherwise', () => {
    expect(resolveCallOptions(safe, {})).toMatchObject({ hedgeAfterMs: undefined, attemptTimeoutMs: undefined });
    expect(resolveCallOptions(safe, {}, impatience)).toMatchObject({ hedgeAfterMs: 50, attemptTimeoutMs: 400 });
    const settings = resolveCallOptions(safe, { hedgeAfterMs: 70 }, impatience);
    expect(settings).toMatchObject({ hedgeAfterMs: 70, attemptTimeoutMs: 400 });
  });

  test('of the client are not for methods that are started at most once', () => {
    const settings = resolveCallOptions(once, {}, impatience);
    expect(settings).toMatchObject({ hedgeAfterMs: undefined, attemptTimeoutMs: undefined });
  });

  test.each(['hedgeAfterMs', 'attemptTimeoutMs'] as const)(
    '%s of a call that is started at most once is an error',
    (name) => {
      expect(() => resolveCallOptions(once, { [name]: 100 })).toThrow(`${name} needs an idempotent method`);
    },
  );

  test.each([{ hedgeAfterMs: 0 }, { attemptTimeoutMs: 86_400_001 }])('of the client have a range: %o', (options) => {
    expect(() => resolveConfig({ brokers: ['memory://a'], ...options }, {})).toThrow(Object.keys(options)[0]!);
  });
});
