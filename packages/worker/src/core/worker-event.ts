import type {
  Channel,
  Code,
  DescribedOutcome,
  DescribedService,
  FailureDetail,
  OfferedMethod,
  PeerId,
  Random,
  Verdict,
} from '@reeve/protocol';
import type { SharedLimit } from './admission.ts';
import type { AbortCause, Dispatch } from './dispatch.ts';
import type { OfferLimits } from './offers.ts';

/** What a worker core is made of. */
export interface WorkerCoreArgs {
  /** 16 random bytes: the process's id for its whole life. */
  readonly instance: Uint8Array;
  readonly random: Random;
  readonly options: WorkerCoreOptions;
}

export interface WorkerCoreOptions {
  /** Where brokers listen, at the start; each of them is served. None if all are yet to be found. */
  readonly brokers: readonly string[];
  /** Whether the list may change, so that room for calls is kept for brokers to come. Default: no. */
  readonly brokersMayChange?: boolean | undefined;
  /** What this worker offers. The number of a method is its place here. */
  readonly methods: readonly OfferedMethod[];
  /** Which services it can describe. Default: none. */
  readonly described?: readonly DescribedService[];
  /** Handlers at work at once. */
  readonly concurrency: number;
  /** Calls fetched ahead, which hides the round trip to the broker. */
  readonly prefetch: number;
  /** For each method how many of it may run at once; `undefined` or absent: no limit of its own. */
  readonly methodLimits?: readonly (number | undefined)[];
  /** Limits on what several methods may run in sum. Default: none. */
  readonly sharedLimits?: readonly SharedLimit[];
  /** Overrides of limits on what is kept for the loss of a broker; the rest are the defaults of `LIMITS`. */
  readonly limits?: Partial<OfferLimits>;
  /** How this worker is called where workers are listed. */
  readonly label?: string | undefined;
}

/** What the application wants. The hot ones are also plain methods of the core. */
export type WorkerCommand =
  | { readonly kind: 'complete'; readonly dispatch: Dispatch; readonly body: Uint8Array }
  | { readonly kind: 'fail'; readonly dispatch: Dispatch; readonly failure: WorkerFailure }
  | { readonly kind: 'extend'; readonly dispatch: Dispatch }
  /** The answer to a question; one whose session is over is dropped. */
  | {
      readonly kind: 'described';
      readonly question: DescribeQuestion;
      readonly outcome: DescribedOutcome;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'open' }
  /** The brokers are these now. An endpoint stands in it once. */
  | { readonly kind: 'brokers'; readonly endpoints: readonly string[] }
  | { readonly kind: 'drain'; readonly drainMs: number }
  | { readonly kind: 'close' };

/** How a call failed here. */
export interface WorkerFailure {
  readonly verdict: Verdict;
  /** A declared error's own code; else that of the verdict. */
  readonly code?: Code | undefined;
  readonly detail: FailureDetail;
}

/** What the driver must do, or the application know. */
export type WorkerEvent =
  | { readonly kind: 'dial'; readonly peer: PeerId; readonly endpoint: string }
  | { readonly kind: 'hangUp'; readonly peer: PeerId }
  /** The handler is to be run. It is counted as at work from now until `complete` or `fail`. */
  | { readonly kind: 'start'; readonly dispatch: Dispatch }
  /** The signal of a handler at work is to be raised. */
  | { readonly kind: 'abort'; readonly dispatch: Dispatch; readonly why: AbortCause }
  /** A broker wants to know what a service is like. */
  | { readonly kind: 'describe'; readonly question: DescribeQuestion }
  /** Nobody reads the body of this reply any more: its broker has. */
  | { readonly kind: 'read'; readonly body: Uint8Array }
  | WorkerStatus;

/** A question of a broker, which `described` answers. */
export interface DescribeQuestion {
  readonly id: number;
  /** The number of a method of the service. */
  readonly method: number;
  /** Of the session in which it was asked. */
  readonly channel: Channel;
}

/** News of a worker's connections and of its end. */
export type WorkerStatus =
  /** A session is live and the worker's methods are listed there. */
  | { readonly kind: 'connected'; readonly endpoint: string; readonly broker: string }
  | { readonly kind: 'disconnected'; readonly endpoint: string; readonly why: string }
  /** The broker is shutting down: it sends nothing new. */
  | { readonly kind: 'leaving'; readonly endpoint: string }
  /** The broker is no longer listed, and what it had sent is done: the worker has left it. */
  | { readonly kind: 'removed'; readonly endpoint: string }
  /** A name in DNS leads to no broker, or cannot be looked up; what was known from it stands. Comes from the driver. */
  | { readonly kind: 'unresolved'; readonly endpoint: string; readonly why: string }
  /** No new calls; what runs is finished. */
  | { readonly kind: 'draining' }
  /** It is over. `drained` is false if handlers were still at work. */
  | { readonly kind: 'closed'; readonly drained: boolean };

/** What happened to calls since the start. */
export interface WorkerCounters {
  /** Calls that brokers handed over. */
  dispatches: number;
  /** Handlers that were started. */
  starts: number;
  replies: number;
  failures: number;
  /** Calls handed back unstarted. */
  rejects: number;
  /** Calls whose deadline had passed before a handler could start. */
  expired: number;
  /** Calls that were cancelled, waiting or at work. */
  cancels: number;
  /** Results of lost sessions that were offered to all brokers. */
  offers: number;
  /** Results of handlers whose session was over, and that were of no use to anybody. */
  dropped: number;
  /** Sessions that ended because the broker broke the protocol. */
  protocolErrors: number;
}
