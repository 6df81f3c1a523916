import {
  BARE_RELAY,
  C_PROXY,
  CONTENDERS,
  EMPTY,
  GRPC,
  inProcess,
  NATS,
  REEVE,
  reevePool,
  reeveWith,
} from './contenders.ts';
import { measureNet, reeveGrown } from './growth.ts';
import { connectedClients, connectedWorkers, heldCalls, reeveStuck } from './memory.ts';
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
  // A round goes through eight loads.
  roundsMax: 3,
};

const STORM: Scenario = {
  name: 'storm',
  title: '500 clients that connect at once and make a call each',
  quick: 'nothing',
  contenders: [REEVE, NATS, BARE_RELAY, C_PROXY],
  loads: [{ name: '500 clients', measure: (contender) => contender.storm(500) }],
};

/** From nothing: processes are started one after the other, then a client connects and makes a call. */
const COLD_START: Scenario = {
  name: 'cold-start',
  title: 'From the start of the first process to the first reply',
  quick: 'nothing',
  contenders: [...CONTENDERS, EMPTY],
  isAlone: true,
  loads: [
    {
      name: 'first reply',
      measure: async (contender) => {
        if (contender.plan !== EMPTY) await contender.storm(1);
        return { firstReplyMs: performance.now() - contender.startedAtMs };
      },
    },
  ],
};

/** A thousand calls on many services; the same services, one call after the other, on many workers. */
const SERVICES_GROWTH: Scenario = {
  name: 'services',
  title: 'So many services on one worker, 1,000 calls in flight',
  quick: 'nothing',
  contenders: [1, 10, 100].map((services) => reeveGrown({ workers: 1, services })),
  isAlone: true,
  loads: [{ name: '1000 in flight', measure: (contender, times) => measureNet(contender, 1_000, times) }],
};

/**
 * Ten calls in flight go to ten workers, one each, however many there are. With more of them ten workers would be at an
 * advantage: they would get several in one message.
 */
const WORKERS_GROWTH: Scenario = {
  name: 'growth',
  title: 'So many connected workers, 10 calls in flight',
  quick: 'nothing',
  contenders: [10, 100, 1_000].map((workers) => reeveGrown({ workers, services: 1 })),
  isAlone: true,
  loads: [{ name: '10 in flight', measure: (contender, times) => measureNet(contender, 10, times) }],
};

/** How many calls the worker of these scenarios takes off the broker's hands. */
const ALL_CALLS = 20_000;

/** Each is a scenario of its own, for the processes differ. They take long and hardly vary. */
const MEMORY: readonly Scenario[] = [
  {
    name: 'memory-queued',
    title: 'Bytes for each call of 100 B that waits in the broker',
    contenders: [reeveStuck(0)],
    load: { name: 'a queued call', measure: heldCalls },
  },
  {
    name: 'memory-fetched',
    title: 'Bytes for each call of 100 B that waits in its worker',
    contenders: [reeveStuck(ALL_CALLS)],
    load: { name: 'a fetched call', measure: heldCalls },
  },
  {
    name: 'memory-clients',
    title: 'Bytes for each connected client',
    contenders: [REEVE, BARE_RELAY, C_PROXY, NATS],
    load: { name: 'a client', measure: connectedClients },
  },
  {
    name: 'memory-workers',
    title: 'Bytes for each connected worker',
    contenders: [reeveGrown({ workers: 1, services: 1 })],
    load: { name: 'a worker', measure: connectedWorkers },
  },
].map(({ load, ...rest }) => ({ ...rest, loads: [load], quick: 'nothing', isAlone: true, roundsMax: 3 }));

/** All scenarios, in the order in which they are measured and shown. */
export const SCENARIOS: readonly Scenario[] = [
  ...[IN_FLIGHT, CLIENTS, BODIES, WORKERS, POOL, OVERLOAD, STORM, COLD_START, SERVICES_GROWTH, WORKERS_GROWTH],
  ...MEMORY,
];
