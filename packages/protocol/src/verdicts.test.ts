import { describe, expect, test } from 'vitest';
import { CODES, codeFromNumber, codeNumber, isCode } from './codes.ts';
import { EXECUTED, VERDICTS, isRetryReason, reasonFromNumber, wordsFor } from './verdicts.ts';
import type { Verdict } from './verdicts.ts';

const rows: readonly Verdict[] = Object.values(VERDICTS);

describe('the table of verdicts', () => {
  test('has one number for each reason, and one reason for each number', () => {
    const pairs = new Set(rows.map((v) => `${v.number} ${v.reason}`));
    expect(pairs.size).toBe(new Set(rows.map((v) => v.number)).size);
    expect(pairs.size).toBe(new Set(rows.map((v) => v.reason)).size);
    expect(rows.every((v) => v.number > 0 && v.number < 256)).toBe(true);
  });

  test('differs in nothing but `executed` where a reason has two rows', () => {
    for (const row of rows) {
      const same = rows.filter((v) => v.reason === row.reason);
      expect(new Set(same.map((v) => v.code)).size).toBe(1);
      expect(new Set(same.map((v) => v.executed)).size).toBe(same.length);
    }
  });

  test('allows another try only where no handler was started', () => {
    expect(rows.filter((v) => v.retry && v.executed !== 'no')).toEqual([]);
    expect(rows.filter((v) => v.retry).map((v) => v.reason)).toEqual([
      'unknown_service',
      'no_worker',
      'queue_full',
      'draining',
    ]);
  });

  test('describes every situation in words of its own', () => {
    expect(new Set(rows.map((v) => v.when)).size).toBe(rows.length);
  });

  test('has words for each reason, also where a doubt was added', () => {
    for (const { reason, executed, when } of Object.values(VERDICTS)) expect(wordsFor(reason, executed)).toBe(when);
    expect(wordsFor('no_worker', 'unknown')).toBe(VERDICTS.noWorker.when);
  });

  // Numbers are the wire format: a row of this list never changes.
  test.each<[number, string, string, string]>([
    [1, 'invalid_argument', 'invalid_input', 'no'],
    [2, 'resource_exhausted', 'request_too_large', 'no'],
    [3, 'unavailable', 'no_broker', 'no'],
    [4, 'resource_exhausted', 'client_limit', 'no'],
    [5, 'canceled', 'canceled', 'no'],
    [5, 'canceled', 'canceled', 'unknown'],
    [6, 'canceled', 'client_closed', 'no'],
    [6, 'canceled', 'client_closed', 'unknown'],
    [7, 'unimplemented', 'unknown_service', 'no'],
    [8, 'unimplemented', 'unknown_method', 'no'],
    [9, 'unavailable', 'no_worker', 'no'],
    [10, 'failed_precondition', 'incompatible_contract', 'no'],
    [11, 'resource_exhausted', 'queue_full', 'no'],
    [12, 'deadline_exceeded', 'expired_in_queue', 'no'],
    [13, 'unavailable', 'draining', 'no'],
    [14, 'failed_precondition', 'key_conflict', 'no'],
    [15, 'failed_precondition', 'declared', 'yes'],
    [16, 'internal', 'handler_error', 'yes'],
    [17, 'internal', 'invalid_output', 'yes'],
    [18, 'resource_exhausted', 'reply_too_large', 'yes'],
    [19, 'unavailable', 'worker_lost', 'unknown'],
    [20, 'unavailable', 'broker_lost', 'unknown'],
    [21, 'deadline_exceeded', 'no_reply', 'unknown'],
    [22, 'aborted', 'poison_suspected', 'unknown'],
    [22, 'aborted', 'poison_suspected', 'no'],
    [23, 'unimplemented', 'not_described', 'no'],
  ])('row %d: %s · %s, executed %s', (number, code, reason, executed) => {
    expect(rows.filter((v) => v.reason === reason && v.executed === executed)).toMatchObject([{ number, code }]);
    expect(reasonFromNumber(number)).toBe(reason);
  });

  test('has no row that the list above has not', () => {
    expect(rows).toHaveLength(26);
  });
});

test('a number that nobody knows has no reason', () => {
  expect([reasonFromNumber(0), reasonFromNumber(200), isRetryReason('overheated')]).toEqual([
    undefined,
    undefined,
    false,
  ]);
});

test('`executed` has the numbers 0, 1 and 2', () => {
  expect(EXECUTED).toEqual(['no', 'yes', 'unknown']);
});

describe('codes', () => {
  test('have the numbers of gRPC', () => {
    const known: Record<string, number> = {
      ...{ canceled: 1, unknown: 2, invalid_argument: 3, deadline_exceeded: 4, not_found: 5, already_exists: 6 },
      ...{ permission_denied: 7, resource_exhausted: 8, failed_precondition: 9, aborted: 10, out_of_range: 11 },
      ...{ unimplemented: 12, internal: 13, unavailable: 14, data_loss: 15, unauthenticated: 16 },
    };
    expect(Object.fromEntries(CODES.map((code) => [code, codeNumber(code)]))).toEqual(known);
    for (const code of CODES) expect(codeFromNumber(codeNumber(code))).toBe(code);
  });

  test('outside the list read as unknown', () => {
    expect([0, 17, 255].map(codeFromNumber)).toEqual(['unknown', 'unknown', 'unknown']);
    expect([isCode('internal'), isCode('Internal'), isCode('toString')]).toEqual([true, false, false]);
  });
});
