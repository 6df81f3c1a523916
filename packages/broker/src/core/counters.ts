/** What a broker has counted since its start. */
export interface Counters {
  /** REQUESTs taken on, and how they ended. */
  calls: number;
  replies: number;
  failures: number;
  canceled: number;
  /** Calls started anew after the loss of a worker. */
  redispatches: number;
  /** Calls started on a second worker because the first took long. */
  hedges: number;
  /** Dispatches taken from a worker that gave no sign of life for as long as their lease. */
  leasesOver: number;
  /** Calls that a worker handed back untouched. */
  rejects: number;
  /** Answers for a dispatch that was over: late, repeated or made up. */
  staleAnswers: number;
  /** REQUESTs with a number that was pending already. */
  duplicateRequests: number;
  /** Messages seen before. */
  duplicateMessages: number;
  /** Messages that named a session that is not live. */
  refusedMessages: number;
  /** Messages that are not of this protocol, or not sound. */
  malformedMessages: number;
  /** Messages without a session that the transport had no room for. */
  droppedMessages: number;
  workersLost: number;
  /** Times that a worker was held back because its calls failed and those of its siblings did not. */
  workersHeldBack: number;
  /** AWAITs and OFFERs, and how often one of each came together. */
  awaits: number;
  offers: number;
  recovered: number;
  /** Those that found no match in their time. */
  recoveryLapses: number;
  /** Those that were not kept: their table was full, or the method was another. */
  recoveryDrops: number;
  /** What Majordomo peers did, and what was dropped of it, by what it was. */
  majordomo: Record<string, number>;
  /** By reason, how often a call was refused. */
  refusals: Record<string, number>;
}

export function newCounters(): Counters {
  return {
    calls: 0,
    replies: 0,
    failures: 0,
    canceled: 0,
    redispatches: 0,
    hedges: 0,
    leasesOver: 0,
    rejects: 0,
    staleAnswers: 0,
    duplicateRequests: 0,
    duplicateMessages: 0,
    refusedMessages: 0,
    malformedMessages: 0,
    droppedMessages: 0,
    workersLost: 0,
    workersHeldBack: 0,
    awaits: 0,
    offers: 0,
    recovered: 0,
    recoveryLapses: 0,
    recoveryDrops: 0,
    majordomo: {},
    refusals: {},
  };
}
