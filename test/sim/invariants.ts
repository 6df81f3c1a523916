import type { Instant } from '@reeve/protocol';
import { LIMITS, bytesEqual, toHex } from '@reeve/protocol';
import type { SimulatedCall, SimulatedClient } from '@reeve/testing/world';
import type { Storm } from './storm.ts';
import type { CallOnTheWire } from './witness.ts';
import { START_BYTES, short } from './witness.ts';

/** A promise that was broken. */
export interface Violation {
  /** As the promises are numbered in the guarantees. */
  readonly rule: string;
  readonly what: string;
  /** The call that it was broken for. */
  readonly callId?: string;
}

/** Checks what was promised against what the handlers saw and what went over the wires. */
export function violations(storm: Storm): Violation[] {
  const starts = new Map<string, number>();
  for (const worker of storm.workers) {
    for (const { callId } of worker.starts) starts.set(callId, (starts.get(callId) ?? 0) + 1);
  }
  const broken: Violation[] = [];
  for (const client of storm.clients) {
    for (const call of client.calls) {
      const callId = call.id;
      const wire = storm.witness.of(callId);
      const say: Say = (rule, what) =>
        void broken.push({ rule, callId, what: `${client.name}'s ${call.method.method} ${short(callId)} ${what}` });
      // A client that dies takes its calls along.
      if (call.life === client.life || call.settled > 0) checkEnd(storm, client, call, say);
      checkStarts(call, starts.get(callId) ?? 0, say);
      checkExecuted(call, starts.get(callId) ?? 0, say);
      // A window that is narrower than a message or two keeps REQUESTs in the client that it cannot take back any more.
      const isWide = storm.limits.windowBytes === undefined;
      if (isWide) checkVagueness(call, wire, say);
    }
  }
  broken.push(
    ...storm.aftermath.broken,
    ...storm.witness.broken,
    ...[...storm.exceeded].map((what) => ({ rule: 'S8', what })),
  );
  broken.push(...checkPoison(storm), ...checkKeyStarts(storm), ...checkKeyResults(storm), ...checkConflicts(storm));
  broken.push(
    ...checkFairness(storm),
    ...checkLastCalls(storm),
    ...checkSilence(storm),
    ...checkCosts(storm),
    ...checkWorkers(storm),
    ...checkTables(storm),
  );
  return broken;
}

/** Checks the tables of brokers against each other and against their bounds. Called while the storm rages. */
export function boundViolations({ brokers, limits }: Storm): string[] {
  const { serviceQueueCallsMax, queueBytesMax, awaitsMax, offersMax, offerBytesMax } = { ...LIMITS, ...limits };
  return brokers.flatMap(({ name, core }) => {
    const sizes = core.sizes();
    const lines = Object.entries(sizes).flatMap(([table, size]) =>
      size < 0 ? [`${name} counts ${size} in ${table}`] : [],
    );
    const { pendingCalls = 0, waitingCalls = 0, dispatchedCalls = 0, queuedCalls = 0, queuedBytes = 0 } = sizes;
    const { parkedCalls = 0 } = sizes;
    if (waitingCalls !== queuedCalls) lines.push(`${name} counts ${waitingCalls} and ${queuedCalls} waiting calls`);
    if (pendingCalls !== waitingCalls + parkedCalls + dispatchedCalls)
      lines.push(`${name} has calls that neither wait nor are dispatched`);
    if (dispatchedCalls > (sizes['workerLoads'] ?? 0)) lines.push(`${name} has calls at workers that are gone`);
    if (sizes['clientQueuedBytes'] !== queuedBytes) lines.push(`${name} does not agree with itself on queued bytes`);
    // What workers give back was counted when it came: it may go beyond the limit, by no more than they hold.
    if (queuedCalls > serviceQueueCallsMax * SERVICES + HELD_BY_WORKERS) lines.push(`${name} queues too many calls`);
    if (queuedBytes > queueBytesMax + HELD_BY_WORKERS * LARGEST_BYTES) lines.push(`${name} queues too many bytes`);
    const { awaitedCalls = 0, offeredResults = 0, offeredBytes = 0 } = sizes;
    if (awaitedCalls > awaitsMax) lines.push(`${name} keeps too many calls for recovery`);
    if (offeredResults > offersMax || offeredBytes > offerBytesMax) lines.push(`${name} keeps too many results`);
    return lines;
  });
}

