import type { Arrived, Sent, SimulatedNode, WorldObserver } from '@reeve/testing/world';
import { SimulatedBroker, SimulatedClient, SimulatedWorker } from '@reeve/testing/world';
import type { Instant } from '@reeve/protocol';
import { Outsider } from '../scenarios/stranger.ts';
import { StaleAnswers } from './stale-answers.ts';
import {
  AWAIT,
  AnswerView,
  CANCEL,
  CREDIT,
  CallView,
  DISPATCH,
  DRAIN,
  EnvelopeReader,
  FAILURE,
  HEDGE,
  REJECT,
  REPLY,
  REQUEST,
  LIMITS,
  reasonFromNumber,
  readAwait,
  readNumber,
  toHex,
} from '@reeve/protocol';

/**
 * Sees everything that goes over the wires, and so knows what nobody in the world knows: what of a call was ever
 * given to a transport. Checks on the way what brokers may send to workers.
 */
export class Witness implements WorldObserver {
  /** Promises that were broken on the wire. */
  readonly broken: { readonly rule: string; readonly what: string; readonly callId?: string }[] = [];
  /** The story of the calls that are watched. */
  readonly story: string[] = [];
  /** Some of what honest peers have said lately. */
  readonly overheard: (readonly Uint8Array[])[] = [];
  #said = 0;
  /** Replies that brokers gave to calls of their own. */
  readonly replies: ReplyOnTheWire[] = [];
  /** Records that belong to calls. */
  callRecords = 0;
  /** Stands for everything that arrived anywhere, in its order. */
  hash = 0x811c9dc5;
  readonly #now: () => Instant;
  readonly #watched: ReadonlySet<string>;
  readonly #slackMs: number;
  readonly #calls = new Map<string, CallOnTheWire>();
  readonly #sessions = new Map<number, SessionOnTheWire>();
  readonly #reader = new EnvelopeReader();
  readonly #call = new CallView();
  readonly #answer = new AnswerView();
  readonly #stale: StaleAnswers;

  /** `slackMs`: how long after its decision a broker's DISPATCH may leave at most; Infinity = not known. */
  constructor(now: () => Instant, slackMs: number, watched: ReadonlySet<string> = new Set()) {
    this.#now = now;
    this.#slackMs = slackMs;
    this.#watched = watched;
    this.#stale = new StaleAnswers(slackMs !== Infinity);
  }

  /** What was seen of a call. */
  of(callId: string): CallOnTheWire {
    let call = this.#calls.get(callId);
    if (call === undefined) {
      call = {
        requests: 0,
        dispatches: 0,
        wasHeld: false,
        cameAt: Infinity,
        dispatchedAt: Infinity,
        brokerDeadlines: new Map(),
        startsAt: new Map(),
      };
      this.#calls.set(callId, call);
    }
    return call;
  }

