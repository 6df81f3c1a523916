import { writeFileSync } from 'node:fs';
import type { Detection } from './detection.ts';
import { detect, percentile } from './detection.ts';
import { Fleet } from './fleet.ts';
import type { Judgement } from './history.ts';
import { judge } from './history.ts';
import type { CallRecord } from './journal.ts';
import { readHistory, sharedNow } from './journal.ts';
import { probe } from './probe.ts';
import type { Fault, Targets } from './schedule.ts';
import { LEAST_PER_MINUTE } from './schedule.ts';

export interface RunOptions {
  readonly seconds: number;
  /** Draws or reads what is to be done, once it is known to what it can be done. */
  readonly schedule: (targets: Targets) => readonly Fault[];
  /** Where to write the schedule, so that the run can be repeated. */
  readonly scheduleFile: string;
  /** How many workers are killed beforehand, to time how soon that is noticed. */
  readonly probes: number;
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
  const leave = (): void => void claimed?.end().finally(() => process.exit(130));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  let isSound = false;
  try {
    const fleet = await Fleet.start((started) => (claimed = started));
    const schedule = options.schedule(fleet.targets);
    writeFileSync(options.scheduleFile, `${JSON.stringify(schedule, undefined, 1)}\n`);
    options.progress(`the schedule is in ${options.scheduleFile}`);
    options.progress(`first, ${options.probes} workers are killed and two stopped, to time how soon that is noticed`);
    const noticed = await probe(fleet, options.probes);
    const startedAt = sharedNow();
    fleet.go();
    await carryOut(fleet, schedule, options);
    const stoppedAt = sharedNow();
    await fleet.finish();
    const result = assess({ fleet, noticed, startedAt, stoppedAt }, options);
    isSound = result.report.violations + result.report.vague + result.report.hung === 0;
    return result;
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
    await claimed?.end();
    if (isSound) claimed?.forget();
    else if (claimed !== undefined) options.progress(`what the processes wrote down is in ${claimed.folder}`);
  }
}

async function carryOut(fleet: Fleet, schedule: readonly Fault[], { seconds, progress }: RunOptions): Promise<void> {
  const startedAt = sharedNow();
  const endAt = startedAt + seconds * 1_000;
  const sleepUntil = async (at: number): Promise<void> => {
    await new Promise((next) => setTimeout(next, Math.max(0, at - sharedNow())));
  };
  // One thing after the other is done to one target: on a slow machine what was done before may not be undone yet.
  const lanes = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const next = async (fault: Fault, before: Promise<void> | undefined): Promise<void> => {
    await before;
    if (sharedNow() >= endAt) return;
    progress(`${((sharedNow() - startedAt) / 1_000).toFixed(1)} s: ${fault.act} ${fault.target}`);
    await fleet.do(fault);
  };
  for (const fault of schedule.toSorted((a, b) => a.atMs - b.atMs)) {
    await sleepUntil(Math.min(startedAt + fault.atMs, endAt));
    const deed = next(fault, lanes.get(fault.target)).catch((error: unknown) => void failures.push(error));
    lanes.set(fault.target, deed);
  }
  await sleepUntil(endAt);
  await Promise.all(lanes.values());
  if (failures.length > 0) throw failures[0];
}

/** What a run leaves behind to be judged. */
interface Leavings {
  readonly fleet: Fleet;
  readonly noticed: Detection;
  readonly startedAt: number;
  readonly stoppedAt: number;
}

function assess({ fleet, noticed, startedAt, stoppedAt }: Leavings, options: RunOptions): RunResult {
  const { deeds } = fleet;
  const history = { ...readHistory(fleet), deeds };
  const { calls } = history;
  const judgement = judge(history);
  const count = (act: string): number => deeds.filter((deed) => deed.act === act).length;
  const report: Report = {
    calls: calls.length,
    ok: calls.filter(({ outcome }) => outcome === 'ok').length,
    definiteFailures: calls.filter((call) => call.outcome !== 'ok' && call.executed !== 'unknown').length,
    unknown: calls.filter((call) => call.outcome !== 'ok' && call.executed === 'unknown').length,
    vague: judgement.vague.length,
    kills: count('kill'),
    stops: count('stop'),
    cuts: count('cut'),
    ...(fleet.wireless === undefined ? {} : { cutsSkipped: fleet.wireless }),
    violations: judgement.violations.length,
    hung: judgement.hung,
    detectKillP99Ms: Math.round(percentile(noticed.kills, 0.99)),
    detectStopMaxMs: Math.round(Math.max(0, ...noticed.stops)),
    worstRecoveryMs: Math.round(worstGap(calls, startedAt, stoppedAt)),
  };
  const amid = detect(deeds, history.notices).kills;
  const lines = [
    ...describe(judgement, calls),
    `${judgement.keysJudged} keys met at one broker for certain, and were held to one result`,
    `${noticed.kills.length} kills and ${noticed.stops.length} stops of workers were timed alone`,
    `${amid.length} kills were timed amid the other faults: p99 ${Math.round(percentile(amid, 0.99))} ms`,
  ];
  return { report, lines, missing: missingOf(report, calls, options) };
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

function describe({ violations, vague }: Judgement, calls: readonly CallRecord[]): string[] {
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
  ];
}

const SHOWN_MAX = 20;
