import { ReeveError, VERDICTS, decodeValue } from '@reeve/protocol';
import type { AbortCause, Abortable, Dispatch } from './core/dispatch.ts';

/**
 * What a handler knows of its call. `E` maps the names of the errors that the method declares to their data.
 *
 * Also what a call from inside the handler passes on: `{ from: ctx }` inherits the remaining time, the cancellation,
 * the trace context and the priority.
 */
export class Context<E = never> implements Abortable {
  /** @internal What another thread is told of the call. */
  readonly facts: CallFacts;
  readonly #host: ContextHost;
  #controller: AbortController | undefined;
  #metadata: Readonly<Record<string, string>> | undefined;

  /** @internal */
  constructor(facts: CallFacts, host: ContextHost) {
    this.facts = facts;
    this.#host = host;
  }

  /**
   * Raised when nobody wants the result any more: the caller gave up, the deadline passed, or the worker is closing.
   * Its reason is a `ReeveError`. Made on first use, because it costs more than the rest of a call.
   */
  get signal(): AbortSignal {
    this.#host.lookForAbort?.();
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const why = this.facts.abortedBy;
      if (why !== undefined) this.#controller.abort(this.#reason(why));
    }
    return this.#controller.signal;
  }

  /** Milliseconds until the deadline of the call; 0 once it has passed. */
  get remainingMs(): number {
    return Math.max(0, this.facts.deadlineAt - this.#host.now());
  }

  /** How often the client has sent this call, this time included. 1 is the first. */
  get attempt(): number {
    return this.facts.attempt;
  }

  /** 0 (first) to 3 (last), as the caller said. */
  get priority(): number {
    return this.facts.priority;
  }

  /** The key of the call, if it has one. Calls with the same key share one result. */
  get key(): string | undefined {
    const bytes = this.facts.key;
    return bytes === undefined ? undefined : UTF8.decode(bytes);
  }

  /** What the caller sent along. Empty if it sent nothing. */
  get metadata(): Readonly<Record<string, string>> {
    this.#metadata ??= decodeMetadata(this.facts.metadata);
    return this.#metadata;
  }

  /** Names the call in logs, here and at the caller. */
  get callId(): string {
    return this.facts.callId;
  }

  /** Makes a declared error, to be thrown. Throws a `TypeError` if the method does not declare it. */
  error<N extends keyof E & string>(name: N, ...[data]: ErrorArgs<E, N>): ReeveError {
    return this.#host.declaredError(name, data);
  }

  /** Says that the handler is at work. Prolongs the lease of a method with `leaseMs`; else it does nothing. */
  heartbeat(): void {
    this.#host.extend(this.facts);
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

/** What a context says of its call, encoded as it came. */
export type CallFacts = Pick<
  Dispatch,
  'abortedBy' | 'deadlineAt' | 'attempt' | 'priority' | 'key' | 'metadata' | 'callId'
>;

/** What a context needs of the one that runs the handler. */
export interface ContextHost {
  /** Such as `orders.quote`. */
  readonly methodName: string;
  now(): number;
  extend(facts: CallFacts): void;
  declaredError(name: string, data: unknown): ReeveError;
  /** Where nothing is heard while a handler computes: looks whether its signal is to be raised. */
  lookForAbort?(): void;
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