type Say = (rule: string, what: string) => void;

function checkEnd(storm: Storm, client: SimulatedClient, call: SimulatedCall, say: Say): void {
  const { outcome } = call;
  if (call.settled !== 1 || outcome === undefined) return say('S1', `ended ${call.settled} times`);
  const deadline = call.startedAt + call.timeoutMs;
  let allowedAt = deadline + TICK_MS + TURN_MS;
  // Who stands still at the deadline learns of it afterwards, and then first reads what has come meanwhile.
  for (const { from, until } of client.stops) {
    if (from <= allowedAt && until > deadline) allowedAt = Math.max(allowedAt, until + 2 * TICK_MS + TURN_MS);
  }
  if (call.endedAt! > allowedAt) say('S1', `ended ${(call.endedAt! - deadline).toFixed(0)} ms past its deadline`);
  if (outcome.ok && storm.witness.isStaleEnd(call.id)) say('S7', 'took the reply of a session that was over for it');
  if (outcome.ok && !bytesEqual(outcome.bytes.subarray(outcome.start, outcome.end - START_BYTES), call.body)) {
    say('S2', 'got the reply of another call');
  }
}

function checkStarts(call: SimulatedCall, started: number, say: Say): void {
  if (!call.method.idempotent && started > 1) say('S3', `started ${started} times`);
  if (started > LIMITS.attempts * (1 + LIMITS.redispatches)) say('S4', `started ${started} times`);
}

function checkExecuted(call: SimulatedCall, started: number, say: Say): void {
  const { outcome } = call;
  if (outcome === undefined) return;
  // The start that a call with a key learns of may be that of another one.
  const isShared = call.key !== undefined;
  if (outcome.ok) {
    if (started === 0 && !isShared) say('S5', 'has a reply, but was never started');
    return;
  }
  const { executed, reason } = outcome.failure;
  if (executed === 'no' && started > 0) say('S5', `failed with ${reason}, executed: no, but it was started`);
  if (executed === 'yes' && started === 0 && !isShared)
    say('S5', `failed with ${reason}, executed: yes, but it was not started`);
}

/** It says `unknown` only where nobody knows: here is one who does. */
function checkVagueness({ outcome, key }: SimulatedCall, wire: CallOnTheWire, say: Say): void {
  if (outcome === undefined || outcome.ok || outcome.failure.executed !== 'unknown') return;
  const { reason } = outcome.failure;
  if (wire.requests === 0 && !wire.wasHeld)
    say('S5b', `failed with ${reason}, executed: unknown, but never left its client`);
  const isOfBroker = reason === 'worker_lost' || (!LOSSES.has(reason) && wire.requests === 1);
  // What a call with a key waits for may have been started for another one.
  if (isOfBroker && wire.dispatches === 0 && key === undefined) {
    say('S5b', `failed with ${reason}, executed: unknown, but was never dispatched`);
  }
}

/**
 * Of a call that kills its workers two die, for each time that a client sends it. One that took its leave did not die:
 * how long it waits for its handlers says nothing against the call.
 */
export function checkPoison({ workers, poison, clients }: Pick<Storm, 'workers' | 'poison' | 'clients'>): Violation[] {
  const deaths = new Map<string, number>();
  for (const { callId, endedAt, wasLeft } of workers.flatMap((worker) => worker.starts)) {
    if (poison.has(callId) && endedAt === undefined && !wasLeft) deaths.set(callId, (deaths.get(callId) ?? 0) + 1);
  }
  return clients.flatMap(({ calls }) =>
    calls.flatMap(({ id, core }) => {
      const most = DEATHS_MAX * Math.max(1, core?.sends ?? 1);
      const died = deaths.get(id) ?? 0;
      return died <= most ? [] : [{ rule: 'P1', callId: id, what: `${short(id)} killed ${died} workers` }];
    }),
  );
}

