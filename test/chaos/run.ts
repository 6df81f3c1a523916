import { writeFileSync } from 'node:fs';
import { detect, percentile } from './detection.ts';
import { Fleet } from './fleet.ts';
import type { Judgement } from './history.ts';
import { judge } from './history.ts';
import type { CallRecord, NoticeRecord, StallRecord, StartRecord } from './journal.ts';
import { readJournal, sharedNow } from './journal.ts';
import type { Fault, Targets } from './schedule.ts';
import { LEAST_PER_MINUTE } from './schedule.ts';

export interface RunOptions {
  readonly seconds: number;
  /** Draws or reads what is to be done, once it is known to what it can be done. */
  readonly schedule: (targets: Targets) => readonly Fault[];
  /** Where to write the schedule, so that the run can be repeated. */
  readonly scheduleFile: string;
  readonly progress: (line: string) => void;
}

/** What a run came to. The names are those of the JSON. */
export interface Report {
  readonly calls: number;
  readonly ok: number;
  readonly definiteFailures: number;
  readonly unknown: number;
  readonly vague: number;
  readonly kills: number;
  readonly stops: number;
  readonly cuts: number;
  readonly cutsSkipped?: string;
  readonly violations: number;
  readonly hung: number;
  readonly detectKillP99Ms: number;
  readonly detectStopMaxMs: number;
  readonly worstRecoveryMs: number;
}

/** A run with what it showed in words, and what it did too little of. */
export interface RunResult {
  readonly report: Report;
  readonly lines: readonly string[];
  readonly missing: readonly string[];
}

/** Starts the processes, does everything on the schedule while clients call, and judges what came of it. */
export async function runChaos(options: RunOptions): Promise<RunResult> {
  options.progress('starting two brokers, four workers and three clients');
  let claimed: Fleet | undefined;
  const end = async (): Promise<void> => {
    await claimed?.end();
    claimed?.forget();
  };
  const leave = (): void => void end().finally(() => process.exit(130));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  try {
    const fleet = await Fleet.start((started) => (claimed = started));
    const schedule = options.schedule(fleet.targets);
    writeFileSync(options.scheduleFile, `${JSON.stringify(schedule, undefined, 1)}\n`);
    options.progress(`the schedule is in ${options.scheduleFile}`);
    const startedAt = sharedNow();
    fleet.go();
    await carryOut(fleet, schedule, options);
    const stoppedAt = sharedNow();
    await fleet.finish();
    return assess(fleet, options, startedAt, stoppedAt);
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
    await end();
  }
}

async function carryOut(fleet: Fleet, schedule: readonly Fault[], { seconds, progress }: RunOptions): Promise<void> {
  const startedAt = sharedNow();
  const sleepUntil = async (atMs: number): Promise<void> => {
    await new Promise((next) => setTimeout(next, Math.max(0, startedAt + atMs - sharedNow())));
  };
  const deeds: Promise<void>[] = [];
  const busy = new Set<string>();
  for (const fault of schedule) {
    await sleepUntil(fault.atMs);
    // On a slow machine what was done before may not be undone yet.
    if (busy.has(fault.target)) continue;
    busy.add(fault.target);
    progress(`${(fault.atMs / 1_000).toFixed(1)} s: ${fault.act} ${fault.target}`);
    deeds.push(fleet.do(fault).finally(() => busy.delete(fault.target)));
  }
  await sleepUntil(seconds * 1_000);
  await Promise.all(deeds);
}

function assess(fleet: Fleet, options: RunOptions, startedAt: number, stoppedAt: number): RunResult {
  const { deeds } = fleet;
  const written = readJournal<CallRecord | StallRecord>(fleet.journal('calls'));
  const calls = written.filter((record) => 'outcome' in record);
  const stalls = written.filter((record) => 'client' in record);
  const starts = readJournal<StartRecord>(fleet.journal('starts'));
  const judgement = judge({ calls, stalls, starts, deeds });
  const { kills, stops } = detect(deeds, readJournal<NoticeRecord>(fleet.journal('notices')));
  const count = (acts: readonly string[]): number => deeds.filter(({ act }) => acts.includes(act)).length;
  const report: Report = {
    calls: calls.length,
    ok: calls.filter(({ outcome }) => outcome === 'ok').length,
    definiteFailures: calls.filter((call) => call.outcome !== 'ok' && call.executed !== 'unknown').length,
    unknown: calls.filter((call) => call.outcome !== 'ok' && call.executed === 'unknown').length,
    vague: judgement.vague.length,
    kills: count(['kill']),
    stops: count(['stop']),
    cuts: count(['cut']),
    ...(fleet.wireless === undefined ? {} : { cutsSkipped: fleet.wireless }),
    violations: judgement.violations.length,
    hung: judgement.hung,
    detectKillP99Ms: Math.round(percentile(kills, 0.99)),
    detectStopMaxMs: Math.round(Math.max(0, ...stops)),
    worstRecoveryMs: Math.round(worstGap(calls, startedAt, stoppedAt)),
  };
  return {
    report,
    lines: describe(judgement, calls, kills.length, stops.length),
    missing: missingOf(report, calls, options),
  };
}

/** The longest time in which no call ended with a reply. */
function worstGap(calls: readonly CallRecord[], from: number, until: number): number {
  const ends = calls.flatMap(({ outcome, endedAt }) => (outcome === 'ok' ? [endedAt!] : []));
  const sorted = [from, ...ends.filter((at) => at < until).toSorted((a, b) => a - b), until];
  return Math.max(...sorted.slice(1).map((at, i) => at - sorted[i]!));
}

function missingOf(report: Report, calls: readonly CallRecord[], { seconds }: RunOptions): string[] {
  const share = seconds / 60;
  const least = (name: string, had: number, perMinute: number): string[] => {
    const wanted = Math.floor(perMinute * share);
    return had >= wanted ? [] : [`${had} ${name}, at least ${wanted} are wanted in ${seconds} s`];
  };
  const ofKinds = (...kinds: string[]): number => calls.filter(({ kind }) => kinds.includes(kind)).length;
  const { kills, stops, cuts, callsOfEachDelivery } = LEAST_PER_MINUTE;
  return [
    ...least('kills', report.kills, kills),
    ...least('stops', report.stops, stops),
    ...(report.cutsSkipped === undefined ? least('cuts', report.cuts, cuts) : []),
    ...least('idempotent calls', ofKinds('again'), callsOfEachDelivery),
    ...least('at-most-once calls', ofKinds('once'), callsOfEachDelivery),
    ...least('keyed calls', ofKinds('keyedAgain', 'keyedOnce'), callsOfEachDelivery),
  ];
}

function describe(
  { violations, vague }: Judgement,
  calls: readonly CallRecord[],
  kills: number,
  stops: number,
): string[] {
  const outcomes = new Map<string, number>();
  for (const { kind, outcome, executed } of calls) {
    const name = outcome === 'ok' ? `${kind} ok` : `${kind} ${outcome} ${executed}`;
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  }
  const shown = (what: string, lines: readonly string[]): string[] => [
    ...lines.slice(0, SHOWN_MAX).map((line) => `${what}: ${line}`),
    ...(lines.length > SHOWN_MAX ? [`and ${lines.length - SHOWN_MAX} more`] : []),
  ];
  return [
    ...shown('broken', violations),
    ...shown('vague', vague),
    ...[...outcomes]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${String(count).padStart(7)} ${name}`),
    `the detection of ${kills} kills and ${stops} stops of workers was timed`,
  ];
}

const SHOWN_MAX = 20;
