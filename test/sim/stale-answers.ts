import type { SimulatedNode } from '@reeve/testing/world';

/**
 * Follows answers from the handler that gave them to the caller that got them, and finds those that came too late to
 * count.
 *
 * Theory of operation. Each start of a handler has a number, which its reply carries, so a reply that a broker gives
 * can be traced to a dispatch. A dispatch counts from its DISPATCH until its worker hands it back, its broker cancels
 * it or the same broker gives the call to another worker. A client takes a reply only from the session that it sent the
 * call in last. What answers an AWAIT comes from elsewhere and is not judged here.
 *
 * Where a message may have to wait for room, the order in which two of them leave is not that in which they were
 * decided on. Attempts tell it for REQUESTs. Nothing does for DISPATCHes to two workers: there a dispatch is over only
 * by what is said of it.
 */
export class StaleAnswers {
  /** By session and dispatch id. */
  readonly #dispatches = new Map<string, FollowedDispatch>();
  /** By start of a handler. */
  readonly #replies = new Map<string, FollowedDispatch>();
  readonly #calls = new Map<string, FollowedCall>();
  readonly #isDirect: boolean;

  /** `isDirect`: what is said leaves in the order in which it was decided on. */
  constructor(isDirect: boolean) {
    this.#isDirect = isDirect;
  }

  noteDispatch(broker: SimulatedNode, session: number, id: number, callId: string): void {
    const call = this.#call(callId);
    const made = { broker: lifeOf(broker), isOver: false };
    // A hedge runs beside the first; a call that was given up may have been answered before, on a way that is slow.
    const endsOthers = this.#isDirect && !call.mayOverlap;
    if (endsOthers) for (const other of call.dispatches) if (other.broker === made.broker) other.isOver = true;
    call.dispatches.push(made);
    this.#dispatches.set(`${session} ${id}`, made);
  }

  /** A worker hands a dispatch back, or its broker no longer wants it. */
  noteOver(session: number, id: number): void {
    const dispatch = this.#dispatches.get(`${session} ${id}`);
    if (dispatch !== undefined) dispatch.isOver = true;
  }

  noteWorkerReply(session: number, id: number, start: string): void {
    const dispatch = this.#dispatches.get(`${session} ${id}`);
    if (dispatch !== undefined) this.#replies.set(start, dispatch);
  }

  /** A client hedges a call, or wants no more of it. */
  noteOverlap(callId: string): void {
    this.#call(callId).mayOverlap = true;
  }

  noteAwait(callId: string): void {
    this.#call(callId).isAwaited = true;
  }

  noteRequest(callId: string, session: number, attempt: number): void {
    const call = this.#call(callId);
    // It was decided on before the one that left first.
    if (attempt < call.attempt) return;
    call.attempt = attempt;
    call.session = session;
    call.answeredIn = undefined;
  }

  noteClientReply(callId: string, session: number): void {
    const call = this.#call(callId);
    if (call.answeredIn !== call.session) call.answeredIn = session;
  }

  /** Whether a reply that a broker gives answers an AWAIT: its handler was started elsewhere, or in an earlier life. */
  isRecovered(broker: SimulatedNode, callId: string, start: string): boolean {
    return this.#call(callId).isAwaited && this.#replies.get(start)?.broker !== lifeOf(broker);
  }

  /** What is wrong with a reply that a broker gives. */
  faultOfReply(broker: SimulatedNode, callId: string, start: string): string | undefined {
    if (this.#call(callId).isAwaited) return undefined;
    const dispatch = this.#replies.get(start);
    if (dispatch === undefined) return 'which no worker gave to a dispatch';
    if (dispatch.broker !== lifeOf(broker)) return 'that is of another broker, or of an earlier life';
    return dispatch.isOver ? 'of a dispatch that was over' : undefined;
  }

  /** Whether a call that has ended with a reply took it from a session that it was not sent in last. */
  isStaleEnd(callId: string): boolean {
    const { isAwaited, session, answeredIn } = this.#call(callId);
    return !isAwaited && answeredIn !== undefined && answeredIn !== session;
  }

  #call(callId: string): FollowedCall {
    let call = this.#calls.get(callId);
    if (call === undefined) {
      call = { dispatches: [], mayOverlap: false, isAwaited: false, session: 0, attempt: 0, answeredIn: undefined };
      this.#calls.set(callId, call);
    }
    return call;
  }
}

interface FollowedDispatch {
  readonly broker: string;
  isOver: boolean;
}

interface FollowedCall {
  readonly dispatches: FollowedDispatch[];
  mayOverlap: boolean;
  isAwaited: boolean;
  /** That its client sent it in last, and which attempt that was. */
  session: number;
  attempt: number;
  /** Since it was sent there: in which session a reply came. */
  answeredIn: number | undefined;
}

function lifeOf({ name, life }: SimulatedNode): string {
  return `${name} ${life}`;
}
