import { LIMITS } from '@reeve/protocol';
import { Doubts } from './doubts.ts';
import type { Deed } from './fleet.ts';
import type { CallRecord, Kind, NoticeRecord, SessionRecord, StallRecord, StartRecord } from './journal.ts';
import { judgeKeys } from './keys.ts';

/** Everything that the processes of a run wrote down, and what was done to them. */
export interface History {
  readonly calls: readonly CallRecord[];
  readonly starts: readonly StartRecord[];
  readonly sessions: readonly SessionRecord[];
  readonly notices: readonly NoticeRecord[];
  readonly stalls: readonly StallRecord[];
  readonly deeds: readonly Deed[];
}

/** What a history comes to. */
export interface Judgement {
  /** Promises that were broken, each in a line that begins with its number. */
  readonly violations: readonly string[];
  /** Answers that left open what somebody knew. */
  readonly vague: readonly string[];
  readonly hung: number;
  /** Keys of which it could be told at which broker they met. */
  readonly keysJudged: number;
}

/** Holds what callers saw against what workers wrote down and what was done to the processes meanwhile. */
export function judge(history: History): Judgement {
  const startsByName = groupBy(history.starts, nameOf);
  const startsOf = (item: Named): readonly StartRecord[] => startsByName.get(nameOf(item)) ?? [];
  const violations: string[] = [];
  const ended = history.calls.filter((call) => call.endedAt !== undefined);
  for (const call of ended) {
    const say = (rule: string, what: string): void =>
      void violations.push(`${rule}: ${call.kind}(${call.name}) ${what}`);
    checkEnd(call, history.stalls, say);
    if (call.outcome === 'ok') checkReply(call, startsOf(call), say);
    if (!isKeyed(call)) checkStarts(call, startsOf(call), say);
  }
  const keys = groupBy(ended.filter(isKeyed), nameOf);
  const ofKeys = judgeKeys([...keys.values()], startsOf, history.sessions);
  const doubts = new Doubts(history);
  const vague = ended
    .filter((call) => call.outcome !== 'ok' && call.executed === 'unknown')
    .filter((call) =>
      doubts.isVague(call, startsOf(call), isKeyed(call) ? beginOf(keys.get(nameOf(call))!) : undefined),
    )
    .map((call) => `${call.kind}(${call.name}) ${call.outcome} after ${Math.round(call.endedAt! - call.beganAt)} ms`);
  const hung = history.calls.length - ended.length;
  return { violations: [...violations, ...ofKeys.violations], vague, hung, keysJudged: ofKeys.judged };
}

type Say = (rule: string, what: string) => void;
type Named = Pick<CallRecord, 'kind' | 'name'>;

function checkEnd(call: CallRecord, stalls: readonly StallRecord[], say: Say): void {
  const lateMs = call.endedAt! - call.deadlineAt;
  if (lateMs <= LATE_MS) return;
  // Who stands still at the deadline learns of it afterwards.
  const own = stalls.filter(
    ({ who, from, until }) => who === call.by && from < call.endedAt! && until > call.deadlineAt,
  );
  const excusedMs = own.reduce((sum, { from, until }) => sum + until - from, 0);
  if (lateMs > LATE_MS + excusedMs) say('S1', `ended ${Math.round(lateMs)} ms past its deadline`);
}

function checkReply(call: CallRecord, starts: readonly StartRecord[], say: Say): void {
  if (!call.isOwn) say('S2', 'got the reply of another call');
  const start = starts.find((s) => s.start === call.start);
  if (start === undefined) return say('S5', 'has a reply of no start');
  if (start.at > call.endedAt!) say('S7', 'has the reply of a start that came later');
  if (!isKeyed(call) && start.at < call.beganAt) say('S7', 'has the reply of a start that came before it');
}

function checkStarts({ kind, outcome, executed }: CallRecord, starts: readonly StartRecord[], say: Say): void {
  if (kind === 'once' && starts.length > 1) say('S3', `was started ${starts.length} times`);
  if (starts.length > LIMITS.attempts * (1 + LIMITS.redispatches)) say('S4', `was started ${starts.length} times`);
  if (outcome === 'ok') return;
  if (executed === 'no' && starts.length > 0) say('S5', `${outcome} says no, but it was started`);
  if (executed === 'yes' && starts.length === 0) say('S5', `${outcome} says yes, but it was not started`);
}

function isKeyed({ kind }: { readonly kind: Kind }): boolean {
  return kind === 'keyedAgain' || kind === 'keyedOnce';
}

function beginOf(calls: readonly CallRecord[]): number {
  return Math.min(...calls.map((call) => call.beganAt));
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

function nameOf({ kind, name }: Named): string {
  return `${kind} ${name}`;
}

/** A tick of the timers, a turn of a busy loop, and a machine that does other things as well. */
const LATE_MS = 250;
