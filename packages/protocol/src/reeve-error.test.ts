import { describe, expect, test, vi } from 'vitest';
import { AssertionError, assert } from './assert.ts';
import { ReeveError } from './reeve-error.ts';
import { VERDICTS } from './verdicts.ts';

describe('an error of a verdict', () => {
  test('says what the row says, with the code in front', () => {
    const error = ReeveError.of(VERDICTS.queueFull);
    const { name, message, code, reason, executed, attempts } = error;
    expect({ name, message, code, reason, executed, attempts }).toEqual({
      name: 'ReeveError',
      message: '[resource_exhausted] a queue limit of the broker was reached',
      code: 'resource_exhausted',
      reason: 'queue_full',
      executed: 'no',
      attempts: 0,
    });
  });

  test('takes words and details of its own', () => {
    const cause = new Error('why');
    const error = ReeveError.of(VERDICTS.declared, 'sold out', {
      ...{ code: 'not_found', declared: 'OUT_OF_STOCK', data: { sku: 'A1' }, attempts: 2, retryAfterMs: 5, cause },
    });
    expect(error).toMatchObject({
      ...{ message: '[not_found] sold out', code: 'not_found', reason: 'declared', executed: 'yes' },
      ...{ declared: 'OUT_OF_STOCK', data: { sku: 'A1' }, attempts: 2, retryAfterMs: 5, cause },
    });
  });

  test('has no cause where there is none', () => {
    expect('cause' in ReeveError.of(VERDICTS.noBroker)).toBe(false);
  });
});

describe('whatever was thrown', () => {
  test('stays what it is if it is one of ours', () => {
    const error = ReeveError.of(VERDICTS.noBroker);
    expect(ReeveError.from(error)).toBe(error);
  });

  test.each<[unknown, string]>([
    [new TypeError('x is not a function'), '[internal] x is not a function'],
    ['a text', '[internal] a text'],
    [undefined, '[internal] undefined'],
    [null, '[internal] null'],
  ])('becomes an internal error: %s', (thrown, message) => {
    const error = ReeveError.from(thrown);
    expect([error.message, error.reason, error.executed]).toEqual([message, 'handler_error', 'yes']);
    expect(error.cause).toBe(thrown);
  });
});

describe('two copies of the package in one process', () => {
  test('recognise the errors of each other', async () => {
    vi.resetModules();
    const copy = (await import('./reeve-error.ts')).ReeveError;
    expect(copy).not.toBe(ReeveError);
    const [own, others] = [ReeveError.of(VERDICTS.noBroker), copy.of(VERDICTS.noBroker)];
    expect([others instanceof ReeveError, own instanceof copy]).toEqual([true, true]);
    expect(ReeveError.from(others)).toBe(others);
  });

  test.each([undefined, null, 'ReeveError', {}, new Error('x'), { name: 'ReeveError' }])(
    'do not take %s for one',
    (value) => {
      expect(value instanceof ReeveError).toBe(false);
    },
  );

  test('know an error of a class that someone made of ours from another one', () => {
    class Special extends ReeveError {}
    expect(ReeveError.of(VERDICTS.noBroker) instanceof Special).toBe(false);
    expect(new Special('x', { code: 'internal', reason: 'handler_error', executed: 'yes' }) instanceof Special).toBe(
      true,
    );
    expect(new Special('x', { code: 'internal', reason: 'handler_error', executed: 'yes' }) instanceof ReeveError).toBe(
      true,
    );
  });
});

test('the brand of an error is not seen where errors are printed or copied', () => {
  expect(Object.keys(ReeveError.of(VERDICTS.noBroker))).not.toContain('reeve.ReeveError');
  expect(JSON.parse(JSON.stringify(ReeveError.of(VERDICTS.noBroker)))).toMatchObject({ code: 'unavailable' });
});

test('a broken invariant says whose fault it is', () => {
  expect(() => assert(true, 'one is one')).not.toThrow();
  const broken = (): void => assert(false, 'a call has one answer');
  expect(broken).toThrow(AssertionError);
  expect(broken).toThrow("Reeve's own invariant is broken: a call has one answer");
});
