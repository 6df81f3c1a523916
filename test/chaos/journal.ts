import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

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

/** A span in which a client's loop stood still. */
export interface StallRecord {
  readonly client: string;
  readonly from: number;
  readonly until: number;
}

/** What a handler answers with, so that a caller knows whose input it saw. */
export function hashOf(input: { readonly name: string; readonly ms: number }): string {
  return createHash('sha256').update(`${input.name} ${input.ms}`).digest('hex').slice(0, 16);
}

/** Reads a journal. A line that a killed process did not finish is left out. */
export function readJournal<T>(path: string): T[] {
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
