import { LIMITS, ReeveError, VERDICTS, bodyMemory } from '@reeve/protocol';
import type { Random } from '@reeve/protocol';
import type { Clock, LinkNotice, Resolver, Transport } from '@reeve/protocol/io';
import { BrokerWatch, Deferred, Links, SessionDriver, StatusStream, listedEndpoints } from '@reeve/protocol/io';
import type { WorkerConfig } from './config.ts';
import { WorkerCore } from './core/worker-core.ts';
import type {
  DescribeQuestion,
  WorkerCommand,
  WorkerCoreOptions,
  WorkerCounters,
  WorkerEvent,
  WorkerStatus,
} from './core/worker-event.ts';
import { Describer, describedServices } from './describer.ts';
import type { AnswerDesk } from './handler-runner.ts';
import { HandlerRunner } from './handler-runner.ts';
import { LoopWatch } from './loop-watch.ts';
import { handleSignals } from './signals.ts';

/** What the surroundings give a worker. Tests give others than the real ones. */
export interface WorkerSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  /** 16 random bytes. */
  readonly instance: Uint8Array;
  /** Throws if the endpoint cannot be used. */
  readonly transportFor: (endpoint: string) => Transport;
  readonly resolver: Resolver;
}

/** A running worker. `serve` makes it. */
export class Worker implements AsyncDisposable {
  readonly #config: WorkerConfig;
  readonly #clock: Clock;
  readonly #core: WorkerCore;
  readonly #driver: SessionDriver<WorkerCommand, WorkerEvent>;
  readonly #links: Links;
  readonly #runner: HandlerRunner;
  readonly #describer: Describer;
  readonly #news = new StatusStream<WorkerStatus>();
  readonly #brokers: BrokerWatch;
  readonly #watch: LoopWatch;
  readonly #removeSignals: () => void;
  readonly #ready = new Deferred();
  readonly #closed = new Deferred();

