import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detect } from './detection.ts';
import type { Deed } from './fleet.ts';
import type { History } from './history.ts';
import { judge } from './history.ts';
import type { CallRecord, NoticeRecord, SessionRecord, StartRecord } from './journal.ts';
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
    const { report, lines } = await runChaos({
      seconds: 8,
      schedule,
      scheduleFile,
      probes: 4,
      progress: () => undefined,
    });
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
    expect(parseSchedule(JSON.stringify(schedule), TARGETS, 60)).toEqual(schedule);
  });

  test('need not say how long what lasts is to last, and is read in any order', () => {
    const written = [
      { atMs: 900, target: 'worker-1', act: 'stop' },
      { atMs: 100, target: 'link-client-2', act: 'reset' },
    ];
    expect(parseSchedule(JSON.stringify(written), TARGETS, 60)).toEqual([{ ...written[0], forMs: 2_500 }, written[1]]);
  });

  test.each([
    ['[{"atMs":1,"target":"worker-1","act":"stop","forMs":-1}]', 'entry 1 of the schedule: forMs is -1'],
    ['{}', 'a schedule is a list of { atMs, target, act }'],
    ['[null]', 'entry 1 of the schedule: atMs is undefined, not a time in ms'],
    [
      '[{"atMs":60000,"target":"broker-1","act":"kill"}]',
      'entry 1 of the schedule: atMs is 60000, but the run takes 60 s',
    ],
    ['[{"target":"broker-1","act":"kill"}]', 'entry 1 of the schedule: atMs is undefined, not a time in ms'],
    ['[{"atMs":1,"target":"broker-9","act":"kill"}]', 'entry 1 of the schedule: no target is named broker-9'],
    ['[{"atMs":1,"target":"broker-1","act":"eat"}]', 'entry 1 of the schedule: no act is named eat'],
    ['[{"atMs":1,"target":"wire","act":"kill"}]', 'entry 1 of the schedule: wire knows cut'],
  ])('with a mistake is refused in one line: %s', (text, why) => {
    expect(() => parseSchedule(text, TARGETS, 60)).toThrow(why);
  });
});

describe('the judge', () => {
  test('finds nothing where nothing is', () => {
    expect(judge(history())).toEqual({ violations: [], vague: [], hung: 0, keysJudged: 0 });
  });

  test.each<[string, Partial<CallRecord>, StartRecord[]]>([
    ['S1', { endedAt: 12_000 }, [start()]],
    ['S2', { isOwn: false }, [start()]],
    ['S3', {}, [start(), start({ start: 'worker-2.1-1' })]],
    ['S4', { kind: 'again' }, Array.from({ length: 16 }, () => start({ kind: 'again' }))],
    ['S5', {}, []],
    ['S5', { outcome: 'no_worker', executed: 'no' }, [start()]],
    ['S5', { outcome: 'handler_error', executed: 'yes' }, []],
    ['S5', { kind: 'keyedOnce', outcome: 'no_worker', executed: 'no' }, [start({ kind: 'keyedOnce' })]],
    ['S5', { kind: 'keyedAgain', outcome: 'handler_error', executed: 'yes' }, []],
    ['S7', {}, [start({ at: 900 })]],
    ['S7', { kind: 'keyedAgain' }, [start({ kind: 'keyedAgain', at: 2_100 })]],
    ['S3', { kind: 'keyedOnce' }, [start({ kind: 'keyedOnce' }), start({ kind: 'keyedOnce' })]],
  ])('finds a broken %s: %o', (rule, what, starts) => {
    const { violations } = judge(history({ calls: [call(what)], starts, sessions: [session()] }));
    expect(violations.map((line) => line.slice(0, 2))).toEqual([rule]);
  });

  test('finds two results of a key, where its calls met at one broker for certain', () => {
    const calls = ['client-1', 'client-2'].map((by, i) => call({ by, kind: 'keyedAgain', start: `worker-1.1-${i}` }));
    const starts = calls.map(({ start: name }) => start({ kind: 'keyedAgain', start: name }));
    const judged = (...sessions: SessionRecord[]): string =>
      judge(history({ calls, starts, sessions })).violations.join();
    const first = session();
    expect(judged(first, session({ client: 'client-2' }))).toContain('S6: keyedAgain(a) has 2 results');
    expect(judged(first, session({ client: 'client-2', broker: 'broker-2' }))).toBe('');
    expect(judged(first, session({ client: 'client-2', at: 1_500 }))).toBe('');
    expect(judged(first, session({ client: 'client-2' }), session({ session: 'leaving', at: 900 }))).toBe('');
  });

  test('finds a call that never ended', () => {
    expect(judge(history({ calls: [call({ endedAt: undefined })], starts: [] })).hung).toBe(1);
  });

  test('excuses a client that stood still at the deadline, and no other', () => {
    const late = (who: string): string[] => [
      ...judge(history({ calls: [call({ endedAt: 12_000 })], stalls: [{ who, from: 8_000, until: 12_000 }] }))
        .violations,
    ];
    expect(late('client-1')).toEqual([]);
    expect(late('client-2')).toHaveLength(1);
  });
});

