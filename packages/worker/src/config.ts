import type { Logger } from '@reeve/protocol';
import { LIMITS, silentLogger } from '@reeve/protocol';
import type { BrokerSource, Environment } from '@reeve/protocol/io';
import { brokerList, brokerSources, integerOption } from '@reeve/protocol/io';
import type { ServiceBinding } from './bind-service.ts';
import type { BoundMethod } from './bound-method.ts';
import type { Interceptor } from './interceptor.ts';
import type { ThreadPool } from './threads/thread-pool.ts';

/** How to serve. Only `services` must be given. */
export interface ServeOptions {
  /** What the generated `serve…` functions give. A service can be listed once. */
  readonly services: readonly ServiceBinding[];
  /**
   * Where brokers listen, such as `tcp://10.0.0.1:5555`. `dns://broker.example:5555` stands for a broker at each
   * address of the host, `dns+srv://_reeve._tcp.example` for one at each of the SRV records; both are looked up again
   * while the worker runs. The worker serves all brokers at once. Default: the environment's REEVE_BROKERS, separated
   * by commas, else `tcp://127.0.0.1:5555`.
   */
  readonly brokers?: readonly string[] | undefined;
  /**
   * How many handlers may be at work at once, 1 to 100,000. Default: 64, right for handlers that wait for I/O; or, if
   * all services are served in threads, as many as there are threads.
   */
  readonly concurrency?: number | undefined;
  /**
   * How many calls to fetch ahead, 0 to 100,000. It hides the round trip to the broker; with 0 a free handler waits for
   * one. Default: as large as `concurrency`, at least 16 unless all services are served in threads: long computations
   * had better wait where the next free worker finds them.
   */
  readonly prefetch?: number | undefined;
  /**
   * Whether SIGTERM and SIGINT drain the worker, and a second one ends the process at once. The handlers are removed
   * when the worker is closed. Default: false.
   */
  readonly signals?: boolean | undefined;
  /** How long `drain()` lets handlers finish, in ms, 0 to one day. Default: 30,000. */
  readonly drainMs?: number | undefined;
  /** Takes what an operator should know. Shaped like pino's. Default: silence. */
  readonly logger?: Logger | undefined;
  /** Wrap every handler; the first one is the outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** How this worker is called where workers are listed; at most 255 characters. Default: nothing. */
  readonly label?: string | undefined;
}

/** Methods whose handlers run in threads: their numbers. */
export interface PooledMethods {
  readonly pool: ThreadPool;
  readonly methods: readonly number[];
}

/** Options with everything filled in. */
export interface WorkerConfig {
  readonly brokers: readonly BrokerSource[];
  readonly services: readonly ServiceBinding[];
  readonly methods: readonly BoundMethod[];
  /** Pools of threads that handlers run in, and the numbers of their methods. */
  readonly threads: readonly PooledMethods[];
  readonly concurrency: number;
  readonly prefetch: number;
  readonly signals: boolean;
  readonly drainMs: number;
  readonly logger: Logger;
  readonly interceptors: readonly Interceptor[];
  readonly label: string | undefined;
}

/** Fills in the defaults. Throws a `TypeError` with one line that says what is wrong and what would be right. */
export function resolveConfig(options: ServeOptions, environment: Environment = process.env): WorkerConfig {
  const methods = resolveMethods(options.services);
  const threads = resolveThreads(options.services, methods);
  const isAllInThreads = methods.every((_, number) => threads.some((one) => one.methods.includes(number)));
  const byDefault = isAllInThreads ? threads.reduce((sum, { pool }) => sum + pool.threads, 0) : LIMITS.concurrency;
  const concurrency = integerOption('concurrency', options.concurrency ?? byDefault, 1, CALLS_MAX);
  const ahead = isAllInThreads ? concurrency : Math.max(concurrency, LIMITS.prefetchMin);
  const prefetch = integerOption('prefetch', options.prefetch ?? ahead, 0, CALLS_MAX);
  const { label } = options;
  if (label !== undefined && label.length > LIMITS.nameBytesMax) {
    throw new TypeError(`label has ${label.length} characters, at most ${LIMITS.nameBytesMax} are shown`);
  }
  return {
    brokers: brokerSources(brokerList(options.brokers, environment)),
    services: options.services,
    methods,
    threads,
    concurrency,
    prefetch,
    signals: options.signals ?? false,
    drainMs: integerOption('drainMs', options.drainMs ?? LIMITS.drainMs, 0, LIMITS.callTimeoutMaxMs),
    logger: options.logger ?? silentLogger,
    interceptors: options.interceptors ?? [],
    label,
  };
}

function resolveMethods(services: readonly ServiceBinding[]): readonly BoundMethod[] {
  if (services.length === 0) throw new TypeError('no service is given: pass what a generated serve… function returns');
  const names = services.map(({ descriptor }) => descriptor.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`service "${twice}" is listed twice: a worker serves a service once`);
  const methods = services.flatMap((service) => service.methods);
  if (methods.length > LIMITS.methodsMax) {
    throw new TypeError(
      `${methods.length} methods, at most ${LIMITS.methodsMax} in one worker: serve some from another`,
    );
  }
  return methods;
}

function resolveThreads(services: readonly ServiceBinding[], all: readonly BoundMethod[]): PooledMethods[] {
  return services.flatMap(({ threads: pool, methods }) =>
    pool === undefined ? [] : [{ pool, methods: methods.map((method) => all.indexOf(method)) }],
  );
}

/** A process that holds more calls than this has other worries first. */
const CALLS_MAX = 100_000;
