import { LIMITS } from '@reeve/protocol';
import type { Deed } from './fleet.ts';
import type { CallRecord, Kind, StallRecord, StartRecord } from './journal.ts';

/** Everything that the processes of a run wrote down, and what was done to them. */
export interface History {
  readonly calls: readonly CallRecord[];
  readonly stalls: readonly StallRecord[];
  readonly starts: readonly StartRecord[];
  readonly deeds: readonly Deed[];
}

/** What a history comes to. */
export interface Judgement {
  /** Promises that were broken, each in a line that begins with its number. */
  readonly violations: readonly string[];
  /** Answers that left open what somebody knew. */
  readonly vague: readonly string[];
  readonly hung: number;
}

/** Holds what callers saw against what workers wrote down and what was done to the processes meanwhile. */
export function judge(history: History): Judgement {
  const starts = groupBy(history.starts, nameOf);
  const violations: string[] = [];
  const vague: string[] = [];
  let hung = 0;
  for (const call of history.calls) {
    const say = (rule: string, what: string): void =>
      void violations.push(`${rule}: ${call.kind}(${call.name}) ${what}`);
    if (call.endedAt === undefined) {
      hung += 1;
      continue;
    }
    checkEnd(call, history.stalls, say);
    if (!call.kind.startsWith('keyed')) checkStarts(call, starts.get(nameOf(call)) ?? [], say);
    if (call.executed === 'unknown' && isVague(call, starts.get(nameOf(call)) ?? [], history)) {
      vague.push(`${call.kind}(${call.name}) ${call.outcome} after ${Math.round(call.endedAt - call.beganAt)} ms`);
    }
  }
  violations.push(...checkKeys(history, starts));
  return { violations, vague, hung };
}

type Say = (rule: string, what: string) => void;

function checkEnd(call: CallRecord, stalls: readonly StallRecord[], say: Say): void {
  const lateMs = call.endedAt! - call.deadlineAt;
  // Who stands still at the deadline learns of it afterwards.
  const stood = stalls.filter(({ from, until }) => from < call.endedAt! && until > call.deadlineAt);
  const excusedMs = stood.reduce((sum, { from, until }) => sum + until - from, 0);
  if (lateMs > LATE_MS + excusedMs) say('S1', `ended ${Math.round(lateMs)} ms past its deadline`);
  if (!call.isOwn) say('S2', 'got the reply of another call');
}

function checkStarts(call: CallRecord, starts: readonly StartRecord[], say: Say): void {
  const { kind, outcome, executed } = call;
  if (kind === 'once' && starts.length > 1) say('S3', `was started ${starts.length} times`);
  if (starts.length > LIMITS.attempts * (1 + LIMITS.redispatches)) say('S4', `was started ${starts.length} times`);
  if (outcome === 'ok' && !starts.some(({ start }) => start === call.start)) say('S5', 'has a reply of no start');
  if (outcome === 'ok') return;
  if (executed === 'no' && starts.length > 0) say('S5', `${outcome} says no, but it was started`);
  if (executed === 'yes' && starts.length === 0) say('S5', `${outcome} says yes, but it was not started`);
}

/**
 * Whether `unknown` was said though nobody was in doubt: nothing was done to whoever could have held the call, from
 * shortly before its beginning until its end. Which worker that was its own journal tells, if it came to that.
 */
function isVague(call: CallRecord, starts: readonly StartRecord[], { deeds, stalls }: History): boolean {
  const workers = new Set(starts.map(({ start }) => start.slice(0, start.indexOf('.'))));
  const concerns = ({ target }: Deed): boolean => {
    if (target.startsWith('broker') || target === `link-${call.by}`) return call.outcome !== 'worker_lost';
    if (call.outcome === 'broker_lost') return false;
    const worker = target === 'wire' ? 'worker-4' : target.replace('link-', '');
    return worker.startsWith('worker') && (workers.size === 0 || workers.has(worker));
  };
  const wasTroubled = deeds.some((deed) => isDuring(deed, call.beganAt, call.endedAt!) && concerns(deed));
  return !wasTroubled && !stalls.some((stall) => stall.from <= call.endedAt! && stall.until >= call.beganAt);
}

/**
 * Calls of one key share one result while they meet at one broker. That can only be told where nothing was done, in the
 * time of the key, to a broker or to the way of one of its callers.
 */
function checkKeys({ calls, deeds }: History, starts: ReadonlyMap<string, StartRecord[]>): string[] {
  const groups = groupBy(
    calls.filter((call) => call.kind.startsWith('keyed')),
    nameOf,
  );
  const broken: string[] = [];
  for (const [name, group] of groups) {
    const from = Math.min(...group.map((call) => call.beganAt));
    const until = Math.max(...group.map((call) => call.endedAt ?? Infinity));
    const callers = new Set(group.map((call) => `link-${call.by}`));
    const moves = ({ target }: Deed): boolean => target.startsWith('broker') || callers.has(target);
    if (deeds.some((deed) => moves(deed) && isDuring(deed, from, until))) continue;
    const replies = new Set(group.filter((call) => call.outcome === 'ok').map((call) => call.start));
    if (replies.size > 1) broken.push(`S6: ${name} has ${replies.size} results`);
    const started = starts.get(name)?.length ?? 0;
    if (group[0]!.kind === 'keyedOnce' && started > 1) broken.push(`S3: ${name} was started ${started} times`);
  }
  return broken;
}

/** Whether something was done, or had its effects, in a span of time. */
function isDuring({ at, until, act }: Deed, from: number, to: number): boolean {
  const aftermathMs = act === 'kill' || act === 'terminate' || act === 'reset' ? RETURN_MS : NOTICE_MS;
  return at <= to && until + aftermathMs >= from;
}

function groupBy<T>(items: readonly T[], nameOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOfItem(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function nameOf({ kind, name }: { readonly kind: Kind; readonly name: string }): string {
  return `${kind} ${name}`;
}

/** A tick of the timers, a turn of a busy loop, and a machine that does other things as well. */
const LATE_MS = 250;
/** Peers of a process that came back are back within this. */
const RETURN_MS = 2_000;
/** What breaks silently is noticed within this, and what was broken by it mended. */
const NOTICE_MS = 6_000;
