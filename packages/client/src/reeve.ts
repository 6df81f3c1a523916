import type { Random, ServiceDescriptor } from '@reeve/protocol';
import { LIMITS, ReeveError, VERDICTS } from '@reeve/protocol';
import type { Clock, Resolver, Transport } from '@reeve/protocol/io';
import { BrokerWatch, Deferred, Links, SessionDriver, StatusStream } from '@reeve/protocol/io';
import { ClientMethod } from './client-method.ts';
import type { ClientConfig } from './config.ts';
import type { Sighting } from './connect-error.ts';
import { connectError, sightingText } from './connect-error.ts';
import type { BrokerStatus, ClientCommand, ClientEvent, ClientStats, ClientStatus } from './core/index.ts';
import { ClientCore } from './core/index.ts';
import type { Caller, MethodCall } from './method-call.ts';
import { methodCall } from './method-call.ts';
import type { CallPort, PendingCall } from './pending-call.ts';

/** What the surroundings give a client. Tests give others than the real ones. */
export interface ClientSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  /** 16 random bytes. */
  readonly instance: Uint8Array;
  /** Throws if the endpoint cannot be used. */
  readonly transportFor: (endpoint: string) => Transport;
  readonly resolver: Resolver;
}

/**
 * A client of one or more brokers. `connect()` makes it; generated clients are made on it.
 *
 * While it is open it keeps the process alive; once closed, nothing does.
 */
export class Reeve implements Caller, AsyncDisposable {
  readonly #config: ClientConfig;
  readonly #clock: Clock;
  readonly #core: ClientCore;
  readonly #driver: SessionDriver<ClientCommand, ClientEvent>;
  readonly #links: Links;
  readonly #watch: BrokerWatch;
  readonly #port: CallPort;
  readonly #news = new StatusStream<ClientStatus>();
  readonly #methods = new WeakMap<ServiceDescriptor, Map<string, MethodCall<unknown, unknown>>>();
  readonly #connected = new Deferred();
  readonly #drained = new Deferred();
  readonly #closed = new Deferred();
  /** The driver stands still. */
  #isOver = false;

