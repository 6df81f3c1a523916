import { readFileSync } from 'node:fs';
import type { Results } from './results.ts';

/** Where the results of the last run of everything are. */
export const LATEST: URL = new URL('results/latest.json', import.meta.url);

export function savedResults(): Results {
  return JSON.parse(readFileSync(LATEST, 'utf8')) as Results;
}
