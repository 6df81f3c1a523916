import type { MethodDescriptor } from '@reeve/protocol';
import { LIMITS, ReeveError, VERDICTS, encodeValue } from '@reeve/protocol';
import { PRIORITIES } from './core/index.ts';

/** What one call may say for itself. */
export interface CallOptions {
  /** Time until the call fails, in ms, 1 to one day. Default: what the contract says, else 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the call. The error's `cause` is the signal's reason. If it is raised already, nothing is sent. */
  readonly signal?: AbortSignal | undefined;
  /** Sent along for the handler and for traces; at most 8 KiB in all. Default: nothing. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** 0 is served first, 3 last, among the calls of this client. Default: 1. */
  readonly priority?: 0 | 1 | 2 | 3 | undefined;
  /** Calls with the same key share one result. Default: what the contract says. At most 1,024 bytes. */
  readonly key?: string | undefined;
  /**
   * How long to wait for an answer before the broker is asked to start the call on a second worker too, in ms, 1 to one
   * day; the first answer counts. Idempotent methods only. Default: what the client says, else never.
   */
  readonly hedgeAfterMs?: number | undefined;
  /**
   * How long to wait for an answer before the attempt is cancelled and the call sent again, to another broker if there
   * is one, in ms, 1 to one day. Idempotent methods only. Default: what the client says, else never.
   */
  readonly attemptTimeoutMs?: number | undefined;
  /**
   * Takes the parts of a reply as they come, ahead of the reply itself: workers of Majordomo (MDP/0.2) may send some.
   * Each is decoded as the output would be, and not checked. What it throws ends the call. Default: parts are dropped.
   */
  readonly onPart?: ((part: unknown) => void) | undefined;
  /**
   * The call in whose handler this one is made. Its remaining time, cancellation, trace context and priority are
   * inherited; what the other options say comes first, but no call outlives the one that it is made for.
   */
  readonly from?: CallContext | undefined;
}

/** What a handler's `ctx` passes on to the calls that it makes. */
export interface CallContext {
  readonly remainingMs: number;
  readonly signal: AbortSignal;
  readonly metadata: Readonly<Record<string, string>>;
  readonly priority?: number;
}

/** What a call has that says nothing for itself. */
export const NO_OPTIONS: CallOptions = {};

/** Options with everything filled in. */
export interface CallSettings {
  readonly timeoutMs: number;
  readonly priority: number;
  readonly hedgeAfterMs: number | undefined;
  readonly attemptTimeoutMs: number | undefined;
  /** Encoded. */
  readonly metadata: Uint8Array | undefined;
  readonly onPart: ((part: unknown) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** The signal of the call that this one is made for, if it is another one. */
  readonly fromSignal: AbortSignal | undefined;
}

/** What a client does about idempotent calls that take long. */
export type Impatience = Pick<CallOptions, 'hedgeAfterMs' | 'attemptTimeoutMs'>;

/** Fills in the defaults. Throws a `ReeveError` that names the option that is wrong. */
export function resolveCallOptions(
  method: MethodDescriptor,
  options: CallOptions,
  defaults: Impatience = {},
): CallSettings {
  const { from } = options;
  const signal = options.signal ?? from?.signal;
  return {
    timeoutMs: resolveTimeoutMs(method, options),
    hedgeAfterMs: resolveWait(method, 'hedgeAfterMs', options, defaults),
    attemptTimeoutMs: resolveWait(method, 'attemptTimeoutMs', options, defaults),
    priority: resolvePriority(options.priority ?? from?.priority ?? PRIORITY),
    metadata: encodeMetadata(options.metadata, from),
    onPart: options.onPart,
    signal,
    fromSignal: from === undefined || from.signal === signal ? undefined : from.signal,
  };
}

/** An option that is wrong: the call is not sent. */
export function badOption(what: string): ReeveError {
  return ReeveError.of(VERDICTS.invalidInput, what);
}

function resolveTimeoutMs(method: MethodDescriptor, { timeoutMs: own, from }: CallOptions): number {
  const timeoutMs = own ?? method.timeoutMs;
  if (!(timeoutMs >= 1 && timeoutMs <= LIMITS.callTimeoutMaxMs)) {
    throw badOption(`timeoutMs is ${String(timeoutMs)}, but must be from 1 to ${LIMITS.callTimeoutMaxMs}`);
  }
  if (from === undefined || timeoutMs <= from.remainingMs) return timeoutMs;
  if (from.remainingMs < 1) {
    throw ReeveError.of(VERDICTS.expiredInQueue, 'the call that this one is made for has no time left');
  }
  return from.remainingMs;
}

/** Only what may be started twice is asked for twice. */
function resolveWait(
  { name, idempotent }: MethodDescriptor,
  option: keyof Impatience,
  options: CallOptions,
  defaults: Impatience,
): number | undefined {
  const own = options[option];
  if (own === undefined) return idempotent ? defaults[option] : undefined;
  if (!idempotent) throw badOption(`${option} needs an idempotent method, and ${name} is started at most once`);
  if (own >= 1 && own <= LIMITS.callTimeoutMaxMs) return own;
  throw badOption(`${option} is ${String(own)}, but must be from 1 to ${LIMITS.callTimeoutMaxMs}`);
}

function resolvePriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 0 && priority < PRIORITIES) return priority;
  throw badOption(`priority is ${String(priority)}, but must be 0, 1, 2 or 3`);
}

function encodeMetadata(
  own: Readonly<Record<string, string>> | undefined,
  from: CallContext | undefined,
): Uint8Array | undefined {
  const metadata = from === undefined ? own : { ...traceOf(from.metadata), ...own };
  if (metadata === undefined) return undefined;
  let isEmpty = true;
  for (const [name, value] of Object.entries<unknown>(metadata)) {
    if (typeof value !== 'string') throw badOption(`metadata "${name}" is a ${typeof value}, but must be a string`);
    isEmpty = false;
  }
  if (isEmpty) return undefined;
  const bytes = encodeValue(metadata);
  if (bytes.length <= LIMITS.metadataBytesMax) return bytes;
  throw badOption(
    `the metadata has ${bytes.length} bytes, at most ${LIMITS.metadataBytesMax} are sent; send the rest in the input`,
  );
}

function traceOf(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const trace: Record<string, string> = {};
  for (const name of TRACE_NAMES) {
    const value = metadata[name];
    if (value !== undefined) trace[name] = value;
  }
  return trace;
}

/** The W3C's names for the trace context. The rest of a call's metadata is its own. */
const TRACE_NAMES = ['traceparent', 'tracestate'];
/** Leaves room above for what is urgent. */
const PRIORITY = 1;
