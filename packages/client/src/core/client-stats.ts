/** Counters since the client was made. */
export interface ClientStats {
  /** Calls started, also those that were refused at once. */
  readonly calls: number;
  readonly replies: number;
  /** Calls that ended without a reply. */
  readonly failures: number;
  /** Sent again after a session was lost. */
  readonly resends: number;
  /** Sent again after a broker refused them, out of the retry budget. */
  readonly retries: number;
  /** Retries, hedges and further attempts that the budget did not pay for. */
  readonly retriesDenied: number;
  /** Calls for which a second worker was asked, because the answer was late. */
  readonly hedges: number;
  /** Attempts that were cancelled and sent again, because the answer was late. */
  readonly attemptTimeouts: number;
  /** Sends that were proved not executed: refused by name, given back by a broker that leaves, never sent. */
  readonly takenBack: number;
  /** Results that workers offered after the broker of their call was lost. */
  readonly recovered: number;
  /** Times that a broker started a call anew after it had lost a worker. */
  readonly redispatches: number;
  /** Answers to calls that were over already. */
  readonly lateAnswers: number;
}

export function newStats(): { -readonly [K in keyof ClientStats]: ClientStats[K] } {
  return {
    calls: 0,
    replies: 0,
    failures: 0,
    resends: 0,
    retries: 0,
    retriesDenied: 0,
    hedges: 0,
    attemptTimeouts: 0,
    takenBack: 0,
    recovered: 0,
    redispatches: 0,
    lateAnswers: 0,
  };
}
