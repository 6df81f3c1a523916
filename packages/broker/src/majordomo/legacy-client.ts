import type { EnvelopeReader, Instant, PeerId } from '@reeve/protocol';
import {
  AnswerView,
  DECLARE,
  FAILURE,
  Fifo,
  LIMITS,
  PARTIAL,
  REPLY,
  copyOut,
  isRetryReason,
  reasonFromNumber,
  splitBody,
  writeMap,
  writeRequest,
} from '@reeve/protocol';
import { ANY_CONTRACT } from '../core/index.ts';
import type { LegacyRoute } from './ask-lane.ts';
import { AskLane } from './ask-lane.ts';
import { Ask } from './ask.ts';
import type { BodyForm } from './bodies.ts';
import { fromNative, toNative } from './bodies.ts';
import type { ClientRequest, Dialect } from './dialect.ts';
import { clientAnswer } from './dialect.ts';
import type { LegacyParts } from './legacy-peer.ts';
import { LegacyPeer } from './legacy-peer.ts';
import { UNTYPED } from './legacy-worker.ts';
import type { NativeName } from './names.ts';

/**
 * A client that speaks Majordomo.
 *
 * Theory of operation. MDP has no failures: a request that fails gets no answer, and is counted by its reason. So what
 * was not started and may go better a little later is sent again here, as a native client does by itself: until its
 * time is over, or `holdMs` if there is no worker. Requests wait in a lane for each service, up to a limit in bytes
 * for all of them; the lanes take turns, and each has no more than so many with the core.
 *
 *     lane ──▶ the core ──▶ answered
 *      ▲          │
 *      └─ rests ◀─┘ refused, and may go better
 */
export class LegacyClient extends LegacyPeer {
  protected readonly role = 'client';
  readonly #routeOf: (name: string) => LegacyRoute;
  readonly #answer = new AnswerView();
  /** Numbers of the routes declared in this session. */
  readonly #numbers = new Map<string, number>();
  /** What the core has, by call number. */
  readonly #sent = new Map<number, Ask>();
  /** Those with requests, by the name of the service. */
  readonly #lanes = new Map<string, AskLane>();
  /** Lanes whose next request may be sent. */
  readonly #turns = new Fifo<AskLane>();
  /** Those that rest before they are sent again. */
  readonly #resting = new Set<Ask>();
  #keptBytes = 0;
  #calls = 0;

  constructor(id: PeerId, dialect: Dialect, parts: LegacyParts, routeOf: (name: string) => LegacyRoute) {
    super(id, dialect, parts);
    this.#routeOf = routeOf;
  }