describe('a doubt', () => {
  const lost = session({ session: 'lost', at: 1_500 });
  const left: NoticeRecord = { broker: 'broker-1', what: 'left', worker: 'worker-1.1', at: 1_500 };

  test('for the loss of a worker needs a loss of the worker that had it, and a cause of that', () => {
    const doubtful = call({ outcome: 'worker_lost', executed: 'unknown' });
    expect(vague(doubtful, { notices: [left], deeds: [kill('worker-1')] })).toBe(0);
    expect(vague(doubtful, { notices: [left] })).toBe(1);
    expect(vague(doubtful, { notices: [left], deeds: [kill('worker-2')] })).toBe(1);
    expect(vague(doubtful, { deeds: [kill('worker-1')] })).toBe(1);
    expect(vague(doubtful, { notices: [{ ...left, at: 900 }], deeds: [kill('worker-1', 800)] })).toBe(1);
    const another = { notices: [{ ...left, worker: 'worker-2.1' }], deeds: [kill('worker-2')] };
    expect(vague(doubtful, another)).toBe(1);
    // It may have lain there unopened.
    expect(vague({ ...doubtful, kind: 'again' }, another)).toBe(0);
    expect(vague(doubtful, another, [])).toBe(0);
  });

  test('for the loss of a broker needs a loss of the own session, and a cause of that', () => {
    const doubtful = call({ outcome: 'broker_lost', executed: 'unknown' });
    expect(vague(doubtful, { sessions: [lost], deeds: [kill('broker-1')] })).toBe(0);
    expect(vague(doubtful, { sessions: [lost], deeds: [kill('link-client-1')] })).toBe(0);
    expect(vague(doubtful, { sessions: [lost] })).toBe(1);
    expect(vague(doubtful, { sessions: [lost], deeds: [kill('broker-2')] })).toBe(1);
    expect(vague(doubtful, { sessions: [{ ...lost, client: 'client-2' }], deeds: [kill('broker-1')] })).toBe(1);
    expect(vague(doubtful, { deeds: [kill('broker-1')] })).toBe(1);
  });

  test('with any other verdict needs a loss before it, but a deadline can pass while something stands still', () => {
    const refused = call({ outcome: 'queue_full', executed: 'unknown' });
    expect(vague(refused, { sessions: [lost], deeds: [kill('broker-1')] })).toBe(0);
    expect(vague(refused, { deeds: [kill('broker-1')] })).toBe(1);
    const unanswered = call({ outcome: 'no_reply', executed: 'unknown', endedAt: 9_000 });
    const stop: Deed = { ...kill('worker-1'), act: 'stop', until: 8_000 };
    expect(vague(unanswered, { deeds: [stop] })).toBe(0);
    expect(vague(unanswered, {})).toBe(1);
    expect(vague(unanswered, { deeds: [{ ...stop, target: 'worker-2' }] })).toBe(1);
  });

  test('of a key may be older than the call', () => {
    const first = call({ kind: 'keyedOnce', outcome: 'worker_lost', executed: 'unknown' });
    const second = { ...first, beganAt: 3_000, endedAt: 3_001 };
    const { vague: found } = judge(history({ calls: [first, second], notices: [left], deeds: [kill('worker-1')] }));
    expect(found).toEqual([]);
  });

  function vague(doubtful: CallRecord, around: Partial<History>, starts = [start({ kind: doubtful.kind })]): number {
    return judge(history({ calls: [doubtful], starts, ...around })).vague.length;
  }

  function kill(target: string, at = 1_400): Deed {
    return { atMs: at, target, act: 'kill', at, until: at, life: '' };
  }
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

function session(more: Partial<SessionRecord> = {}): SessionRecord {
  return { client: 'client-1', broker: 'broker-1', session: 'connected', at: 500, ...more };
}

function history(more: Partial<History> = {}): History {
  return { calls: [call()], starts: [start()], sessions: [], notices: [], stalls: [], deeds: [], ...more };
}
