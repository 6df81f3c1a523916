import type { ReeveError } from '@reeve/protocol';
import { VERDICTS, bodyMemory } from '@reeve/protocol';
import { callKey } from './call-key.ts';
import type { CallOptions, CallSettings, Impatience } from './call-options.ts';
import type { ClientMethod } from './client-method.ts';
import type { Call, CallRequest } from './core/index.ts';

/** What a call needs of the client that makes it. */
export interface CallPort {
  /** Whether the client is closed: nothing is started any more. */
  readonly isOver: boolean;
  /** What it does about idempotent calls that take long. */
  readonly impatience: Impatience;
  start(request: CallRequest): Call;
  cancel(call: Call): void;
  /** What is seen at the brokers, for the message of a call that found none. */
  describeBrokers(): string;
}

/** Makes a call. Rejects with a `ReeveError`. */
export function makeCall(port: CallPort, method: ClientMethod, input: unknown, options: CallOptions): Promise<unknown> {
  const promise = new Promise<unknown>(capture);
  const [resolve, reject] = [captured.resolve, captured.reject];
  try {
    const settings = method.settingsOf(options, port.impatience);
    const body = method.encode(input);
    const key = callKey(method.descriptor.key, input, options.key);
    new PendingCall(port, method, resolve, reject).begin(body, key, settings);
  } catch (error) {
    reject(error);
  }
  return promise;
}

/** Takes a promise's functions at its making: one for all calls, where each would need a closure of its own. */
function capture(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  captured.resolve = resolve;
  captured.reject = reject;
}

const captured = { resolve: (_value: unknown): void => undefined, reject: (_error: unknown): void => undefined };

/** A call whose caller waits: listens to its signals, and turns the outcome into a value or an error. */
export class PendingCall {
  readonly #port: CallPort;
  readonly #method: ClientMethod;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #call: Call | undefined;
  #signal: AbortSignal | undefined;
  #fromSignal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;
  #onPart: ((part: unknown) => void) | undefined;

  constructor(
    port: CallPort,
    method: ClientMethod,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#port = port;
    this.#method = method;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Starts the call, unless a signal is raised already or the client is closed: then nothing is sent. */
  begin(body: Uint8Array, key: Uint8Array | undefined, settings: CallSettings): void {
    const { metadata, priority, timeoutMs, hedgeAfterMs, attemptTimeoutMs, signal, fromSignal } = settings;
    if (signal?.aborted === true || fromSignal?.aborted === true) {
      const aborted = signal?.aborted === true ? signal : fromSignal;
      this.#reject(this.#method.canceledError(aborted?.reason));
      return;
    }
    if (this.#port.isOver) {
      this.#reject(this.#method.closedError());
      return;
    }
    this.#onPart = settings.onPart;
    this.#call = this.#port.start({
      route: this.#method.route,
      body,
      key,
      metadata,
      priority,
      timeoutMs,
      hedgeAfterMs,
      attemptTimeoutMs,
      context: this,
    });
    if (signal !== undefined) this.#listen(signal, fromSignal);
  }

  /** Called once, when the call is over. */
  settle(call: Call): void {
    const reason: unknown = this.#unlisten();
    const outcome = call.outcome!;
    if (outcome.ok) {
      // The broker that answered has read the body, and no other was sent it.
      if (call.tail !== undefined && call.sends === 1) bodyMemory.giveBack(call.tail);
      try {
        this.#resolve(this.#method.decode(outcome.bytes, outcome.start, outcome.end));
      } catch (error) {
        this.#reject(error);
      }
      return;
    }
    const { failure } = outcome;
    const cause = failure.reason === VERDICTS.canceledSent.reason ? reason : undefined;
    const hint = failure.reason === VERDICTS.noBroker.reason ? this.#port.describeBrokers() : '';
    this.#reject(this.#method.error(call, failure, { cause, hint }));
  }

  /** Called for each part of the reply that comes before it. */
  part(body: Uint8Array): void {
    if (this.#onPart === undefined) return;
    try {
      this.#onPart(this.#method.decode(body));
    } catch (error) {
      // The first to settle the promise wins: the cancellation is not what the caller sees.
      this.#reject(error);
      this.#port.cancel(this.#call!);
    }
  }

  /** Called instead, when the client itself broke down. */
  fail(error: ReeveError): void {
    this.#unlisten();
    this.#reject(error);
  }

  #listen(signal: AbortSignal, fromSignal: AbortSignal | undefined): void {
    this.#onAbort = () => this.#port.cancel(this.#call!);
    this.#signal = signal;
    this.#fromSignal = fromSignal;
    signal.addEventListener('abort', this.#onAbort);
    fromSignal?.addEventListener('abort', this.#onAbort);
  }

  /** Stops listening. Returns why the call was aborted, if it was. */
  #unlisten(): unknown {
    if (this.#onAbort === undefined) return undefined;
    this.#signal!.removeEventListener('abort', this.#onAbort);
    this.#fromSignal?.removeEventListener('abort', this.#onAbort);
    return this.#signal!.aborted ? this.#signal!.reason : this.#fromSignal?.reason;
  }
}