  /** @internal Throws if an endpoint cannot be used. */
  constructor(config: WorkerConfig, surroundings: WorkerSurroundings) {
    const { clock, random, instance, transportFor } = surroundings;
    this.#config = config;
    this.#clock = clock;
    const { methods, logger, interceptors, services } = config;
    this.#describer = new Describer(services, logger);
    this.#core = new WorkerCore({ instance, random, options: coreOptions(config) });
    this.#links = new Links({
      transportFor,
      logger,
      // A handler may block the loop for as long as it likes.
      dialOptions: { lifeline: true },
      onNotice: (endpoint, notice) => this.#tell(endpoint, notice),
    });
    this.#driver = new SessionDriver<WorkerCommand, WorkerEvent>({
      session: this.#core,
      clock,
      send: (transmit) => this.#links.send(transmit),
      onEvent: (event) => this.#handleEvent(event),
      onCrash: (thrown) => this.#crash(thrown),
    });
    this.#runner = new HandlerRunner({ methods, desk: this.#desk(), logger, interceptors });
    this.#brokers = this.#watchBrokers(surroundings);
    this.#open();
    this.#brokers.start();
    for (const { pool } of config.threads) pool.hold(logger);
    this.#watch = new LoopWatch({ clock, logger, lastMethod: () => this.#runner.lastMethod?.fullName });
    this.#removeSignals = config.signals ? handleSignals(this) : () => undefined;
  }

  /**
   * Resolves when the worker's methods are listed at a broker for the first time. Rejects if the worker is closed
   * before that.
   */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when the worker is closed, whoever closed it. Rejects if it ended by a bug of Reeve's. */
  closed(): Promise<void> {
    return this.#closed.promise;
  }

  /**
   * Takes no new calls, hands back what has not started, lets handlers finish for at most `drainMs`, and closes.
   * Handlers that are at work after that get their signal, and their callers are told that the outcome is unknown.
   */
  drain(): Promise<void> {
    this.#driver.command({ kind: 'drain', drainMs: this.#config.drainMs });
    return this.closed();
  }

  /** Closes at once: hands back what has not started, and raises the signals of handlers that are at work. */
  close(): Promise<void> {
    this.#driver.command({ kind: 'close' });
    return this.closed();
  }

  /** News of the connections, from now on. Ends when the worker is closed. */
  status(): AsyncIterableIterator<WorkerStatus> {
    return this.#news.read();
  }

  /** What the worker has done since it began, and what it does now. */
  stats(): WorkerStats {
    const brokers = this.#core.links.map(({ uplink, share }) => {
      const { endpoint, state, trouble } = uplink;
      return { endpoint, isConnected: state === 'live', trouble, credit: share.outstanding, held: share.held };
    });
    return { ...this.#core.counters, running: this.#core.running, waiting: this.#core.waiting, brokers };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Dials by hand the first time: what is wrong with an endpoint must reach the caller of `serve`. */
  #open(): void {
    this.#core.open(this.#clock.now());
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

  #watchBrokers({ resolver, clock, random }: WorkerSurroundings): BrokerWatch {
    return new BrokerWatch({
      sources: this.#config.brokers,
      resolver,
      clock,
      random,
      logger: this.#config.logger,
      keepMs: LIMITS.lookupKeepMs,
      onList: (endpoints) => this.#driver.command({ kind: 'brokers', endpoints }),
      onTrouble: ({ endpoint, trouble: why }) => this.#news.push({ kind: 'unresolved', endpoint, why }),
    });
  }

  #desk(): AnswerDesk {
    const [core, clock, driver] = [this.#core, this.#clock, this.#driver];
    return {
      now: () => clock.now(),
      complete(dispatch, body) {
        core.complete(clock.now(), dispatch, body);
        driver.advance();
      },
      fail(dispatch, failure) {
        core.fail(clock.now(), dispatch, failure);
        driver.advance();
      },
      extend(dispatch) {
        core.extend(clock.now(), dispatch);
        driver.wake();
      },
    };
  }

  #handleEvent(event: WorkerEvent): void {
    switch (event.kind) {
      case 'start':
        return this.#runner.start(event.dispatch);
      case 'abort':
        return event.dispatch.attached?.abort(event.why);
      case 'describe':
        return void this.#describe(event.question);
      case 'read':
        return bodyMemory.giveBack(event.body);
      case 'dial':
        return this.#links.dial(event.peer, event.endpoint, this.#driver);
      case 'hangUp':
        return this.#links.hangUp(event.peer);
      default:
        return this.#handleStatus(event);
    }
  }

  async #describe(question: DescribeQuestion): Promise<void> {
    const { outcome, body } = await this.#describer.describe(this.#config.methods[question.method]?.service);
    this.#driver.command({ kind: 'described', question, outcome, body });
  }

  #handleStatus(status: WorkerStatus): void {
    const { logger } = this.#config;
    this.#news.push(status);
    if (status.kind === 'connected') {
      this.#links.setLive(status.endpoint, true);
      this.#ready.resolve();
      logger.info(status, `serving at ${status.endpoint}`);
    } else if (status.kind === 'disconnected') {
      this.#links.setLive(status.endpoint, false);
      logger.warn(status, `the session at ${status.endpoint} is over: ${status.why}; connecting again`);
    } else if (status.kind === 'leaving') {
      logger.info(status, `the broker at ${status.endpoint} is shutting down`);
    } else if (status.kind === 'removed') {
      this.#links.forget(status.endpoint);
      logger.info(status, `left the broker at ${status.endpoint}, which is no longer listed`);
    } else if (status.kind === 'draining') {
      logger.info({ running: this.#core.running }, `draining: ${this.#core.running} handlers at work`);
    } else if (status.kind === 'closed') {
      void this.#finish(status.drained);
    }
    this.#brokers.setLive(this.#links.hasLive);
  }

  #tell(endpoint: string, notice: LinkNotice): void {
    if (notice === 'connected') return;
    const { logger } = this.#config;
    logger.warn({ endpoint, notice }, `no broker at ${endpoint}: ${NOTICES[notice]}; trying again until there is one`);
  }

  async #finish(drained: boolean): Promise<void> {
    const { logger } = this.#config;
    if (!drained) logger.warn({ running: this.#core.running }, 'closed while handlers were at work');
    await this.#driver.close();
    await this.#release();
    this.#closed.resolve();
  }

  async #release(): Promise<void> {
    this.#brokers.close();
    this.#watch.stop();
    this.#removeSignals();
    this.#news.end();
    this.#ready.reject(ReeveError.of(VERDICTS.noBroker, 'the worker was closed before it reached a broker'));
    await Promise.all(this.#config.threads.map(({ pool }) => pool.release()));
    await this.#links.close();
  }

  #crash(thrown: unknown): void {
    this.#config.logger.error({ err: thrown }, 'the worker stopped because of a bug in Reeve; please report it');
    void this.#release().then(() => this.#closed.reject(thrown));
  }
}

function coreOptions({
  brokers,
  services,
  concurrency,
  prefetch,
  label,
  methods,
  threads,
}: WorkerConfig): WorkerCoreOptions {
  const endpoints = listedEndpoints(brokers);
  return {
    brokers: endpoints,
    brokersMayChange: endpoints.length < brokers.length,
    concurrency,
    prefetch,
    label,
    methods: methods.map((method) => method.offer),
    described: describedServices(services),
    methodLimits: methods.map((method) => method.limit),
    sharedLimits: threads.map(({ pool, methods: numbers }) => ({ methods: numbers, limit: pool.threads })),
  };
}

/** Counts since the start, and the present. */
export interface WorkerStats extends Readonly<WorkerCounters> {
  /** Handlers at work. */
  readonly running: number;
  /** Calls that wait for a handler. */
  readonly waiting: number;
  readonly brokers: readonly BrokerStats[];
}

export interface BrokerStats {
  readonly endpoint: string;
  readonly isConnected: boolean;
  /** What is wrong there, for people. */
  readonly trouble: string | undefined;
  /** Calls that the broker may still send. */
  readonly credit: number;
  /** Calls from there that are at work or waiting. */
  readonly held: number;
}

const NOTICES: Readonly<Record<Exclude<LinkNotice, 'connected'>, string>> = {
  refused: 'nothing listens there',
  'handshake-failed': 'what listens there does not speak ZeroMQ',
  unresolved: 'the host is not known',
};
