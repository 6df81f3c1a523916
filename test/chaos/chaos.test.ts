import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detect } from './detection.ts';
import type { Deed } from './fleet.ts';
import type { History } from './history.ts';
import { judge } from './history.ts';
import type { CallRecord, StartRecord } from './journal.ts';
import { runChaos } from './run.ts';
import { drawSchedule, parseSchedule } from './schedule.ts';

const TARGETS = {
  brokers: ['broker-1', 'broker-2'],
  workers: ['worker-1', 'worker-2', 'worker-3', 'worker-4'],
  links: ['link-worker-3', 'link-client-2'],
  wires: ['wire'],
};

// No figure is judged here: a loaded machine starts processes slowly. The promises hold on any.
test('real processes are killed, stopped and cut off, and no promise is broken', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-chaos-test-'));
  const scheduleFile = join(folder, 'schedule.json');
  const schedule = (): ReturnType<typeof drawSchedule> => drawSchedule(7, 8, TARGETS);
  try {
    const { report, lines } = await runChaos({ seconds: 8, schedule, scheduleFile, progress: () => undefined });
    expect(lines.filter((line) => line.startsWith('broken') || line.startsWith('vague'))).toEqual([]);
    expect(report).toMatchObject({ violations: 0, vague: 0, hung: 0 });
    expect(report.ok).toBeGreaterThan(100);
    expect(report.kills).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('a schedule', () => {
  test('is the same for the same seed, and does enough in a minute', () => {
    const schedule = drawSchedule(3, 60, TARGETS);
    expect(schedule).toEqual(drawSchedule(3, 60, TARGETS));
    expect(schedule).not.toEqual(drawSchedule(4, 60, TARGETS));
    const count = (act: string): number => schedule.filter((fault) => fault.act === act).length;
    expect(count('kill')).toBeGreaterThanOrEqual(25);
    expect(count('stop')).toBeGreaterThanOrEqual(11);
    expect(count('cut')).toBeGreaterThanOrEqual(5);
  });

  test('that was written is read again', () => {
    const schedule = drawSchedule(3, 20, TARGETS);
    expect(parseSchedule(JSON.stringify(schedule), TARGETS)).toEqual(schedule);
  });

  test.each([
    ['{}', 'a schedule is a list of { atMs, target, act }'],
    ['[{"target":"broker-1","act":"kill"}]', 'entry 1 of the schedule: atMs is undefined, not a time in ms'],
    ['[{"atMs":1,"target":"broker-9","act":"kill"}]', 'entry 1 of the schedule: no target is named broker-9'],
    ['[{"atMs":1,"target":"broker-1","act":"eat"}]', 'entry 1 of the schedule: no act is named eat'],
    ['[{"atMs":1,"target":"wire","act":"kill"}]', 'entry 1 of the schedule: wire knows cut'],
  ])('with a mistake is refused in one line: %s', (text, why) => {
    expect(() => parseSchedule(text, TARGETS)).toThrow(why);
  });
});

describe('the judge', () => {
  test('finds nothing where nothing is', () => {
    expect(judge(history([call()], [start()]))).toEqual({ violations: [], vague: [], hung: 0 });
  });

  test.each<[string, Partial<CallRecord>, StartRecord[]]>([
    ['S1', { endedAt: 12_000 }, [start()]],
    ['S2', { isOwn: false }, [start()]],
    ['S3', {}, [start(), start({ start: 'worker-2.1-1' })]],
    ['S4', { kind: 'again' }, Array.from({ length: 16 }, () => start({ kind: 'again' }))],
    ['S5', {}, []],
    ['S5', { outcome: 'no_worker', executed: 'no' }, [start()]],
    ['S5', { outcome: 'handler_error', executed: 'yes' }, []],
    ['S6', { kind: 'keyedAgain' }, [start({ kind: 'keyedAgain' })]],
    ['S3', { kind: 'keyedOnce' }, [start({ kind: 'keyedOnce' }), start({ kind: 'keyedOnce' })]],
  ])('finds a broken %s: %o', (rule, what, starts) => {
    const twin = rule === 'S6' ? [call({ ...what, start: 'worker-2.1-9' })] : [];
    const { violations } = judge(history([call(what), ...twin], starts));
    expect(violations.map((line) => line.slice(0, 2))).toEqual([rule]);
  });

  test('finds a call that never ended', () => {
    expect(judge(history([call({ endedAt: undefined })], [])).hung).toBe(1);
  });

  test('finds a doubt where there was none, and none where there was one', () => {
    const doubtful = call({ outcome: 'worker_lost', executed: 'unknown' });
    const kill = (target: string, at: number): Deed => ({ atMs: at, target, act: 'kill', at, until: at, life: '' });
    const vagueWith = (...deeds: Deed[]): number => judge(history([doubtful], [start()], deeds)).vague.length;
    expect(vagueWith()).toBe(1);
    expect(vagueWith(kill('worker-1', 1_500))).toBe(0);
    // Another worker's death explains nothing, nor does a broker's, nor one long before or after.
    expect(vagueWith(kill('worker-2', 1_500), kill('broker-1', 1_500))).toBe(1);
    expect(vagueWith(kill('worker-1', -5_000), kill('worker-1', 2_500))).toBe(1);
  });

  test('excuses a client that stood still at the deadline', () => {
    const late = history([call({ endedAt: 12_000 })], [start()]);
    const stalls = [{ client: 'client-1', from: 8_000, until: 12_000 }];
    expect(judge({ ...late, stalls }).violations).toEqual([]);
  });
});

test('detection is timed at the last of the brokers that had the worker', () => {
  const deed: Deed = { atMs: 0, target: 'worker-1', act: 'kill', at: 10_000, until: 10_500, life: 'worker-1.3' };
  const notice = (broker: string, what: 'ready' | 'left', at: number) => ({ broker, what, worker: 'worker-1.3', at });
  const notices = [
    notice('broker-1', 'ready', 9_000),
    notice('broker-2', 'ready', 9_000),
    notice('broker-1', 'left', 10_020),
    notice('broker-2', 'left', 10_035),
  ];
  expect(detect([deed], notices)).toEqual({ kills: [35], stops: [] });
  expect(detect([deed], notices.slice(0, 3)).kills).toEqual([Infinity]);
});

function call(more: Partial<CallRecord> = {}): CallRecord {
  const times = { beganAt: 1_000, endedAt: 2_000, deadlineAt: 9_000 };
  const rest = { outcome: 'ok', executed: 'yes', isOwn: true, start: 'worker-1.1-1' };
  return { by: 'client-1', kind: 'once', name: 'a', ...times, ...rest, ...more };
}

function start(more: Partial<StartRecord> = {}): StartRecord {
  return { kind: 'once', name: 'a', start: 'worker-1.1-1', at: 1_100, ...more };
}

function history(calls: CallRecord[], starts: StartRecord[], deeds: Deed[] = []): History {
  return { calls, starts, deeds, stalls: [] };
}
