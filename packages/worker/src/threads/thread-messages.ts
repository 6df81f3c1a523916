import type { MessagePort } from 'node:worker_threads';
import type { Code } from '@reeve/protocol';
import type { AbortCause } from '../core/dispatch.ts';

/** What a thread is made with. */
export interface ThreadSetup {
  readonly service: string;
  /** Path of the module with the handlers. */
  readonly path: string;
  /** For each method the errors that it declares, with their codes. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, Code>>>>;
}

/** A call, as it is handed to a thread. */
export interface ThreadTask {
  readonly method: string;
  readonly input: unknown;
  /** What the context says of the call. */
  readonly facts: CarriedFacts;
  /** Leads to the main thread while the call runs: signals come this way, reports go back. */
  readonly port: MessagePort;
}

export interface CarriedFacts {
  /** The clocks of threads begin at different times, so the deadline is not carried as an instant. */
  readonly remainingMs: number;
  /** When that was so, by `process.hrtime`, which all threads share: a call may wait for its thread to start. */
  readonly at: bigint;
  readonly attempt: number;
  readonly priority: number;
  readonly key: Uint8Array | undefined;
  readonly metadata: Uint8Array;
  readonly callId: string;
}

/** What the main thread says while a call runs: its signal is to be raised. */
export type ThreadNotice = AbortCause;

/** What a thread says while it runs a call. */
export type ThreadReport =
  /** The handler is about to be called: from now on it may have done something. */
  { readonly kind: 'started' } | { readonly kind: 'heartbeat' } | ThreadOutcome;

export type ThreadOutcome =
  | { readonly kind: 'returned'; readonly output: unknown }
  | { readonly kind: 'declared'; readonly name: string; readonly data: unknown }
  /** Only words: an error may hold what cannot be carried. `text` is all of it, for the log. */
  | { readonly kind: 'threw'; readonly name: string; readonly message: string; readonly text: string };
