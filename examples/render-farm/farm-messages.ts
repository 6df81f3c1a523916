import type { ClientStatus } from '@reeve/client';

/** What a process of the farm tells the demo, over the channel between them. */
export type FarmMessage = BrokerMessage | WorkerMessage | ClientMessage;

/** What the demo tells a process. */
export type DemoMessage = Noted | Begin;

export type BrokerMessage = Ready | Failed;

export type WorkerMessage =
  | Ready
  | Failed
  /** A handler has begun. It waits for `Noted` before it renders. */
  | { readonly kind: 'started'; readonly job: number }
  | { readonly kind: 'finished'; readonly job: number };

export type ClientMessage =
  | Ready
  | Failed
  | { readonly kind: 'status'; readonly status: ClientStatus }
  | ({ readonly kind: 'rendered' } & Rendered)
  /** The call of a document ended without an answer. */
  | { readonly kind: 'lost'; readonly job: number; readonly why: string }
  /** Every call has ended and every page is written. */
  | { readonly kind: 'done'; readonly index: string };

/** One document's answer, as the client got it. */
export interface Rendered {
  readonly job: number;
  readonly hash: string;
  readonly worker: string;
  readonly attempt: number;
}

/** The demo's word to a worker: the start is written down, go on. */
export interface Noted {
  readonly kind: 'noted';
}

/** The demo's word to the client. */
export interface Begin {
  readonly kind: 'begin';
  /** `pairKey` of what is to be rendered. */
  readonly pairKeys: readonly string[];
  /** How many documents in all: the pairs are repeated. */
  readonly count: number;
}

interface Ready {
  readonly kind: 'ready';
}

interface Failed {
  readonly kind: 'failed';
  readonly why: string;
}
