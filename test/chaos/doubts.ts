import type { Deed } from './fleet.ts';
import type { History } from './history.ts';
import type { CallRecord, StartRecord } from './journal.ts';

/**
 * Decides whether somebody can have been in doubt about a call that ended with `unknown`.
 *
 * Doubt comes with a loss: a client lost the session by which it had sent the call, a broker lost the worker that had
 * it, or the deadline came while it was out of sight. The processes wrote down each loss of a session and of a worker.
 * A loss counts only if something was done that explains it: who loses a connection for nothing, and then says that it
 * does not know, is vague.
 */
export class Doubts {
  readonly #troubles: readonly Trouble[];
  /** Losses that have a cause: of sessions by client, of workers by name. */
  readonly #sessions = new Map<string, number[]>();
  readonly #workers = new Map<string, number[]>();

  constructor({ deeds, stalls, sessions, notices }: Omit<History, 'calls' | 'starts'>) {
    const stood = stalls.filter(({ from, until }) => until - from > STALL_MS);
    this.#troubles = [
      ...deeds.map((deed) => troubleOf(deed)),
      ...stood.map(({ who, from, until }) => ({ who, from, until: until + NOTICE_MS })),
    ];
    for (const { client, broker, session, at } of sessions) {
      if (session === 'lost' && this.#isExplained(at, [client, broker])) add(this.#sessions, client, at);
    }
    for (const { broker, what, worker, at } of notices) {
      const name = processOf(worker);
      if (what === 'left' && this.#isExplained(at, [name, broker])) add(this.#workers, name, at);
    }
  }

  /** `keyBeganAt`: when the first call of its key began, whose doubt it may share. */
  isVague(call: CallRecord, starts: readonly StartRecord[], keyBeganAt = call.beganAt): boolean {
    const until = call.endedAt! + SLACK_MS;
    const lostSession = isIn(this.#sessions.get(call.by), call.beganAt - SLACK_MS, until);
    const holders = this.#holdersOf(call, starts);
    const lostWorker = holders.some((worker) => isIn(this.#workers.get(worker), keyBeganAt - SLACK_MS, until));
    if (call.outcome === 'broker_lost') return !lostSession;
    if (call.outcome === 'worker_lost') return !lostWorker;
    if (lostSession || lostWorker) return false;
    // What came before this verdict is in doubt only by a loss; a deadline can come while something stands still.
    if (call.outcome !== 'no_reply') return true;
    const held = [call.by, ...BROKERS, ...holders];
    return !this.#troubles.some(({ who, from, until: to }) => held.includes(who) && from <= until && to >= keyBeganAt);
  }

  /** Workers that may have had it. One that is started once at most, and is, was nowhere else. */
  #holdersOf({ kind }: CallRecord, starts: readonly StartRecord[]): readonly string[] {
    const isKnown = kind === 'once' && starts.length > 0;
    return isKnown ? starts.map(({ start }) => processOf(start)) : [...this.#workersKnown];
  }

  get #workersKnown(): Iterable<string> {
    return new Set([...this.#workers.keys(), ...this.#troubles.map(({ who }) => who).filter((w) => w.startsWith('w'))]);
  }

  #isExplained(at: number, whose: readonly string[]): boolean {
    return this.#troubles.some(({ who, from, until }) => whose.includes(who) && from <= at && until >= at);
  }
}

/** A span of time in which a process may lose others, and they it. */
interface Trouble {
  readonly who: string;
  readonly from: number;
  readonly until: number;
}

function troubleOf({ target, act, at, until }: Deed): Trouble {
  const who = target === 'wire' ? 'worker-4' : target.replace('link-', '');
  const isTold = act === 'kill' || act === 'terminate' || act === 'reset';
  return { who, from: at, until: until + (isTold ? RETURN_MS : NOTICE_MS) };
}

/** The name of a process without its life, and whatever follows. */
function processOf(label: string): string {
  return label.slice(0, label.indexOf('.'));
}

function add(lists: Map<string, number[]>, name: string, at: number): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [at]);
  else list.push(at);
}

function isIn(list: readonly number[] | undefined, from: number, until: number): boolean {
  return list !== undefined && list.some((at) => at >= from && at <= until);
}

const BROKERS = ['broker-1', 'broker-2'];
/** Who loses a peer writes that down in the same turn in which it tells others. */
const SLACK_MS = 50;
/** Less than a heartbeat loses nobody. */
const STALL_MS = 1_000;
/** Peers of a process that came back are back within this. */
const RETURN_MS = 2_000;
/** What breaks silently is noticed within this, and what was broken by it mended. */
const NOTICE_MS = 6_000;