  /** @internal Throws if an endpoint cannot be used. */
  constructor(config: ClientConfig, { clock, random, instance, transportFor, resolver }: ClientSurroundings) {
    this.#config = config;
    this.#clock = clock;
    this.#core = new ClientCore({ random, instance, options: config.core });
    this.#links = new Links({ transportFor, logger: config.logger, dialOptions: { silenceMsMax: SILENCE_MS_MAX } });
    this.#driver = new SessionDriver<ClientCommand, ClientEvent>({
      session: this.#core,
      clock,
      send: (transmit) => this.#links.send(transmit),
      onEvent: (event) => this.#handleEvent(event),
      onCrash: (thrown) => this.#crash(thrown),
    });
    this.#watch = new BrokerWatch({
      sources: config.brokers,
      resolver,
      clock,
      random,
      logger: config.logger,
      onList: (endpoints) => this.#driver.command({ kind: 'brokers', endpoints }),
      onTrouble: ({ endpoint, trouble: why }) => this.#news.push({ kind: 'unresolved', endpoint, why }),
    });
    this.#port = this.#callPort();
    this.#open();
    this.#watch.start();
  }

  /** How it stands with each broker of the list, now. Those from DNS are in it once they are known. */
  get brokers(): readonly BrokerStatus[] {
    return this.#core.brokers;
  }

  method<I, O, E extends ReeveError = ReeveError>(service: ServiceDescriptor, name: string): MethodCall<I, O, E> {
    const known = this.#methods.get(service) ?? new Map<string, MethodCall<unknown, unknown>>();
    this.#methods.set(service, known);
    const call = known.get(name) ?? this.#makeMethod(service, name);
    known.set(name, call);
    return call as MethodCall<I, O, E>;
  }

  /**
   * Takes no new calls, waits for those outstanding until each has ended, at its deadline at the latest, and closes.
   */
  async drain(): Promise<void> {
    this.#driver.command({ kind: 'drain' });
    await Promise.race([this.#drained.promise, this.#closed.promise]);
    await this.close();
  }

  /** Fails what is outstanding, each call saying truthfully whether it may have been executed, and disconnects. */
  close(): Promise<void> {
    this.#driver.command({ kind: 'close' });
    return this.#closed.promise;
  }

  /** Resolves when the client is closed, whoever closed it. Rejects if it ended by a bug of Reeve's. */
  closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** News of the connections, from now on. Ends when the client is closed. */
  status(): AsyncIterableIterator<ClientStatus> {
    return this.#news.read();
  }

  /** What the client has done since it began, and what it has outstanding now. */
  stats(): ReeveStats {
    return { ...this.#core.stats, pending: this.#core.pendingCalls, unsentBytes: this.#core.unsentBytes };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal Resolves at the first session. Rejects after the time with what was seen at each endpoint. */
  async connected(timeoutMs: number): Promise<void> {
    const timer = this.#clock.setTimer(timeoutMs, () => {
      this.#connected.reject(connectError(this.#sightings(), timeoutMs));
    });
    try {
      await this.#connected.promise;
    } finally {
      this.#clock.clearTimer(timer);
    }
  }

  /** Dials by hand the first time: what is wrong with an endpoint must reach the caller of `connect`. */
  #open(): void {
    this.#core.handleCommand(this.#clock.now(), { kind: 'start' });
    try {
      for (let event = this.#core.pollEvent(); event !== undefined; event = this.#core.pollEvent()) {
        this.#handleEvent(event);
      }
    } catch (error) {
      void this.#links.close();
      throw error;
    }
    this.#driver.wake();
  }

  #makeMethod(service: ServiceDescriptor, name: string): MethodCall<unknown, unknown> {
    const descriptor = Object.hasOwn(service.methods, name) ? service.methods[name] : undefined;
    if (descriptor === undefined) {
      const names = Object.keys(service.methods).join(', ');
      throw new TypeError(`service "${service.name}" has no method "${name}"; it has: ${names}`);
    }
    const method = new ClientMethod(service, descriptor, (route) => this.#core.addRoute(route));
    return methodCall(this.#port, method, this.#config.interceptors);
  }

  #callPort(): CallPort {
    const [core, clock, driver] = [this.#core, this.#clock, this.#driver];
    const isOver = (): boolean => this.#isOver;
    return {
      get isOver() {
        return isOver();
      },
      impatience: this.#config.impatience,
      start(request) {
        const call = core.startCall(clock.now(), request);
        driver.wake();
        return call;
      },
      cancel(call) {
        core.cancel(call);
        driver.wake();
      },
      describeBrokers: () => {
        const seen = this.#sightings().map((sighting) => `${sighting.endpoint}: ${sightingText(sighting)}`);
        return ` (${seen.join('; ')})`;
      },
    };
  }

  #sightings(): Sighting[] {
    const places = this.#core.brokers.map(({ endpoint, trouble }) => ({
      endpoint,
      trouble,
      notice: this.#links.seen(endpoint),
    }));
    const names = this.#watch.troubles.map((name) => ({ ...name, notice: undefined, isName: true }));
    return [...places, ...names];
  }

  #handleEvent(event: ClientEvent): void {
    switch (event.kind) {
      case 'settled':
        (event.call.context as PendingCall).settle(event.call);
        break;
      case 'part':
        (event.call.context as PendingCall).part(event.body);
        break;
      case 'dial':
        this.#links.dial(event.peer, event.endpoint, this.#driver);
        break;
      case 'hangUp':
        this.#links.hangUp(event.peer);
        break;
      case 'drained':
        this.#drained.resolve();
        break;
      case 'closed':
        void this.#finish();
        break;
      default:
        this.#handleStatus(event);
    }
  }

  #handleStatus(status: ClientStatus): void {
    const { logger } = this.#config;
    const { endpoint } = status;
    this.#news.push(status);
    if (status.kind === 'connected') {
      this.#links.setLive(endpoint, true);
      this.#connected.resolve();
      logger.info(status, `connected to broker ${status.broker} at ${endpoint}`);
    } else if (status.kind === 'disconnected') {
      this.#links.setLive(endpoint, false);
      logger.warn(status, `the session at ${endpoint} is over: ${status.why}; connecting again`);
    } else if (status.kind === 'leaving') {
      logger.info(status, `the broker at ${endpoint} is shutting down`);
    } else if (status.kind === 'removed') {
      this.#links.forget(endpoint);
      logger.info(status, `left the broker at ${endpoint}, which is no longer listed`);
    }
    this.#watch.setLive(this.#links.hasLive);
  }

  async #finish(): Promise<void> {
    this.#isOver = true;
    await this.#driver.close();
    await this.#release();
    this.#closed.resolve();
  }

  async #release(): Promise<void> {
    this.#watch.close();
    this.#news.end();
    this.#connected.reject(ReeveError.of(VERDICTS.closedUnsent, 'the client was closed before it reached a broker'));
    await this.#links.close();
  }

  #crash(thrown: unknown): void {
    this.#isOver = true;
    const text = 'the client stopped because of a bug in Reeve; please report it';
    this.#config.logger.error({ err: thrown }, text);
    const error = ReeveError.of(VERDICTS.closedSent, text, { cause: thrown });
    for (const call of this.#core.outstandingCalls) (call.context as PendingCall).fail(error);
    void this.#release().then(() => this.#closed.reject(error));
  }
}

/**
 * In ms: when a broker may give us up, as we would the broker. For so long the program around a client may block its
 * loop, or stand still in a debugger.
 */
const SILENCE_MS_MAX = LIMITS.lostHeartbeats * LIMITS.clientHeartbeatMs;

/** Counters since the client began, and the present. */
export interface ReeveStats extends ClientStats {
  /** Calls that have not ended. */
  readonly pending: number;
  /** Bytes of calls that wait to be sent. */
  readonly unsentBytes: number;
}