  /** Adds a line to the story, about a call that is watched or about the world. */
  tell(line: string, callId?: string): void {
    if (callId === undefined || this.#watched.has(callId)) this.story.push(`${this.#now().toFixed(1)} ${line}`);
  }

  handleSent({ from, frames }: Sent): void {
    if (from instanceof Outsider) return;
    this.#overhear(frames);
    const reader = this.#open(frames);
    // The client may have begun another life when this is read.
    if (from instanceof SimulatedClient) this.#session(reader.session).instance = from.instance;
    while (reader.next()) {
      if (reader.type === REQUEST.type && from instanceof SimulatedClient) this.#noteRequest(from);
      else if (reader.type === DISPATCH.type && from instanceof SimulatedBroker) this.#noteDispatch(from);
      else if (reader.type === REPLY.type && from instanceof SimulatedBroker) this.#noteReply(from);
      else if (reader.type === REPLY.type && from instanceof SimulatedWorker) this.#noteResult();
      else if (reader.type === CANCEL.type && from instanceof SimulatedBroker) this.#noteOver();
    }
  }

  handleFull({ from, frames }: Sent): void {
    if (from instanceof Outsider) return;
    const reader = this.#open(frames);
    while (reader.next()) {
      if (reader.type !== REQUEST.type || !(from instanceof SimulatedClient)) continue;
      if (!this.#call.readRequest(reader)) continue;
      const callId = `${from.instance}-${this.#call.call}`;
      this.of(callId).wasHeld = true;
      this.tell(`${from.name} finds its transport full for REQUEST of ${short(callId)}`, callId);
    }
  }

  handleArrived({ from, to, frames }: Arrived): void {
    if (from instanceof Outsider || to instanceof Outsider) return;
    const reader = this.#open(frames);
    this.#mix(Math.round(this.#now() * 1_000));
    for (const byte of frames[0]!) this.#mix(byte);
    this.#mix(frames.length === 1 ? 0 : frames[1]!.length);
    const session = this.#session(reader.session);
    if (to instanceof SimulatedBroker) session.heardAt = this.#now();
    while (reader.next()) this.#noteArrival(from, to, session);
  }

  handleEvent(node: SimulatedNode, event: { readonly kind: string }): void {
    const { until, from } = node.stops.at(-1) ?? NEVER;
    const isOfBroker = event.kind === 'worker-silent';
    const isOfPeer = event.kind === 'disconnected' && (event as { why?: string }).why === 'the broker fell silent';
    if (!isOfBroker && !isOfPeer) return;
    // Half an interval late is late enough to know of it: whoever was so blames nobody before it has listened.
    const knownMs = 1.6 * (node instanceof SimulatedClient ? LIMITS.clientHeartbeatMs : LIMITS.workerHeartbeatMs);
    if (this.#now() - until < LISTENS_MS && until - from > knownMs) {
      const what = `${node.name} stood still for ${(until - from).toFixed(0)} ms and blames others for the silence`;
      this.broken.push({ rule: 'T1', what: `at ${this.#now().toFixed(1)} ${what}` });
    }
  }

  /** The sessions that some of what was said lately belongs to. */
  latestSessions(): readonly number[] {
    const sessions = new Set(this.overheard.map((frames) => this.#open(frames).session));
    return [...sessions].filter((session) => session !== 0);
  }

  /** Whether a call ended with a reply of a session that was over for it. */
  isStaleEnd(callId: string): boolean {
    return this.#stale.isStaleEnd(callId);
  }

  #overhear(frames: readonly Uint8Array[]): void {
    this.#said += 1;
    // A sample is enough, and the latest are the most dangerous.
    if (this.#said % OVERHEAR_EVERY !== 0) return;
    this.overheard[(this.#said / OVERHEAR_EVERY - 1) % OVERHEARD_MAX] = frames;
  }

  #noteRequest(from: SimulatedClient): void {
    if (!this.#call.readRequest(this.#reader)) return;
    const callId = `${from.instance}-${this.#call.call}`;
    this.of(callId).requests += 1;
    this.#stale.noteRequest(callId, this.#reader.session, this.#call.attempt);
    this.tell(`${from.name} sends REQUEST of ${short(callId)}`, callId);
  }

  #noteDispatch(from: SimulatedBroker): void {
    const view = this.#call;
    if (!view.readDispatch(this.#reader)) return;
    const callId = `${toHex(view.bytes.subarray(view.instanceAt, view.instanceAt + 16))}-${view.call}`;
    const call = this.of(callId);
    const session = this.#session(this.#reader.session);
    const now = this.#now();
    call.dispatches += 1;
    call.dispatchedAt = Math.min(call.dispatchedAt, now);
    session.dispatched += 1;
    session.calls.set(view.dispatch, callId);
    this.#stale.noteDispatch(from, this.#reader.session, view.dispatch, callId);
    this.tell(`${from.name} sends DISPATCH of ${short(callId)}`, callId);
    const starts = this.#startsAt(callId, from);
    starts.dispatches += 1;
    if (starts.dispatches > starts.requests * (1 + LIMITS.redispatches)) {
      this.#say('S4', from, `dispatched ${short(callId)} ${starts.dispatches} times for ${starts.requests} requests`);
    }
    if (session.dispatched > session.granted) {
      this.#say('S11', from, `dispatched ${session.dispatched} calls where ${session.granted} were allowed`);
    }
    const stoodStillAt = from.stops.at(-1)?.until ?? -Infinity;
    if (now - stoodStillAt < STANDSTILL_MS) return;
    if (session.drainingSince + this.#slackMs < now) this.#say('S10', from, `dispatched to a worker that drains`);
    if (now - session.heardAt > SUSPECT_MS) this.#say('S10', from, `dispatched to a worker that is suspect`);
    const deadline = call.brokerDeadlines.get(from.name) ?? Infinity;
    if (now > deadline + this.#slackMs) {
      this.#say('S10', from, `dispatched ${short(callId)} ${(now - deadline).toFixed(1)} ms past its deadline`);
    }
  }

  #noteReply(from: SimulatedBroker): void {
    const answer = this.#answer;
    if (!answer.readReply(this.#reader)) return;
    const callId = `${this.#session(this.#reader.session).instance}-${answer.id}`;
    const start = toHex(answer.body.subarray(-START_BYTES));
    // A broker passes it on and keeps nothing of it. It may have had the REQUEST too, and have refused it.
    if (this.#stale.isRecovered(from, callId, start)) return;
    this.replies.push({ callId, broker: `${from.name}, life ${from.life}`, start });
    const fault = this.#stale.faultOfReply(from, callId, start);
    if (fault !== undefined) this.#say('S7', from, `answered ${short(callId)} with a reply ${fault}`, callId);
  }

  #noteResult(): void {
    const answer = this.#answer;
    if (!answer.readReply(this.#reader)) return;
    this.#stale.noteWorkerReply(this.#reader.session, answer.id, toHex(answer.body.subarray(-START_BYTES)));
  }

  #noteOver(): void {
    this.#stale.noteOver(this.#reader.session, readNumber(this.#reader) ?? 0);
  }

  /** What a client's own words, or an answer that reaches it, mean for answers that come later. */
  #noteForStale(to: SimulatedNode, { instance }: SessionOnTheWire): void {
    const reader = this.#reader;
    const { type } = reader;
    if (type === HEDGE.type || (type === CANCEL.type && to instanceof SimulatedBroker)) {
      this.#stale.noteOverlap(`${instance}-${readNumber(reader)}`);
    } else if (type === AWAIT.type) {
      this.#stale.noteAwait(`${instance}-${readAwait(reader)?.call}`);
    } else if (type === REPLY.type && to instanceof SimulatedClient && this.#answer.readReply(reader)) {
      this.#stale.noteClientReply(`${instance}-${this.#answer.id}`, reader.session);
    }
  }

  #noteArrival(from: SimulatedNode, to: SimulatedNode, session: SessionOnTheWire): void {
    const reader = this.#reader;
    const isCallRecord = reader.type >= REQUEST.type && reader.type <= REJECT.type;
    if (isCallRecord) this.callRecords += 1;
    this.#noteForStale(to, session);
    if (reader.type === REQUEST.type && this.#call.readRequest(reader)) {
      const callId = `${session.instance}-${this.#call.call}`;
      const call = this.of(callId);
      call.cameAt = Math.min(call.cameAt, this.#now());
      call.brokerDeadlines.set(to.name, this.#now() + this.#call.remainingMs);
      this.#startsAt(callId, to).requests += 1;
      this.tell(`${to.name} gets REQUEST of ${short(callId)}`, callId);
    } else if (reader.type === REJECT.type) {
      const callId = session.calls.get(readNumber(reader) ?? 0);
      this.#noteOver();
      if (callId !== undefined) this.#startsAt(callId, to).dispatches -= 1;
      if (callId !== undefined) this.tell(`${to.name} gets REJECT of ${short(callId)} from ${from.name}`, callId);
    } else if (reader.type === CREDIT.type) {
      session.granted = Math.max(session.granted, readNumber(reader) ?? 0);
    } else if (reader.type === DRAIN.type && to instanceof SimulatedBroker) {
      session.drainingSince = Math.min(session.drainingSince, this.#now());
    } else if (isCallRecord && this.#watched.size > 0) {
      const { id, what } = this.#readAnswer();
      // Between client and broker it is a call number, between broker and worker a dispatch id.
      const isOfClient = from instanceof SimulatedClient || to instanceof SimulatedClient;
      const callId = isOfClient ? `${session.instance}-${id}` : session.calls.get(id);
      if (callId !== undefined) this.tell(`${to.name} gets ${what} of ${short(callId)} from ${from.name}`, callId);
    }
  }

  /** How often this life of a broker was asked for a call, and has let it be started. */
  #startsAt(callId: string, { name, life }: SimulatedNode): StartsAtBroker {
    const { startsAt } = this.of(callId);
    const key = `${name} ${life}`;
    let starts = startsAt.get(key);
    if (starts === undefined) startsAt.set(key, (starts = { requests: 0, dispatches: 0 }));
    return starts;
  }

  #readAnswer(): { id: number; what: string } {
    const reader = this.#reader;
    const answer = this.#answer;
    if (reader.type === REPLY.type && answer.readReply(reader)) return { id: answer.id, what: 'REPLY' };
    if (reader.type === FAILURE.type && answer.readFailure(reader)) {
      return { id: answer.id, what: `FAILURE ${reasonFromNumber(answer.reason)} ${answer.executed}` };
    }
    if (reader.type === DISPATCH.type && this.#call.readDispatch(reader)) {
      return { id: this.#call.dispatch, what: 'DISPATCH' };
    }
    return { id: readNumber(reader) ?? 0, what: 'CANCEL' };
  }

  #open(frames: readonly Uint8Array[]): EnvelopeReader {
    const malformed = this.#reader.reset(frames);
    if (malformed !== undefined) this.broken.push({ rule: 'wire', what: malformed.why });
    return this.#reader;
  }

  #session(token: number): SessionOnTheWire {
    let session = this.#sessions.get(token);
    if (session === undefined) {
      session = {
        granted: 0,
        dispatched: 0,
        drainingSince: Infinity,
        heardAt: this.#now(),
        calls: new Map(),
        instance: '',
      };
      this.#sessions.set(token, session);
    }
    return session;
  }

  #say(rule: string, broker: SimulatedBroker, what: string, callId?: string): void {
    const told = `at ${this.#now().toFixed(1)} ${broker.name} ${what}`;
    this.broken.push(callId === undefined ? { rule, what: told } : { rule, callId, what: told });
  }

  #mix(value: number): void {
    this.hash = Math.imul(this.hash ^ value, 0x01000193);
  }
}

export interface CallOnTheWire {
  /** How often a transport took a REQUEST or DISPATCH of it. */
  requests: number;
  dispatches: number;
  /** A transport was full when it was to leave: from then on only the transport decides when it does. */
  wasHeld: boolean;
  /** When the first REQUEST of it reached a broker, and when the first DISPATCH left one. */
  cameAt: Instant;
  dispatchedAt: Instant;
  /** By broker: until when it may dispatch the call, at the latest. */
  readonly brokerDeadlines: Map<string, Instant>;
  /** By broker and life of it. */
  readonly startsAt: Map<string, StartsAtBroker>;
}

export interface ReplyOnTheWire {
  readonly callId: string;
  readonly broker: string;
  /** Which start of a handler it is of. */
  readonly start: string;
}

interface StartsAtBroker {
  requests: number;
  dispatches: number;
}

interface SessionOnTheWire {
  granted: number;
  dispatched: number;
  drainingSince: Instant;
  heardAt: Instant;
  /** Of the client whose session it is. */
  instance: string;
  /** By dispatch id. */
  readonly calls: Map<number, string>;
}

/** The call number alone is unique enough for a reader. */
export function short(callId: string): string {
  return `${callId.slice(0, 4)}-${callId.slice(33)}`;
}

const NEVER = { from: -Infinity, until: -Infinity } as const;
/** Much less than the heartbeat after which silence counts. */
const LISTENS_MS = 100;
const OVERHEAR_EVERY = 5;
const OVERHEARD_MAX = 64;
/** At the end of each result stands which start of a handler it is of. */
export const START_BYTES = 4;
/** Two heartbeats of a worker, one more until the next look, and a tick. */
const SUSPECT_MS = 3_010;
/** A broker that stood still itself gives everybody so much time. */
const STANDSTILL_MS = 3_100;
