import type { Deed } from './fleet.ts';
import type { NoticeRecord } from './journal.ts';

/** How quickly brokers noticed what was done to workers, in ms. */
export interface Detection {
  /** For each worker that was killed: until the last broker that had it knew. */
  readonly kills: readonly number[];
  /** For each worker that was stopped for long enough: until the last broker that had it gave it nothing new. */
  readonly stops: readonly number[];
}

/** Finds what brokers noticed. Only brokers to which nothing was done meanwhile can be held to it. */
export function detect(deeds: readonly Deed[], notices: readonly NoticeRecord[]): Detection {
  const ofWorkers = deeds.filter(({ target }) => target.startsWith('worker'));
  const kills = ofWorkers.filter(({ act }) => act === 'kill');
  const stops = ofWorkers.filter(({ act, forMs = 0 }) => act === 'stop' && forMs >= STOP_LEAST_MS);
  return {
    kills: kills.flatMap((deed) => latest(deed, ['left'], deeds, notices)),
    stops: stops.flatMap((deed) => latest(deed, ['silent', 'left'], deeds, notices)),
  };
}

function latest(
  deed: Deed,
  what: readonly NoticeRecord['what'][],
  deeds: readonly Deed[],
  notices: readonly NoticeRecord[],
): number[] {
  const ofLife = notices.filter(({ worker }) => worker === deed.life);
  const holders = new Set(ofLife.filter((n) => n.what === 'ready' && n.at < deed.at).map(({ broker }) => broker));
  const delays: number[] = [];
  for (const broker of holders) {
    if (wasTroubled(broker, deed, deeds)) continue;
    // It may have left that broker already, by a trouble of its link.
    if (ofLife.some((n) => n.broker === broker && n.what === 'left' && n.at < deed.at && !isBack(n, ofLife))) continue;
    const notice = ofLife.find((n) => n.broker === broker && what.includes(n.what) && n.at >= deed.at);
    delays.push(notice === undefined ? Infinity : notice.at - deed.at);
  }
  return delays.length === 0 ? [] : [Math.max(...delays)];
}

/** Whether a worker that left a broker came back to it. */
function isBack(left: NoticeRecord, ofLife: readonly NoticeRecord[]): boolean {
  return ofLife.some((n) => n.broker === left.broker && n.what === 'ready' && n.at > left.at);
}

/** Whether something was done to the broker, or to the worker's way to it, around the deed. */
function wasTroubled(broker: string, deed: Deed, deeds: readonly Deed[]): boolean {
  const aroundMs = deed.act === 'kill' ? KILL_AROUND_MS : STOP_AROUND_MS;
  const way = deed.target === 'worker-4' ? 'wire' : `link-${deed.target}`;
  return deeds.some(
    ({ target, at, until }) =>
      (target === broker || target === way) && at <= deed.at + aroundMs && until + aroundMs >= deed.at,
  );
}

/** The value below which so many of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

const KILL_AROUND_MS = 1_000;
const STOP_AROUND_MS = 5_000;
/** Silence of two heartbeats, and the look after that. */
const STOP_LEAST_MS = 4_500;
