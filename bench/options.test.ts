import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';

const NAMES = ['inflight', 'nats'];

describe('options', () => {
  test('by default everything is measured in full', () => {
    expect(readOptions([], NAMES)).toEqual({
      ...{ quick: false, all: false, only: [], allowMissing: false, json: false, check: false },
      ...{ rounds: 5, seconds: 3 },
    });
  });

  test('--check measures as --quick does', () => {
    expect(readOptions(['--check'], NAMES)).toMatchObject({ check: true, quick: true, rounds: 3, seconds: 2 });
  });

  test('--only may be repeated, and rounds may be shorter', () => {
    const args = ['--only', 'inflight', '--only', 'nats', '--rounds', '1', '--seconds', '0.5', '--allow-missing'];
    expect(readOptions(args, NAMES)).toMatchObject({
      ...{ only: NAMES, rounds: 1, seconds: 0.5, allowMissing: true },
    });
  });

  test('--help asks for help', () => {
    expect(readOptions(['-h'], NAMES)).toBe('');
  });

  test.each([
    [['--quck'], "Unknown option '--quck'"],
    [['quick'], "Unexpected argument 'quick'"],
    [['--only'], "Option '--only <value>' argument missing"],
    [['--only', 'nats-js'], '--only nats-js: there is no such scenario or contender; there are inflight, nats'],
    [['--rounds', '0'], '--rounds is 0, but must be a whole number from 1 to 100'],
    [['--rounds', '1.5'], '--rounds is 1.5, but must be a whole number from 1 to 100'],
    [['--seconds', 'long'], '--seconds is long, but must be from 0.1 to 60'],
  ])('%j is refused in one line', (args, why) => {
    const refusal = readOptions(args, NAMES);
    expect(refusal).toBe(why);
  });
});
