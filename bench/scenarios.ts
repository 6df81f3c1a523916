import { BARE_RELAY, C_PROXY, CONTENDERS, GRPC, inProcess, NATS, REEVE, reevePool, reeveWith } from './contenders.ts';
import { measureOverload } from './overload/measure-overload.ts';
import type { OpenLoopAnswer } from './overload/open-loop.ts';
import type { NamedLoad, Scenario } from './scenario.ts';
import { closedLoop } from './scenario.ts';

const IN_FLIGHT: Scenario = {
  name: 'inflight',
  title: 'One client, so many calls in flight',
  quick: 'all',
  contenders: CONTENDERS,
  loads: [1, 32, 1_000].map((inFlight) => closedLoop(`${inFlight} in flight`, { inFlight })),
};

const CLIENTS: Scenario = {
  name: 'clients',
  title: 'Many clients, one call in flight each',
  quick: { contenders: [REEVE, NATS], loads: ['100 clients'] },
  contenders: [REEVE, NATS, BARE_RELAY, C_PROXY, GRPC],
  loads: [100, 1_000].map((connections) => closedLoop(`${connections} clients`, { connections })),
};

/**
 * As many in flight as keep both sides busy, within what any of them holds without waiting for acknowledgements: a
 * quarter of a megabyte to eight.
 */
const BODIES: Scenario = {
  name: 'bodies',
  title: 'Bodies that are sent back',
  quick: { contenders: [REEVE, BARE_RELAY], loads: ['64 KiB', '1 MiB'] },
  contenders: [REEVE, BARE_RELAY],
  loads: [
    closedLoop('32 B', { bodyBytes: 32, inFlight: 128 }),
    closedLoop('1 KiB', { bodyBytes: 1_024, inFlight: 128 }),
    closedLoop('64 KiB', { bodyBytes: 65_536, inFlight: 32 }),
    // Reeve's limit of a body includes its encoding.
    closedLoop('1 MiB', { bodyBytes: 1_048_576 - 64, inFlight: 8 }),
  ],
};

const WORKERS: Scenario = {
  name: 'workers',
  title: 'So many workers, 1,000 calls in flight',
  quick: 'nothing',
  contenders: [1, 4, 16].map(reeveWith),
  loads: [closedLoop('1000 in flight', { inFlight: 1_000 })],
};

const POOL_WORKERS = 4;
const POOL_CONCURRENCY = 16;
const POOL_MS = 5;
const POOL_PLACES = POOL_WORKERS * POOL_CONCURRENCY;

const POOL: Scenario = {
  name: 'pool',
  title: `${POOL_WORKERS} workers of ${POOL_CONCURRENCY} places, a timer of ${POOL_MS} ms for each call`,
  quick: 'all',
  contenders: [
    reevePool({
      workers: POOL_WORKERS,
      concurrency: POOL_CONCURRENCY,
      ms: POOL_MS,
      client: 'contenders/reeve-client.ts',
    }),
    inProcess(POOL_MS),
  ],
  loads: [
    {
      name: 'full',
      // As functions the handlers are called as often at once as the pool has places; the pool must never run out of
      // calls, so it has more of them than it fetches ahead.
      measure: (contender, { seconds, warmUpSeconds }) => {
        const inFlight = contender.plan.name === 'in-process' ? POOL_PLACES : POOL_PLACES * 4;
        return contender.measure({ kind: 'load', connections: 1, inFlight, seconds }, warmUpSeconds);
      },
    },
  ],
};

const OVERLOAD_LOAD: NamedLoad = {
  name: '10 × capacity',
  measure: async (contender, { seconds }) => {
    const report = await measureOverload(
      (order) => contender.ask<OpenLoopAnswer>(order, order.seconds + 20),
      Math.max(seconds, 3),
    );
    const last = report.rows.at(-1)!;
    return {
      capacityPerSecond: report.capacityPerSecond,
      goodputPerSecond: last.goodputPerSecond,
      goodputShare: report.overload10_goodput,
      admittedP99Ms: last.p99Ms,
      sendsPerCall: report.retryAmplification,
      ...(report.recoveryMs === null ? {} : { recoveryMs: report.recoveryMs }),
    };
  },
};

const OVERLOAD: Scenario = {
  name: 'overload',
  title: 'Ten times more calls than two workers of four places can serve',
  quick: 'all',
  contenders: [reevePool({ workers: 2, concurrency: 4, ms: 4, client: 'contenders/open-loop-client.ts' })],
  loads: [OVERLOAD_LOAD],
  // A round goes through six loads.
  roundsMax: 1,
};

/** All scenarios, in the order in which they are measured and shown. */
export const SCENARIOS: readonly Scenario[] = [IN_FLIGHT, CLIENTS, BODIES, WORKERS, POOL, OVERLOAD];
