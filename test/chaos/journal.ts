import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { History } from './history.ts';

/** Milliseconds of the clock that all processes of a machine share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

export type Kind = 'again' | 'once' | 'keyedAgain' | 'keyedOnce';

/** A call as its caller saw it. */
export interface CallRecord {
  /** The client. */
  readonly by: string;
  readonly kind: Kind;
  /** The call's own, or the key that it shares. */
  readonly name: string;
  readonly beganAt: number;
  /** `undefined`: it never ended. */
  readonly endedAt: number | undefined;
  readonly deadlineAt: number;
  /** `ok`, or the reason of its failure. */
  readonly outcome: string;
  readonly executed: string;
  /** Whether the reply is of this input. */
  readonly isOwn: boolean;
  /** Which start of the handler the reply is of. */
  readonly start: string;
}

/** A start of a handler as its worker wrote it down. */
export interface StartRecord {
  readonly kind: Kind;
  readonly name: string;
  readonly start: string;
  readonly at: number;
}

/** What a broker noticed of a worker. */
export interface NoticeRecord {
  readonly broker: string;
  readonly what: 'ready' | 'left' | 'silent';
  /** Name and life of the worker. */
  readonly worker: string;
  readonly at: number;
}

/** What became of a client's session with a broker. `leaving`: the broker drains, new calls go elsewhere. */
export interface SessionRecord {
  readonly client: string;
  readonly broker: string;
  readonly session: 'connected' | 'leaving' | 'lost';
  readonly at: number;
}

/** A span in which the loop of a process stood still. */
export interface StallRecord {
  readonly who: string;
  readonly from: number;
  readonly until: number;
}

/** Writes down when this process stood still for longer than that. Looks on while the process lives. */
export function watchStalls(who: string, leastMs: number, write: (stall: StallRecord) => void): void {
  let last = sharedNow();
  const look = (): void => {
    const now = sharedNow();
    if (now - last > leastMs) write({ who, from: last, until: now });
    last = now;
  };
  setInterval(look, LOOK_MS).unref();
}

/** What a handler answers with, so that a caller knows whose input it saw. */
export function hashOf(input: { readonly name: string; readonly ms: number }): string {
  return createHash('sha256').update(`${input.name} ${input.ms}`).digest('hex').slice(0, 16);
}

/** Reads all that the processes of a run wrote down. */
export function readHistory(from: { journal(what: 'calls' | 'starts' | 'notices'): string }): Omit<History, 'deeds'> {
  const byCaller = readJournal<CallRecord | SessionRecord | StallRecord>(from.journal('calls'));
  const byWorker = readJournal<StartRecord | StallRecord>(from.journal('starts'));
  const byBroker = readJournal<NoticeRecord | StallRecord>(from.journal('notices'));
  return {
    calls: byCaller.filter((record) => 'outcome' in record),
    sessions: byCaller.filter((record) => 'session' in record),
    starts: byWorker.filter((record) => 'start' in record),
    notices: byBroker.filter((record) => 'what' in record),
    stalls: [...byCaller, ...byWorker, ...byBroker].filter((record) => 'who' in record),
  };
}

/** Reads a journal. A line that a killed process did not finish is left out. */
function readJournal<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as T];
    } catch {
      return [];
    }
  });
}

/** Costs nothing, and is finer than any stall that matters. */
const LOOK_MS = 50;
