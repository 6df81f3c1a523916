import type { FailureDetail, Instant, OfferedMethod, PeerId, Ready, Transmit, Welcome } from '@reeve/protocol';
import {
  AnswerView,
  BYE,
  CANCEL,
  CREDIT,
  Channel,
  DEMAND,
  DESCRIPTION,
  DRAIN,
  EXTEND,
  EnvelopeReader,
  FAILURE,
  GOAWAY,
  HEARTBEAT,
  HELLO,
  LIMITS,
  OFFER,
  Outbox,
  READY,
  REJECT,
  REPLY,
  REFUSED,
  WELCOME,
  bytesEqual,
  decodeValue,
  encodeValue,
  readMap,
  readDescription,
  readNumber,
  readOffer,
  reasonFromNumber,
  seededRandom,
  splitBody,
  strayMessage,
  writeDescribe,
  writeDispatch,
  writeHeartbeat,
  writeMap,
  writeNumber,
} from '@reeve/protocol';
import type { Dispatch } from './dispatch.ts';
import { WorkerCore } from './worker-core.ts';
import type { WorkerCoreOptions, WorkerEvent } from './worker-event.ts';

/** One record that the worker sent. */
export type Heard =
  | { readonly is: 'ready'; readonly ready: Ready }
  | { readonly is: 'credit'; readonly granted: number }
  | { readonly is: 'reply'; readonly id: number; readonly body: unknown }
  | {
      readonly is: 'failure';
      readonly id: number;
      readonly reason: string | undefined;
      readonly executed: string;
      readonly code: string;
      readonly detail: FailureDetail;
    }
  | { readonly is: 'reject'; readonly id: number }
  | {
      readonly is: 'offer';
      readonly call: number;
      readonly method: number;
      /** `reply`, or the reason of the failure. */
      readonly what: string | undefined;
      readonly body: unknown;
    }
  | { readonly is: 'extend'; readonly id: number }
  | { readonly is: 'description'; readonly id: number; readonly outcome: string; readonly bytes: number }
  | { readonly is: 'drain' }
  | { readonly is: 'heartbeat' }
  | { readonly is: 'bye'; readonly why: string };

interface CallExtras {
  readonly method?: number;
  readonly remainingMs?: number;
  readonly key?: string;
  readonly metadata?: object;
}