/** In the life of one broker an at-most-once key is started once. */
function checkKeyStarts({ keyStarts }: Storm): Violation[] {
  const twice = [...keyStarts].filter(([, starts]) => starts > 1);
  return twice.map(([key, starts]) => ({ rule: 'S3', what: `the key ${key} was started ${starts} times` }));
}

/** In the life of one broker the first result of a key is the result of all its calls. */
function checkKeyResults({ calls, witness }: Storm): Violation[] {
  const byId = new Map(calls.map((call) => [call.id, call]));
  const first = new Map<string, string>();
  return witness.replies.flatMap(({ callId, broker, start }) => {
    const call = byId.get(callId);
    if (call?.key === undefined) return [];
    const id = `${broker}: ${call.method.method} ${call.key}`;
    const known = first.get(id) ?? start;
    first.set(id, known);
    return known === start ? [] : [{ rule: 'S6', callId, what: `${id} has the results ${known} and ${start}` }];
  });
}

/** A conflict is told only of a key with which something else was asked for, of that very method. */
export function checkConflicts({ calls }: Pick<Storm, 'calls'>): Violation[] {
  const bodies = new Map<string, Set<string>>();
  const idOf = ({ key, method }: SimulatedCall): string => `${method.method} ${key}`;
  for (const call of calls) {
    if (call.key === undefined) continue;
    const id = idOf(call);
    const known = bodies.get(id) ?? new Set();
    bodies.set(id, known.add(toHex(call.body)));
  }
  return calls.flatMap((call) => {
    const isConflict = call.outcome?.ok === false && call.outcome.failure.reason === 'key_conflict';
    if (!isConflict || (bodies.get(idOf(call))?.size ?? 0) > 1) return [];
    return [{ rule: 'S6', callId: call.id, what: `${idOf(call)} is no conflict: nobody asked for anything else` }];
  });
}

/**
 * Nobody gets less than half of a fair share while more is asked for than there is. Shares are per broker, and clients
 * may meet at different ones; the first calls go to whoever comes first, as long as workers have places left.
 */
function checkFairness(storm: Storm): Violation[] {
  const { crowd, crowdedSince, crowdedUntil, clients, brokers, limits } = storm;
  if (brokers.length > 1 || limits.clientCallsMax !== undefined) return [];
  const from = crowdedSince + (crowdedUntil - crowdedSince) / 2;
  const served = crowd.filter(
    ({ outcome, endedAt = 0 }) => outcome?.ok === true && endedAt > from && endedAt <= crowdedUntil,
  );
  const fair = served.length / clients.length;
  if (fair < SERVED_LEAST) return [];
  return clients.flatMap(({ name, calls }) => {
    const own = new Set(calls);
    const count = served.filter((call) => own.has(call)).length;
    if (count >= fair / 2) return [];
    // Where ways are long, its calls may all be on their way: it is owed nothing while none of them waits.
    const asks = crowd.filter((call) => own.has(call)).map((call) => asking(call, storm.witness.of(call.id)));
    const owed = (fair * shareOf(asks, from, crowdedUntil)) / 2;
    if (count >= owed) return [];
    return [{ rule: 'F1', what: `${name} was served ${count} calls, ${fair.toFixed(0)} are fair` }];
  });
}

/** From when until when a call waited for a worker. Who was refused asks again, after a pause: that is waiting too. */
function asking({ outcome, startedAt, endedAt = Infinity }: SimulatedCall, wire: CallOnTheWire): Span {
  if (wire.dispatches > 0) return [wire.cameAt, wire.dispatchedAt];
  return outcome?.ok === false ? [startedAt, endedAt + ASKS_AGAIN_MS] : [wire.cameAt, endedAt];
}

/** How much of a time some of the spans cover. */
export function shareOf(spans: readonly Span[], from: Instant, until: Instant): number {
  let covered = 0;
  let at = from;
  for (const [begin, end] of spans.toSorted(([a], [b]) => a - b)) {
    covered += Math.max(0, Math.min(end, until) - Math.max(begin, at));
    at = Math.max(at, end);
  }
  return covered / (until - from);
}

type Span = readonly [begin: Instant, end: Instant];

