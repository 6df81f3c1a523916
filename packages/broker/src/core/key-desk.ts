import type { HashKey, Instant, Verdict } from '@reeve/protocol';
import { NO_BYTES, VERDICTS, bodyHash, failureHead } from '@reeve/protocol';
import { KeyRun } from './key-run.ts';
import type { PendingCall } from './pending-call.ts';
import type { Responder } from './responder.ts';
import type { Result, ResultStore } from './result-store.ts';
import type { WaitingRoom } from './waiting-room.ts';

/**
 * Lets calls with the same key share one result.
 *
 * Theory of operation. The first call of a key leads its run: it is placed like any other. Those that come while it
 * runs are parked. What the worker says goes to all of them and, if it is worth keeping, into the store, from which
 * later calls are answered without a start. When the leader's own caller gives up, the next one leads if nothing was
 * started, and the leader goes on without a caller if something was. When its worker is lost, an at-most-once run has
 * the result `outcome unknown` for as long as results are kept: nobody may start it again.
 */
export class KeyDesk {
  readonly #store: ResultStore;
  readonly #hashKey: HashKey;
  readonly #room: WaitingRoom;
  readonly #responder: Responder;
  readonly #host: KeyHost;
  readonly #runs = new Map<string, KeyRun>();

  constructor(parts: KeyDeskParts) {
    this.#store = parts.store;
    this.#hashKey = parts.hashKey;
    this.#room = parts.room;
    this.#responder = parts.responder;
    this.#host = parts.host;
  }

  /** Keys of which a call runs. */
  get runs(): number {
    return this.#runs.size;
  }

  /** Takes in a call with a key. Returns whether it is to be placed: it is the first one. */
  admit(now: Instant, call: PendingCall): boolean {
    const id = keyId(call);
    const hash = bodyHash(call.body, this.#hashKey);
    const kept = this.#store.get(now, id);
    if (kept !== undefined) {
      if (kept.hash === hash) this.#give(call, kept.result);
      else this.#host.refuse(call, VERDICTS.keyConflict);
      return false;
    }
    const run = this.#runs.get(id);
    if (run === undefined) {
      call.run = new KeyRun(id, hash, call);
      this.#runs.set(id, call.run);
      return true;
    }
    if (run.hash !== hash) this.#host.refuse(call, VERDICTS.keyConflict);
    else if (this.#room.isFull(call)) this.#host.refuse(call, VERDICTS.queueFull);
    else this.#park(call, run);
    return false;
  }

  /** Ends a run with what its worker said. `isRepeatable`: an idempotent one, which another call may start again. */
  conclude(now: Instant, run: KeyRun, result: Result, isRepeatable: boolean): void {
    if (isKept(result, isRepeatable)) this.#store.put(now, run.id, { hash: run.hash, result });
    this.#runs.delete(run.id);
    const { leader } = run;
    if (leader.state === 'deserted') this.#host.end(leader);
    else this.#give(leader, result);
    for (const waiter of run.waiters) {
      this.#room.unpark(waiter);
      // The start that gave the result was made for them too.
      waiter.starts = leader.starts;
      this.#give(waiter, result);
    }
  }

  /** Ends a run whose outcome nobody can know and that must not be started again. */
  lose(now: Instant, run: KeyRun): void {
    const { code, reason, executed, retryAfterMs } = failureHead(VERDICTS.workerLost, 0);
    const result: Result = { kind: 'failure', code, reason, executed, retryAfterMs, detail: NO_BYTES };
    this.conclude(now, run, result, false);
  }

  /** Ends a run that the broker refuses: its leader has been told, the others get the same verdict. */
  refuse(run: KeyRun, verdict: Verdict, message?: string): void {
    this.#runs.delete(run.id);
    for (const waiter of run.waiters) {
      this.#room.unpark(waiter);
      waiter.starts = run.leader.starts;
      waiter.run = undefined;
      this.#host.refuse(waiter, verdict, message);
    }
  }

  /** The leader is gone and nothing runs: the next one that still has time leads, or the run is over. */
  promote(now: Instant, run: KeyRun): void {
    for (let next = run.waiters.first; next !== undefined; next = run.waiters.first) {
      this.#room.unpark(next);
      // An earlier start counts for whoever takes over: against the limit of starts, and for what may have run.
      next.starts = run.leader.starts;
      next.strikes = run.leader.strikes;
      if (now < next.startBy) {
        run.leader = next;
        return this.#host.place(now, next);
      }
      // It never leads. There may be thousands of these: each is told from here, none from within the one before.
      next.run = undefined;
      this.#host.lapse(now, next);
    }
    this.#runs.delete(run.id);
  }

  #park(call: PendingCall, run: KeyRun): void {
    call.run = run;
    this.#room.park(call);
  }

  #give(call: PendingCall, result: Result): void {
    this.#host.end(call);
    this.#responder.give(call, result);
  }
}

/** What the desk needs of the dispatcher. */
export interface KeyHost {
  /** Queues or dispatches a call that is free. */
  place(now: Instant, call: PendingCall): void;
  /** Answers a call that is too late to be started, or whose deadline is there. */
  lapse(now: Instant, call: PendingCall): void;
  refuse(call: PendingCall, verdict: Verdict, message?: string): void;
  /** Takes a call out of all tables. Its answer follows. */
  end(call: PendingCall): void;
}

export interface KeyDeskParts {
  readonly store: ResultStore;
  /** For the hashes of bodies. */
  readonly hashKey: HashKey;
  readonly room: WaitingRoom;
  readonly responder: Responder;
  readonly host: KeyHost;
}

/**
 * Replies and declared errors are results. Other failures of an idempotent run are not, for another start may end
 * better; those of an at-most-once run are, if it may have run: it must not be started twice.
 */
function isKept(result: Result, isRepeatable: boolean): boolean {
  if (result.kind === 'reply' || result.reason === VERDICTS.declared.number) return true;
  return !isRepeatable && result.executed !== 'no';
}

/** Names a key among all: lengths come first, so that no two keys read the same. */
function keyId({ client: { principal }, route: { service, method }, key }: PendingCall): string {
  const lengths = `${principal.length} ${service.name.length} ${method.length}`;
  return `${lengths} ${principal}${service.name}${method}${latin1(key)}`;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