  /** Takes a request. */
  handle(now: Instant, name: string, { service, body }: ClientRequest): void {
    this.count('requests of clients');
    const known = this.#lanes.get(name);
    const lane = known ?? this.#newLane(name, service);
    // Copies: frames are good only while their message is handled.
    const frames = body.map((frame) => copyOut(frame, 0, frame.length));
    const ask = new Ask(lane, frames, now, (at, rested) => this.#sendAgain(at, rested));
    if (this.#keptBytes + ask.bytes > this.parts.backlogBytesMax) return this.count('unanswered: queue_full');
    if (known === undefined) this.#lanes.set(name, lane);
    if (this.uplink === undefined) this.beginSession(now);
    this.#keptBytes += ask.bytes;
    lane.waiting.push(ask);
    this.#pump(now, lane);
  }

  override leave(now: Instant): void {
    super.leave(now);
    this.#forget();
  }

  override sizes(): Record<string, number> {
    return {
      ...super.sizes(),
      sent: this.#sent.size,
      lanes: this.#lanes.size,
      resting: this.#resting.size,
      routes: this.#numbers.size,
      keptBytes: this.#keptBytes,
    };
  }

  protected handleWelcome(now: Instant): void {
    this.#pump(now);
  }

  protected handleRecord(now: Instant, reader: EnvelopeReader): void {
    const answer = this.#answer;
    let lane: AskLane | undefined;
    if (reader.type === REPLY.type && answer.readReply(reader)) {
      const ask = this.#take(answer.id);
      if (ask !== undefined) this.#reply(ask, answer.body);
      lane = ask?.lane;
    } else if (reader.type === FAILURE.type && answer.readFailure(reader)) {
      const ask = this.#take(answer.id);
      if (ask !== undefined) this.#fail(now, ask, answer);
      lane = ask?.lane;
    } else if (reader.type === PARTIAL.type && answer.readPartial(reader)) {
      const ask = this.#sent.get(answer.id);
      if (ask !== undefined) this.#pass(ask, answer.body);
    }
    this.#pump(now, lane);
  }

  protected lose(now: Instant, why: string): void {
    this.dropSession(now);
    // It sends again by itself, as clients of MDP do, and gets a new session.
    const lost = [...this.#lanes.values()].reduce((sum, lane) => sum + lane.waiting.size + lane.sent, 0);
    for (let i = lost + this.#resting.size; i > 0; i--) this.count(`unanswered: ${why}`);
    this.#forget();
  }

  /** Sends what can be sent. The lane is one that may have something new. */
  #pump(now: Instant, changed?: AskLane): void {
    if (changed !== undefined) this.#listLane(changed);
    const channel = this.uplink?.channel;
    const welcome = this.uplink?.welcome;
    if (channel === undefined || welcome === undefined) return;
    while (this.#sent.size < Math.min(IN_HAND_MAX, welcome.callsMax) && !channel.isBlocked) {
      const lane = this.#turns.shift();
      if (lane === undefined) return;
      lane.isListed = false;
      this.#sendFrom(now, lane, welcome.bodyBytesMax);
      this.#listLane(lane);
    }
  }

  #newLane(name: string, service: Uint8Array): AskLane {
    const text = copyOut(service, 0, service.length);
    return new AskLane(name, text, this.#routeOf(name), (now, lane) => this.#lookAgain(now, lane));
  }

  #listLane(lane: AskLane): void {
    if (lane.isListed || lane.lackingSince !== undefined) return;
    if (lane.isIdle) this.#lanes.delete(lane.name);
    if (lane.waiting.size === 0 || lane.sent >= LANE_IN_HAND_MAX) return;
    lane.isListed = true;
    this.#turns.push(lane);
  }

  /** Sends the next request of a lane, or has the lane wait for somebody who offers the service. */
  #sendFrom(now: Instant, lane: AskLane, bodyBytesMax: number): void {
    const form = lane.route.form();
    if (form === undefined) {
      lane.lackingSince = now;
      this.#lookAgain(now, lane);
      return;
    }
    const ask = lane.waiting.shift();
    if (ask === undefined) return;
    if (now >= ask.deadlineAt) return this.#give(ask, 'expired_in_queue');
    const native = toNative(ask.frames, form === 'either' ? undefined : form);
    if (typeof native === 'string') return this.#give(ask, 'another body than the service has');
    if (native.bytes.length > bodyBytesMax) return this.#give(ask, 'request_too_large');
    ask.form = native.form;
    this.#send(now, ask, native.bytes);
  }

  #send(now: Instant, ask: Ask, bytes: Uint8Array): void {
    const channel = this.uplink!.channel!;
    const route = this.#number(ask.lane.route.name);
    if (route === undefined) return this.#give(ask, 'too many services');
    this.#calls += 1;
    ask.attempt += 1;
    ask.lane.sent += 1;
    this.#sent.set(this.#calls, ask);
    writeRequest(channel, route, {
      call: this.#calls,
      attempt: ask.attempt,
      priority: 1,
      remainingMs: ask.deadlineAt - now,
      keyBytes: 0,
      metadataBytes: 0,
      ...splitBody(undefined, undefined, bytes),
    });
  }