/** Once everything is in order again, everything works. */
function checkLastCalls({ lastCalls }: Storm): Violation[] {
  return lastCalls.flatMap((call) => {
    if (call.outcome?.ok === true) return [];
    const why = call.outcome === undefined ? 'has not ended' : `failed with ${call.outcome.failure.reason}`;
    return [{ rule: 'L1', callId: call.id, what: `${call.method.method} ${short(call.id)} ${why} though all is calm` }];
  });
}

/** In a crowd limits are hit, and nothing else is wrong: who is not served is told so. */
function checkSilence({ crowd }: Storm): Violation[] {
  return crowd.flatMap(({ id, outcome }) => {
    if (outcome === undefined || outcome.ok || outcome.failure.reason !== 'no_reply') return [];
    return [{ rule: 'S9', callId: id, what: `${short(id)} was never answered though all is calm` }];
  });
}

/** Trouble does not multiply. */
function checkCosts({ clients, calls, witness, world }: Storm): Violation[] {
  const broken: Violation[] = [];
  const most = RECORDS_PER_CALL_MAX * calls.length;
  if (witness.callRecords > most) {
    broken.push({ rule: 'L2', what: `${witness.callRecords} records for ${calls.length} calls` });
  }
  for (const { name, core } of clients) {
    const { retries, calls: made } = core.stats;
    const seconds = world.now / 1_000;
    const allowed = LIMITS.retryBudgetShare * made + LIMITS.retryBudgetFloor * (seconds + 10);
    if (retries > allowed) broken.push({ rule: 'L2', what: `${name} retried ${retries} times for ${made} calls` });
  }
  return broken;
}

function checkWorkers({ workers }: Storm): Violation[] {
  const busy = workers.filter((w) => w.runningMost > w.concurrency);
  return busy.map((w) => ({ rule: 'S11', what: `${w.name} ran ${w.runningMost} handlers, allowed ${w.concurrency}` }));
}

/** Nothing stays of calls that have ended, and nothing of peers that are gone. */
function checkTables(storm: Storm): Violation[] {
  const broken: Violation[] = [];
  const say = (what: string): void => void broken.push({ rule: 'S8', what });
  for (const { name, core } of storm.clients) {
    if (core.pendingCalls !== 0) say(`${name} still has ${core.pendingCalls} calls`);
    if (core.unsentBytes !== 0) say(`${name} still counts ${core.unsentBytes} unsent bytes`);
  }
  for (const { name, core } of storm.brokers) {
    for (const [table, size] of Object.entries(core.sizes())) {
      if (size !== 0 && !OF_PEERS.has(table) && !OF_TIME.has(table)) say(`${name} still has ${size} in ${table}`);
    }
  }
  storm.endPeers();
  for (const { name, core } of storm.brokers) {
    for (const [table, size] of Object.entries(core.sizes())) {
      if (size !== 0 && !OF_TIME.has(table)) say(`${name} has ${size} in ${table} when all its peers are gone`);
    }
  }
  return broken;
}

/** One death can be chance; a call that was there at two is given to no third. */
const DEATHS_MAX = 2;
/** How soon who was refused in a crowd asks again. */
export const ASKS_AGAIN_MS = 10;
/** Fewer say nothing of shares. */
const SERVED_LEAST = 40;
/** A deadline is kept to one tick of the timer wheel. */
const TICK_MS = 4.1;
/** And to the turn of its loop that goes on, and its own, at whose end its events are looked at. */
const TURN_MS = 2;
/** Tables that are empty only without peers. */
const OF_PEERS: ReadonlySet<string> = new Set(['timers', 'sessions', 'routes', 'pools']);
/** Tables that forget by the clock alone, each within its bound. */
const OF_TIME: ReadonlySet<string> = new Set(['results', 'poisonBodies']);
/** Ends of a call that may be the client's own judgement: its broker, or its time, was lost. */
const LOSSES: ReadonlySet<string> = new Set(['worker_lost', 'broker_lost', 'no_reply', 'canceled', 'client_closed']);
/** Services that calls are made to. */
const SERVICES = 2;
/** Workers, times their largest concurrency and prefetch. */
const HELD_BY_WORKERS = 4 * 32;
const LARGEST_BYTES = 13_000;
/** REQUEST, DISPATCH and two answers, a few times over. */
const RECORDS_PER_CALL_MAX = 16;
