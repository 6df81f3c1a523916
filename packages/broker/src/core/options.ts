import type { Limits, Random } from '@reeve/protocol';

/** What a broker core is made of. */
export interface BrokerCoreOptions {
  /** Stable name of the broker, shown to its peers and to people. */
  readonly name: string;
  readonly random: Random;
  /** Endpoints of other brokers, told to peers in WELCOME and GOAWAY. */
  readonly brokers?: readonly string[];
  /** Overrides of single limits; the rest are the defaults of `LIMITS`. */
  readonly limits?: Partial<Limits>;
}

/** What an application may ask of a broker. */
export type BrokerCommand = { readonly kind: 'drain' } | { readonly kind: 'stop' };

/** What a broker tells its driver and its operator. */
export type BrokerEvent =
  | { readonly kind: 'worker-ready'; readonly label: string; readonly services: readonly string[] }
  | { readonly kind: 'worker-left'; readonly label: string; readonly why: string; readonly calls: number }
  /** Silent on an open connection: it gets nothing new until it is heard again, and what it has stays with it. */
  | { readonly kind: 'worker-silent'; readonly label: string; readonly calls: number }
  | { readonly kind: 'worker-heard'; readonly label: string }
  /** Its calls fail and those of its siblings do not: it gets one at a time until one succeeds. */
  | { readonly kind: 'worker-held-back'; readonly label: string; readonly calls: number; readonly failures: number }
  | { readonly kind: 'worker-recovered'; readonly label: string }
  | { readonly kind: 'peer-refused'; readonly why: string }
  /** Everything is finished: the sockets may be closed. */
  | { readonly kind: 'drained'; readonly unfinished: number };
