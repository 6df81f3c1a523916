import type { Document } from './documents.ts';
import { type Theme, themes } from './themes.ts';

/** Names a document in one theme, which is one page of the result. */
export interface PairName {
  readonly path: string;
  readonly theme: Theme;
}

/** What the reference renders once and the farm as often as there are repeats. */
export interface Pair extends PairName {
  readonly markdown: string;
}

/** One call of the farm. Jobs with the same pair must give the same HTML. */
export interface Job extends Pair {
  /** Counts from 0 in the order of sending. */
  readonly id: number;
}

/**
 * Every document in every theme, one theme after the other.
 *
 * Theme by theme, so that the costly first sight of each grammar falls into the first pass and the
 * later passes tell what a document costs in a process that is warm.
 */
export function distinctPairs(documents: readonly Document[]): Pair[] {
  return themes.flatMap(({ name }) => documents.map(({ path, markdown }) => ({ path, theme: name, markdown })));
}

/** A pair's name as one string, for maps. No theme has a line feed, so no two pairs share a key. */
export function pairKey(pair: PairName): string {
  return `${pair.theme}\n${pair.path}`;
}

/** The pairs whose HTML, as the single process measured it, a call can carry back. */
export function pairsThatFit(pairs: readonly Pair[], htmlBytes: ReadonlyMap<string, number>): Pair[] {
  return pairs.filter((pair) => (htmlBytes.get(pairKey(pair)) ?? Infinity) <= htmlBytesMax);
}

/** Repeats the pairs, in their order, until there are `count` jobs. */
export function planJobs(pairs: readonly Pair[], count: number): Job[] {
  const jobs: Job[] = [];
  while (pairs.length > 0 && jobs.length < count) {
    for (const pair of pairs.slice(0, count - jobs.length)) jobs.push({ ...pair, id: jobs.length });
  }
  return jobs;
}

/** How long the single process took for each pair, in the order of `distinctPairs`. */
export interface Measurement {
  readonly pairMs: readonly number[];
  /** Pairs in one theme; what follows the first pass was measured in a warm process. */
  readonly pairsPerTheme: number;
}

/**
 * How many documents keep a single process busy for `targetMs`: the measured pass over every pair,
 * then repeats at the price of a warm process. Never less than every pair once.
 */
export function documentCountFor(targetMs: number, measured: Measurement): number {
  const distinct = measured.pairMs.length;
  const leftMs = Math.max(0, targetMs - sum(measured.pairMs));
  const repeats = Math.floor(leftMs / warmMs(measured));
  return Math.max(distinct, Math.min(distinct + repeats, documentCountMax));
}

/** What a single process needs for `count` documents, by the same reckoning. */
export function singleProcessMs(count: number, measured: Measurement): number {
  const repeats = Math.max(0, count - measured.pairMs.length);
  return sum(measured.pairMs.slice(0, count)) + repeats * warmMs(measured);
}

/** The mean after the first pass; of everything where there was one pass only. */
function warmMs({ pairMs, pairsPerTheme }: Measurement): number {
  const warm = pairMs.length > pairsPerTheme ? pairMs.slice(pairsPerTheme) : pairMs;
  return sum(warm) / warm.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A single process on two cores of a small server needs 30 s for about 6,000 documents. */
export const singleProcessTargetMs: number = 30_000;

/** A call carries 1 MiB each way; 4 KiB of it are for the other fields of the answer. */
export const htmlBytesMax: number = 1024 * 1024 - 4096;

/** Bounds a run on a machine much faster than that, since every answer is hashed in one client. */
export const documentCountMax: number = 30_000;
