import type { Logger } from '@reeve/protocol';
import { LIMITS, silentLogger } from '@reeve/protocol';
import type { Environment } from '@reeve/protocol/io';
import { brokerList, integerOption } from '@reeve/protocol/io';
import type { Impatience } from './call-options.ts';
import type { ClientCoreOptions, Policy } from './core/index.ts';
import { CLIENT_DEFAULTS } from './core/index.ts';
import type { Interceptor } from './interceptor.ts';

/** How to connect. Nothing must be given. */
export interface ConnectOptions {
  /**
   * Where brokers listen, in order of preference, such as `tcp://10.0.0.1:5555`. Default: the environment's
   * REEVE_BROKERS, separated by commas, else `tcp://127.0.0.1:5555`.
   */
  readonly brokers?: readonly string[] | undefined;
  /**
   * `failover`: all calls go to one broker, the first of the list that is there; back to an earlier one only when that
   * has been up for `failbackMs`. `round-robin`: calls take turns. Default: `failover`.
   */
  readonly policy?: Policy | undefined;
  /** How long `connect()` waits for the first broker, in ms, 1 to one day. Default: 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** With `false`, `connect()` returns at once, and calls wait for a broker until their deadline. Default: true. */
  readonly wait?: boolean | undefined;
  /** Wrap every call; the first one is the outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Takes what an operator should know. Shaped like pino's. Default: silence. */
  readonly logger?: Logger | undefined;
  /**
   * How often a call that may have been started is sent, 1 to 100; at-most-once calls are started once anyway.
   * Default: 5.
   */
  readonly attempts?: number | undefined;
  /**
   * How long an at-most-once call waits for proof, or for its result, after its broker was lost, in ms, 0 to one day.
   * Workers offer results for 2,000 ms: to wait longer than that helps little. Default: 2,000.
   */
  readonly recoverMs?: number | undefined;
  /** How long an earlier broker must be up before calls go back to it, in ms, 0 to one day. Default: 30,000. */
  readonly failbackMs?: number | undefined;
  /** `hedgeAfterMs` of calls of idempotent methods that set none, in ms, 1 to one day. Default: none. */
  readonly hedgeAfterMs?: number | undefined;
  /** `attemptTimeoutMs` of calls of idempotent methods that set none, in ms, 1 to one day. Default: none. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Calls outstanding at once, 1 to 1,000,000; what is beyond fails at once. Default: 100,000. */
  readonly pendingCallsMax?: number | undefined;
  /** Bytes of calls that wait to be sent, from 1; what is beyond fails at once. Default: 64 MiB. */
  readonly unsentBytesMax?: number | undefined;
}

/** Options with everything filled in. */
export interface ClientConfig {
  readonly core: ClientCoreOptions;
  readonly connectTimeoutMs: number;
  readonly wait: boolean;
  readonly impatience: Impatience;
  readonly interceptors: readonly Interceptor[];
  readonly logger: Logger;
}

/** Fills in the defaults. Throws a `TypeError` with one line that says what is wrong and what would be right. */
export function resolveConfig(options: ConnectOptions, environment: Environment = process.env): ClientConfig {
  const dayMs = LIMITS.callTimeoutMaxMs;
  return {
    core: {
      ...CLIENT_DEFAULTS,
      brokers: brokerList(options.brokers, environment),
      policy: resolvePolicy(options.policy ?? CLIENT_DEFAULTS.policy),
      attempts: integerOption('attempts', options.attempts ?? CLIENT_DEFAULTS.attempts, 1, ATTEMPTS_MAX),
      recoverMs: integerOption('recoverMs', options.recoverMs ?? CLIENT_DEFAULTS.recoverMs, 0, dayMs),
      failbackMs: integerOption('failbackMs', options.failbackMs ?? CLIENT_DEFAULTS.failbackMs, 0, dayMs),
      pendingCallsMax: integerOption(
        'pendingCallsMax',
        options.pendingCallsMax ?? CLIENT_DEFAULTS.pendingCallsMax,
        1,
        PENDING_CALLS_MAX,
      ),
      unsentBytesMax: integerOption(
        'unsentBytesMax',
        options.unsentBytesMax ?? CLIENT_DEFAULTS.unsentBytesMax,
        1,
        Number.MAX_SAFE_INTEGER,
      ),
    },
    connectTimeoutMs: integerOption('connectTimeoutMs', options.connectTimeoutMs ?? LIMITS.connectTimeoutMs, 1, dayMs),
    wait: options.wait ?? true,
    impatience: resolveImpatience(options),
    interceptors: options.interceptors ?? [],
    logger: options.logger ?? silentLogger,
  };
}

function resolveImpatience({ hedgeAfterMs, attemptTimeoutMs }: ConnectOptions): Impatience {
  const resolve = (name: keyof Impatience, ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : integerOption(name, ms, 1, LIMITS.callTimeoutMaxMs);
  return {
    hedgeAfterMs: resolve('hedgeAfterMs', hedgeAfterMs),
    attemptTimeoutMs: resolve('attemptTimeoutMs', attemptTimeoutMs),
  };
}

function resolvePolicy(policy: string): Policy {
  if (policy === 'failover' || policy === 'round-robin') return policy;
  throw new TypeError(`policy is "${policy}", but must be "failover" or "round-robin"`);
}

/** One byte on the wire counts them, and more than a few never helped a call. */
const ATTEMPTS_MAX = 100;
/** What the numbering of calls has room for. */
const PENDING_CALLS_MAX = 1_000_000;
