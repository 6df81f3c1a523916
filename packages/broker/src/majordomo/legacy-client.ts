import type { EnvelopeReader, Instant, PeerId, Timed } from '@reeve/protocol';
import {
  AnswerView,
  DECLARE,
  FAILURE,
  Fifo,
  LIMITS,
  PARTIAL,
  REPLY,
  TimerNode,
  copyOut,
  isRetryReason,
  reasonFromNumber,
  splitBody,
  writeMap,
  writeRequest,
} from '@reeve/protocol';
import { ANY_CONTRACT } from '../core/index.ts';
import type { BodyForm, NativeBody } from './bodies.ts';
import { fromNative, toNative } from './bodies.ts';
import type { ClientRequest, Dialect } from './dialect.ts';
import { clientAnswer } from './dialect.ts';
import type { LegacyParts } from './legacy-peer.ts';
import { LegacyPeer } from './legacy-peer.ts';
import { UNTYPED } from './legacy-worker.ts';
import type { NativeName } from './names.ts';

/** Where a request leads, and what its bodies are. */
export interface LegacyRoute {
  readonly name: NativeName;
  /** `undefined`: MessagePack or JSON, whichever the request is in. */
  readonly form: BodyForm | undefined;
  readonly timeoutMs: number;
  /** How long to wait for a worker to appear. */
  readonly holdMs: number;
}

/**
 * A client that speaks Majordomo.
 *
 * MDP has no failures: a request that fails gets no answer, and is counted by its reason. So what was not started and
 * may go better a little later is sent again here, as a native client does by itself: until its time is over, or
 * `holdMs` if there is no worker. What is more than the core takes from one client waits here, up to a limit.
 */
export class LegacyClient extends LegacyPeer {
  protected readonly role = 'client';
  readonly #routeOf: (service: Uint8Array) => LegacyRoute | undefined;
  readonly #answer = new AnswerView();
  /** Numbers of the routes declared in this session. */
  readonly #numbers = new Map<string, number>();
  /** What the core has, by call number. */
  readonly #sent = new Map<number, Ask>();
  readonly #waiting = new Fifo<Ask>();
  /** Those that rest before they are sent again. */
  readonly #resting = new Set<Ask>();
  #keptBytes = 0;
  #calls = 0;

  constructor(
    id: PeerId,
    dialect: Dialect,
    parts: LegacyParts,
    routeOf: (service: Uint8Array) => LegacyRoute | undefined,
  ) {
    super(id, dialect, parts);
    this.#routeOf = routeOf;
  }

  /** Takes a request. */
  handle(now: Instant, { service, body }: ClientRequest): void {
    const route = this.#routeOf(service);
    if (route === undefined) return this.count('requests without a readable service dropped');
    const native = toNative(body, route.form);
    if (typeof native === 'string') return this.count('requests with another body than the service has dropped');
    this.count('requests of clients');
    if (this.#keptBytes + native.bytes.length > this.parts.backlogBytesMax) return this.count('unanswered: queue_full');
    if (this.uplink === undefined) this.beginSession(now);
    this.#keptBytes += native.bytes.length + ASK_BYTES;
    this.#waiting.push(
      new Ask(copyOut(service, 0, service.length), route, native, now, (at, ask) => this.#sendAgain(at, ask)),
    );
    this.#pump(now);
  }

  override leave(now: Instant): void {
    for (const ask of this.#resting) this.parts.timers.clear(ask.timer);
    super.leave(now);
    this.#forget();
  }

  protected handleWelcome(now: Instant): void {
    this.#pump(now);
  }

  protected handleRecord(now: Instant, reader: EnvelopeReader): void {
    const answer = this.#answer;
    if (reader.type === REPLY.type && answer.readReply(reader)) {
      const ask = this.#take(answer.id);
      if (ask !== undefined) this.#reply(ask, answer.body);
    } else if (reader.type === FAILURE.type && answer.readFailure(reader)) {
      const ask = this.#take(answer.id);
      if (ask !== undefined) this.#fail(now, ask, answer);
    } else if (reader.type === PARTIAL.type && answer.readPartial(reader)) {
      const ask = this.#sent.get(answer.id);
      if (ask !== undefined) this.#pass(ask, answer.body);
    }
    this.#pump(now);
  }

  protected lose(now: Instant, why: string): void {
    this.dropSession(now);
    // It sends again by itself, as clients of MDP do, and gets a new session.
    for (let i = this.#sent.size + this.#waiting.size; i > 0; i--) this.count(`unanswered: ${why}`);
    this.#forget();
  }

  #pump(now: Instant): void {
    const channel = this.uplink?.channel;
    const welcome = this.uplink?.welcome;
    if (channel === undefined || welcome === undefined) return;
    while (this.#sent.size < IN_HAND_MAX && !channel.isBlocked) {
      const ask = this.#waiting.shift();
      if (ask === undefined) return;
      if (now >= ask.deadlineAt) this.#give(ask, 'expired_in_queue');
      else if (ask.body.bytes.length > welcome.bodyBytesMax) this.#give(ask, 'request_too_large');
      else this.#send(now, ask);
    }
  }

  #send(now: Instant, ask: Ask): void {
    const channel = this.uplink!.channel!;
    const route = this.#number(ask.route.name);
    if (route === undefined) return this.#give(ask, 'too many services');
    this.#calls += 1;
    ask.attempt += 1;
    this.#sent.set(this.#calls, ask);
    writeRequest(channel, route, {
      call: this.#calls,
      attempt: ask.attempt,
      priority: 1,
      remainingMs: ask.deadlineAt - now,
      keyBytes: 0,
      metadataBytes: 0,
      ...splitBody(undefined, undefined, ask.body.bytes),
    });
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
    const frames = this.#frames(ask, bytes);
    if (frames === undefined) return this.#give(ask, 'a reply in another form');
    this.#release(ask);
    // 0.1 cannot tell parts from the end: they come first, in one message with it.
    const body = ask.parts === undefined ? frames : [...ask.parts, ...frames];
    this.#answerWith('final', ask, body);
  }

  #pass(ask: Ask, bytes: Uint8Array): void {
    const frames = this.#frames(ask, bytes);
    if (frames === undefined) return;
    ask.isPartlyAnswered = true;
    if (this.dialect !== 'mdp01') return this.#answerWith('partial', ask, frames);
    ask.partBytes += bytes.length;
    if (ask.partBytes <= this.parts.backlogBytesMax) (ask.parts ??= []).push(...frames);
  }

