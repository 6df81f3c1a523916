import type { CallRecord, SessionRecord, StartRecord } from './journal.ts';

/**
 * Holds calls of one key against what is promised of it: one result, and of an at-most-once method one start, in the
 * life of one broker. Which broker a call went to follows from whom its client was connected to. So it can be told
 * where all clients of a key had the same sessions, and none of these changed from the first begin to the last end.
 */
export function judgeKeys(
  groups: readonly (readonly CallRecord[])[],
  startsOf: (call: CallRecord) => readonly StartRecord[],
  sessions: readonly SessionRecord[],
): { readonly violations: readonly string[]; readonly judged: number } {
  const violations: string[] = [];
  let judged = 0;
  for (const group of groups) {
    const { kind, name } = group[0]!;
    const say = (rule: string, what: string): void => void violations.push(`${rule}: ${kind}(${name}) ${what}`);
    const starts = startsOf(group[0]!);
    // Whatever the brokers: who says that nobody started it speaks for itself only, but all of them speak for the key.
    const saying = (executed: string): boolean => group.every((c) => c.outcome !== 'ok' && c.executed === executed);
    if (saying('no') && starts.length > 0) say('S5', 'was started, but all its calls say no');
    if (group.some((c) => c.executed === 'yes') && starts.length === 0)
      say('S5', 'was not started, but a call says yes');
    if (!meetAtOneBroker(group, sessions)) continue;
    judged += 1;
    const replies = new Set(group.filter((call) => call.outcome === 'ok').map((call) => call.start));
    if (replies.size > 1) say('S6', `has ${replies.size} results`);
    if (kind === 'keyedOnce' && starts.length > 1) say('S3', `was started ${starts.length} times`);
  }
  return { violations, judged };
}

function meetAtOneBroker(group: readonly CallRecord[], sessions: readonly SessionRecord[]): boolean {
  const from = Math.min(...group.map((call) => call.beganAt));
  const until = Math.max(...group.map((call) => call.endedAt!));
  const views = [...new Set(group.map((call) => call.by))].map((client) => brokersOf(client, from, until, sessions));
  return views[0] !== '' && views.every((view) => view !== undefined && view === views[0]);
}

/** The brokers that a client had all that time; `undefined` if they changed. */
function brokersOf(
  client: string,
  from: number,
  until: number,
  sessions: readonly SessionRecord[],
): string | undefined {
  const had = new Set<string>();
  for (const { broker, session, at, client: who } of sessions) {
    if (who !== client || at > until) continue;
    if (at >= from) return undefined;
    if (session === 'connected') had.add(broker);
    else had.delete(broker);
  }
  return [...had].toSorted().join(' ');
}
