import { ReeveError, VERDICTS, decodeValue } from '@reeve/protocol';
import type { AbortCause, Abortable, Dispatch } from './core/dispatch.ts';

/**
 * What a handler knows of its call. `E` maps the names of the errors that the method declares to their data.
 *
 * Also what a call from inside the handler passes on: `{ from: ctx }` inherits the remaining time, the cancellation,
 * the trace context and the priority.
 */
export class Context<E = never> implements Abortable {
  readonly #dispatch: Dispatch;
  readonly #host: ContextHost;
  #controller: AbortController | undefined;
  #metadata: Readonly<Record<string, string>> | undefined;

  /** @internal */
  constructor(dispatch: Dispatch, host: ContextHost) {
    this.#dispatch = dispatch;
    this.#host = host;
  }

  /**
   * Raised when nobody wants the result any more: the caller gave up, the deadline passed, or the worker is closing.
   * Its reason is a `ReeveError`. Made on first use, because it costs more than the rest of a call.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const why = this.#dispatch.abortedBy;
      if (why !== undefined) this.#controller.abort(this.#reason(why));
    }
    return this.#controller.signal;
  }

  /** Milliseconds until the deadline of the call; 0 once it has passed. */
  get remainingMs(): number {
    return Math.max(0, this.#dispatch.deadlineAt - this.#host.now());
  }

  /** How often the client has sent this call, this time included. 1 is the first. */
  get attempt(): number {
    return this.#dispatch.attempt;
  }

  /** 0 (first) to 3 (last), as the caller said. */
  get priority(): number {
    return this.#dispatch.priority;
  }

  /** The key of the call, if it has one. Calls with the same key share one result. */
  get key(): string | undefined {
    const bytes = this.#dispatch.key;
    return bytes === undefined ? undefined : UTF8.decode(bytes);
  }

  /** What the caller sent along. Empty if it sent nothing. */
  get metadata(): Readonly<Record<string, string>> {
    this.#metadata ??= decodeMetadata(this.#dispatch.metadata);
    return this.#metadata;
  }

  /** Names the call in logs, here and at the caller. */
  get callId(): string {
    return this.#dispatch.callId;
  }

  /** Makes a declared error, to be thrown. Throws a `TypeError` if the method does not declare it. */
  error<N extends keyof E & string>(name: N, ...[data]: ErrorArgs<E, N>): ReeveError {
    return this.#host.declaredError(name, data);
  }

  /** Tells the broker that the handler is at work. Prolongs the lease of a method with `leaseMs`; else it does nothing. */
  heartbeat(): void {
    this.#host.extend(this.#dispatch);
  }

  /** @internal */
  abort(why: AbortCause): void {
    this.#controller?.abort(this.#reason(why));
  }

  #reason(why: AbortCause): ReeveError {
    const { verdict, text } = ABORTS[why];
    return ReeveError.of(verdict, `${this.#host.methodName}: ${text}`);
  }
}

/** What a context needs of the one that runs the handler. */
export interface ContextHost {
  /** Such as `orders.quote`. */
  readonly methodName: string;
  now(): number;
  extend(dispatch: Dispatch): void;
  declaredError(name: string, data: unknown): ReeveError;
}

/** Data may be left out where the contract declares none. */
type ErrorArgs<E, N extends keyof E> = undefined extends E[N] ? [data?: E[N]] : [data: E[N]];

/** Metadata is a map of strings; whatever else a peer puts there is not passed on. */
function decodeMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  if (bytes.length === 0) return NO_METADATA;
  const decoded = decodeValue(bytes);
  if (!decoded.ok || typeof decoded.value !== 'object' || decoded.value === null) return NO_METADATA;
  const strings = Object.entries(decoded.value).filter(([, value]) => typeof value === 'string');
  return Object.freeze(Object.fromEntries(strings) as Record<string, string>);
}

const ABORTS = {
  canceled: { verdict: VERDICTS.canceledSent, text: 'the caller no longer wants the result' },
  deadline: { verdict: VERDICTS.noReply, text: 'the deadline of the call has passed' },
  closing: { verdict: VERDICTS.canceledSent, text: 'the worker is closing' },
} as const;

const UTF8 = new TextDecoder();
const NO_METADATA: Readonly<Record<string, string>> = Object.freeze({});
