import type { ReeveError } from '@reeve/client';

/** One call as its caller saw it. Its number is its own, so that workers can write it down under that. */
export interface Entry {
  readonly method: 'again' | 'once';
  readonly number: number;
  /** What came back; `undefined` if it failed. */
  readonly double: number | undefined;
  readonly error: ReeveError | undefined;
}

/** Holds what callers saw against what workers wrote down. Returns a line for each promise that was broken. */
export function contradictions(entries: readonly Entry[], starts: ReadonlyMap<string, number>): string[] {
  const broken: string[] = [];
  for (const { method, number, double, error } of entries) {
    const say = (what: string): void => void broken.push(`${method}(${number}): ${what}`);
    if (double !== undefined && double !== number * 2) say(`came back as ${double}`);
    if (method === 'again' && error !== undefined) say(`failed: ${error.message} (${error.reason})`);
    const started = starts.get(`${method} ${number}`) ?? 0;
    if (method === 'once' && started > 1) say(`was started ${started} times`);
    if (error?.executed === 'no' && started > 0) say(`${error.reason} says executed: no, but it was started`);
    if (error?.executed === 'yes' && started === 0) say(`${error.reason} says executed: yes, but it was not started`);
    if (error?.executed === 'unknown' && !MAY_BE_UNKNOWN.has(error.reason))
      say(`${error.reason} says executed: unknown`);
  }
  return broken;
}

/** Reasons for which nobody can know whether the handler was started. */
const MAY_BE_UNKNOWN: ReadonlySet<string> = new Set(['worker_lost', 'broker_lost', 'no_reply']);