  #answerWith(command: 'partial' | 'final', ask: Ask, body: readonly Uint8Array[]): void {
    if (!this.send(clientAnswer(this.dialect, command, ask.service, body))) this.count('answers dropped: not read');
    else if (command === 'final') this.count('replies');
  }

  /** The body is copied: it lies in a message that holds other records as well, and may be kept for long. */
  #frames(ask: Ask, bytes: Uint8Array): readonly Uint8Array[] | undefined {
    const own = ask.body.form === 'msgpack' ? copyOut(bytes, 0, bytes.length) : bytes;
    const frames = fromNative(own, ask.body.form);
    return typeof frames === 'string' ? undefined : frames;
  }

  #fail(now: Instant, ask: Ask, { reason, executed, retryAfterMs }: AnswerView): void {
    const name = reasonFromNumber(reason) ?? 'unknown';
    const againAt = now + Math.max(retryAfterMs, PAUSE_MS);
    const until = WANTS_WORKER.has(name) ? Math.min(ask.holdUntil, ask.deadlineAt) : ask.deadlineAt;
    const mayTryAgain = executed === 'no' && !ask.isPartlyAnswered && name !== 'draining';
    if (!mayTryAgain || !isAgain(name) || againAt >= until) return this.#give(ask, name);
    this.#resting.add(ask);
    this.parts.timers.set(ask.timer, againAt);
  }

  #sendAgain(now: Instant, ask: Ask): void {
    this.#resting.delete(ask);
    this.#waiting.push(ask);
    this.#pump(now);
  }

  #take(call: number): Ask | undefined {
    const ask = this.#sent.get(call);
    this.#sent.delete(call);
    return ask;
  }

  /** Gives a request up. Its client gets nothing: MDP has no failures. */
  #give(ask: Ask, why: string): void {
    this.#release(ask);
    this.count(`unanswered: ${why}`);
  }

  #release(ask: Ask): void {
    this.#keptBytes -= ask.body.bytes.length + ASK_BYTES;
  }

  #forget(): void {
    for (const ask of this.#resting) this.parts.timers.clear(ask.timer);
    this.#resting.clear();
    this.#sent.clear();
    while (this.#waiting.shift() !== undefined);
    this.#numbers.clear();
    this.#keptBytes = 0;
  }
}

/** A request of a Majordomo client. */
class Ask {
  readonly service: Uint8Array;
  readonly route: LegacyRoute;
  readonly body: NativeBody;
  readonly deadlineAt: Instant;
  readonly holdUntil: Instant;
  readonly timer: TimerNode<Timed>;
  attempt = 0;
  /** Some of the answer has been passed on: to start anew would repeat it. */
  isPartlyAnswered = false;
  parts: Uint8Array[] | undefined;
  partBytes = 0;

  constructor(
    service: Uint8Array,
    route: LegacyRoute,
    body: NativeBody,
    now: Instant,
    again: (now: Instant, ask: Ask) => void,
  ) {
    this.service = service;
    this.route = route;
    this.body = body;
    this.deadlineAt = now + route.timeoutMs;
    this.holdUntil = now + route.holdMs;
    this.timer = new TimerNode<Timed>({ onTimer: (at) => again(at, this) });
  }
}

/** A method may be new to a service that has workers: then, too, one that offers it may be about to come. */
function isAgain(reason: string): boolean {
  return isRetryReason(reason) || reason === 'unknown_method';
}

const WANTS_WORKER: ReadonlySet<string> = new Set(['unknown_service', 'unknown_method', 'no_worker']);
/** Between two tries: what is missing is usually a worker that starts, which takes longer. */
const PAUSE_MS = 50;
/**
 * Requests of one client that the core has at a time: enough to keep as many workers at work. The rest waits here, and
 * is not refused for a queue that is long only because a client sent thousands at once.
 */
const IN_HAND_MAX = 256;
/** What a request costs beyond its body, roughly. */
const ASK_BYTES = 256;