/** A broker that does what the test says and notes what it hears. */
export class ScriptedBroker {
  readonly endpoint: string;
  readonly heard: Heard[] = [];
  /** Records in each envelope that came. */
  readonly envelopes: number[] = [];
  channel: Channel | undefined;
  peer: PeerId | undefined;
  /** Dispatches sent in the session. */
  sent = 0;
  granted = 0;
  /** Does not answer HELLO. */
  isSilent = false;
  /** Does not read what comes in a session. */
  isDeaf = false;
  windowBytes: number = LIMITS.windowBytes;
  bodyBytesMax: number = LIMITS.bodyBytesMax;
  readonly outbox: Outbox = new Outbox();
  readonly #missed: Transmit[] = [];
  readonly #reader = new EnvelopeReader();
  readonly #view = new AnswerView();
  #nextDispatch = 1;
  #nextSession = 1;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
  }

  /** Sends a call. Returns its dispatch id. */
  dispatch(more: CallExtras & { body?: unknown } = {}): number {
    return this.dispatchBytes(encodeValue(more.body ?? null), more);
  }

  dispatchBytes(body: Uint8Array, more: CallExtras = {}): number {
    const id = this.#nextDispatch++;
    const key = more.key === undefined ? undefined : new TextEncoder().encode(more.key);
    const metadata = more.metadata === undefined ? undefined : encodeValue(more.metadata);
    const { payload, tail } = splitBody(key, metadata, body);
    const lengths = { keyBytes: key?.length ?? 0, metadataBytes: metadata?.length ?? 0 };
    const head = { call: 1_000 + id, attempt: 1, priority: 1, remainingMs: more.remainingMs ?? 10_000 };
    this.sent += 1;
    writeDispatch(this.channel!, id, CLIENT, more.method ?? 0, { ...head, ...lengths, payload, tail });
    return id;
  }

  cancel(id: number): void {
    writeNumber(this.channel!, CANCEL, id);
  }

  describe(id: number, method: number): void {
    writeDescribe(this.channel!, { id, method });
  }

  demand(waiting: number): void {
    writeNumber(this.channel!, DEMAND, waiting);
  }

  goAway(): void {
    writeMap(this.channel!, GOAWAY, { brokers: [] });
  }

  bye(): void {
    writeMap(this.channel!, BYE, { why: 'closed' });
  }

  hearWhatWasMissed(now: Instant): void {
    for (const transmit of this.#missed.splice(0)) this.handle(now, transmit);
    writeHeartbeat(this.channel!);
  }

  handle(now: Instant, transmit: Transmit): void {
    if (this.isDeaf) {
      this.#missed.push(transmit);
      return;
    }
    const { peer, frames } = transmit;
    const reader = this.#reader;
    if (reader.reset(frames) !== undefined) throw new Error('the worker sent no sound envelope');
    if (reader.session === 0) return this.#greet(now, peer);
    if (this.channel?.session !== reader.session) return;
    if (this.channel.accept(now, reader) !== 'ok') throw new Error('the worker lost count');
    let count = 0;
    for (; reader.next(); count++) this.#note();
    this.envelopes.push(count);
    if (this.of('drain').length > 0) this.channel.acknowledgeSoon();
  }

  /** Refuses the live session, as a broker does that was started anew. */
  refuse(now: Instant): Transmit {
    const session = this.channel!.session;
    return strayMessage(now, this.peer!, REFUSED, { why: 'unknown_session', session, calls: [] });
  }

  of<K extends Heard['is']>(is: K): Extract<Heard, { readonly is: K }>[] {
    return this.heard.filter((heard): heard is Extract<Heard, { readonly is: K }> => heard.is === is);
  }

  #greet(now: Instant, peer: PeerId): void {
    this.#reader.next();
    const hello = readMap(this.#reader, HELLO);
    this.peer = peer;
    if (hello === undefined || this.isSilent) return;
    this.channel = new Channel(this.outbox, peer, this.#nextSession++, now);
    this.sent = 0;
    this.granted = 0;
    writeMap(this.channel, WELCOME, {
      ...WELCOME_REST,
      nonce: hello.nonce,
      bodyBytesMax: this.bodyBytesMax,
      windowBytes: this.windowBytes,
    });
  }

  #note(): void {
    const reader = this.#reader;
    const view = this.#view;
    if (reader.type === REPLY.type && view.readReply(reader)) {
      this.heard.push({ is: 'reply', id: view.id, body: decoded(view.body) });
    } else if (reader.type === FAILURE.type && view.readFailure(reader)) {
      const { id, executed, codeName: code } = view;
      const detail = decoded(view.body) as FailureDetail;
      this.heard.push({ is: 'failure', id, executed, code, detail, reason: reasonFromNumber(view.reason) });
    } else if (reader.type === CREDIT.type) {
      this.granted = readNumber(reader)!;
      this.heard.push({ is: 'credit', granted: this.granted });
    } else if (reader.type === READY.type) {
      this.heard.push({ is: 'ready', ready: readMap(reader, READY)! });
    } else if (reader.type === BYE.type) {
      this.heard.push({ is: 'bye', why: readMap(reader, BYE)!.why });
    } else {
      this.#noteSmall();
    }
  }

  #noteSmall(): void {
    const { type } = this.#reader;
    if (type === REJECT.type) this.heard.push({ is: 'reject', id: readNumber(this.#reader)! });
    else if (type === EXTEND.type) this.heard.push({ is: 'extend', id: readNumber(this.#reader)! });
    else if (type === OFFER.type) this.heard.push(offerOf(this.#reader));
    else if (type === DESCRIPTION.type) this.heard.push(descriptionOf(this.#reader));
    else if (type === DRAIN.type) this.heard.push({ is: 'drain' });
    else if (type === HEARTBEAT.type) this.heard.push({ is: 'heartbeat' });
    else throw new Error(`unexpected record ${type}`);
  }
}

/** A worker core with scripted brokers around it and a clock that stands still unless it is moved. */
export class Rig {
  now: Instant = 1_000;
  readonly core: WorkerCore;
  readonly brokers: readonly ScriptedBroker[];
  /** Handlers to be run, in order. */
  readonly started: Dispatch[] = [];
  readonly events: WorkerEvent[] = [];
  readonly #byPeer = new Map<PeerId, ScriptedBroker>();

  constructor(options: Partial<WorkerCoreOptions> & { brokerCount?: number } = {}) {
    this.brokers = Array.from({ length: options.brokerCount ?? 1 }, (_, i) => new ScriptedBroker(`memory://b${i}`));
    this.core = new WorkerCore({
      instance: new Uint8Array(16).fill(9),
      random: seededRandom(1),
      options: {
        brokers: this.brokers.map((broker) => broker.endpoint),
        methods: [offered('quote'), offered('place')],
        concurrency: 2,
        prefetch: 2,
        ...options,
      },
    });
  }

  get broker(): ScriptedBroker {
    return this.brokers[0]!;
  }

  open(): this {
    this.core.open(this.now);
    this.settle();
    return this;
  }

  /** Carries everything to and fro until nobody has anything to say. */
  settle(): void {
    for (let isBusy = true; isBusy;) {
      isBusy = this.#drainEvents();
      for (let t = this.core.pollTransmit(this.now); t !== undefined; t = this.core.pollTransmit(this.now)) {
        isBusy = true;
        this.#byPeer.get(t.peer)?.handle(this.now, t);
      }
      for (const broker of this.brokers) {
        for (let t = broker.outbox.poll(this.now); t !== undefined; t = broker.outbox.poll(this.now)) {
          isBusy = true;
          this.core.handleMessage(this.now, t.peer, t.frames);
        }
      }
    }
  }

  /** Moves the clock in small steps, firing timers on the way. */
  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now = Math.min(end, this.now + 4);
      this.core.handleTimeout(this.now);
      this.settle();
    }
  }

  /** The transport says that the connection ended. */
  cut(broker: ScriptedBroker): void {
    broker.channel?.close();
    broker.channel = undefined;
    this.core.handlePeer(this.now, broker.peer!, 'disconnected');
  }

  complete(dispatch: Dispatch, value: unknown = 'done'): void {
    this.core.complete(this.now, dispatch, encodeValue(value));
  }

  aborts(): [number, string][] {
    return this.events.flatMap((event) =>
      event.kind === 'abort' ? [[event.dispatch.id, event.why] as const] : [],
    ) as [number, string][];
  }

  status(): string[] {
    return this.events
      .map((event) => event.kind)
      .filter((kind) => !['dial', 'start', 'abort', 'hangUp'].includes(kind));
  }

  #drainEvents(): boolean {
    let any = false;
    for (let event = this.core.pollEvent(); event !== undefined; event = this.core.pollEvent()) {
      any = true;
      this.events.push(event);
      if (event.kind === 'start') this.started.push(event.dispatch);
      else if (event.kind === 'hangUp') this.#byPeer.delete(event.peer);
      else if (event.kind === 'dial') this.#dial(event.peer, event.endpoint);
    }
    return any;
  }

  #dial(peer: PeerId, endpoint: string): void {
    this.#byPeer.set(
      peer,
      this.brokers.find((broker) => broker.endpoint === endpoint)!,
    );
    this.core.handlePeer(this.now, peer, 'connected');
  }
}

export function offered(method: string, idempotent: boolean = true): OfferedMethod {
  const rest = { version: '1.0.0', fingerprint: 'f'.repeat(32), accepts: [], refuses: [], idempotent, key: [] };
  return { service: 'orders', method, ...rest };
}

function offerOf(reader: EnvelopeReader): Heard {
  const { instance, call, method, code, reason, body } = readOffer(reader)!;
  if (!bytesEqual(instance, CLIENT)) throw new Error('the worker offered the call of another client');
  return { is: 'offer', call, method, what: code === 0 ? 'reply' : reasonFromNumber(reason), body: decoded(body) };
}

function descriptionOf(reader: EnvelopeReader): Heard {
  const { id, outcome, body } = readDescription(reader)!;
  return { is: 'description', id, outcome, bytes: body.length };
}

function decoded(bytes: Uint8Array): unknown {
  const result = decodeValue(bytes);
  if (!result.ok) throw new Error(result.why);
  return result.value;
}

const CLIENT = Uint8Array.from({ length: 16 }, (_, i) => i);
const WELCOME_REST: Omit<Welcome, 'nonce' | 'bodyBytesMax' | 'windowBytes'> = {
  broker: 'scripted',
  epoch: 7,
  heartbeatMs: 1_000,
  callsMax: 4_096,
  brokers: [],
};