  /** A lane whose service nobody offered looks whether somebody does now, and gives up those that waited for long. */
  #lookAgain(now: Instant, lane: AskLane): void {
    const since = lane.lackingSince;
    if (since === undefined) return;
    if (lane.route.form() !== undefined) {
      lane.lackingSince = undefined;
      this.#pump(now, lane);
      return;
    }
    for (let ask = lane.waiting.peek(); ask !== undefined; ask = lane.waiting.peek()) {
      if (now < lane.holdUntil(since, ask)) break;
      lane.waiting.shift();
      this.#give(ask, 'unknown_service');
    }
    if (lane.waiting.size > 0) return this.parts.timers.set(lane.timer, now + PAUSE_MS);
    lane.lackingSince = undefined;
    this.#listLane(lane);
  }

  /** The number of a route, declared if it is new. `undefined`: the session has as many as it may. */
  #number({ service, method }: NativeName): number | undefined {
    const key = JSON.stringify([service, method]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#numbers.size >= LIMITS.routesMax) return undefined;
    const route = this.#numbers.size;
    this.#numbers.set(key, route);
    writeMap(this.uplink!.channel!, DECLARE, {
      route,
      service,
      method,
      fingerprint: UNTYPED,
      accepts: [ANY_CONTRACT],
      // The worker decides: a legacy one by the configuration, a native one by its contract.
      idempotent: true,
    });
    return route;
  }

  #reply(ask: Ask, bytes: Uint8Array): void {
    if (ask.isBroken) return this.#give(ask, 'a reply that lost a part');
    const frames = framesOf(bytes, ask.form);
    if (frames === undefined) return this.#give(ask, 'a reply in another form');
    this.#release(ask);
    // 0.1 cannot tell parts from the end: they come first, in one message with it.
    this.#answerWith('final', ask, [...ask.parts.flat(), ...frames]);
  }

  #pass(ask: Ask, bytes: Uint8Array): void {
    ask.isPartlyAnswered = true;
    const frames = framesOf(bytes, ask.form);
    if (ask.isBroken || frames === undefined) {
      ask.isBroken = true;
    } else if (this.dialect !== 'mdp01') {
      ask.isBroken = !this.#answerWith('partial', ask, frames);
    } else if (this.#keptBytes + bytes.length > this.parts.backlogBytesMax) {
      ask.isBroken = true;
      ask.parts = [];
    } else {
      ask.partBytes += bytes.length;
      this.#keptBytes += bytes.length;
      ask.parts.push(frames);
    }
  }

  /** Returns false if the client does not read what it is sent. */
  #answerWith(command: 'partial' | 'final', ask: Ask, body: readonly Uint8Array[]): boolean {
    const isSent = this.send(clientAnswer(this.dialect, command, ask.lane.service, body));
    if (!isSent) this.count('answers dropped: not read');
    else if (command === 'final') this.count('replies');
    return isSent;
  }

  #fail(now: Instant, ask: Ask, { reason, executed, retryAfterMs }: AnswerView): void {
    const name = reasonFromNumber(reason) ?? 'unknown';
    const againAt = now + Math.max(retryAfterMs, PAUSE_MS);
    const wantsWorker = WANTS_WORKER.has(name);
    if (wantsWorker) ask.holdUntil ??= ask.lane.holdUntil(now, ask);
    const until = wantsWorker ? ask.holdUntil! : ask.deadlineAt;
    const mayTryAgain = executed === 'no' && !ask.isPartlyAnswered && name !== 'draining';
    if (!mayTryAgain || !isAgain(name) || againAt >= until) return this.#give(ask, name);
    this.#resting.add(ask);
    ask.lane.resting += 1;
    this.parts.timers.set(ask.timer, againAt);
  }

  #sendAgain(now: Instant, ask: Ask): void {
    this.#resting.delete(ask);
    ask.lane.resting -= 1;
    ask.lane.waiting.push(ask);
    this.#pump(now, ask.lane);
  }

  #take(call: number): Ask | undefined {
    const ask = this.#sent.get(call);
    if (ask === undefined) return undefined;
    this.#sent.delete(call);
    ask.lane.sent -= 1;
    return ask;
  }

  /** Gives a request up. Its client gets nothing: MDP has no failures. */
  #give(ask: Ask, why: string): void {
    this.#release(ask);
    this.count(`unanswered: ${why}`);
  }

  #release(ask: Ask): void {
    this.#keptBytes -= ask.bytes + ask.partBytes;
  }

  #forget(): void {
    for (const ask of this.#resting) this.parts.timers.clear(ask.timer);
    for (const lane of this.#lanes.values()) this.parts.timers.clear(lane.timer);
    this.#resting.clear();
    this.#sent.clear();
    this.#lanes.clear();
    while (this.#turns.shift() !== undefined);
    this.#numbers.clear();
    this.#keptBytes = 0;
  }
}

/** The body is copied: it lies in a message that holds other records as well, and may be kept for long. */
function framesOf(bytes: Uint8Array, form: BodyForm): readonly Uint8Array[] | undefined {
  const frames = fromNative(form === 'msgpack' ? copyOut(bytes, 0, bytes.length) : bytes, form);
  return typeof frames === 'string' ? undefined : frames;
}

/** A method may be new to a service that has workers: then, too, one that offers it may be about to come. */
function isAgain(reason: string): boolean {
  return isRetryReason(reason) || reason === 'unknown_method';
}

const WANTS_WORKER: ReadonlySet<string> = new Set(['unknown_service', 'unknown_method', 'no_worker']);
/** Between two tries: what is missing is usually a worker that starts, which takes longer. */
const PAUSE_MS = 50;
/**
 * Requests of one client for one service that the core has at a time: enough to keep as many workers at work. The rest
 * waits here, and is not refused for a queue that is long only because a client sent thousands at once.
 */
const LANE_IN_HAND_MAX = 128;
/** The same for all its services: seven that stand still hold up no eighth. The core takes 1,000 of a client. */
const IN_HAND_MAX = 960;
