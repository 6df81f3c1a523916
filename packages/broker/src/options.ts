import type { Limits, Logger } from '@reeve/protocol';

/** How a broker is started. Everything has a default. */
export interface BrokerOptions {
  /**
   * Where to listen: `tcp://host:port`, `ipc://path` or `memory://name`. A port of 0 lets the system choose.
   * Default: `tcp://127.0.0.1:5555`. Do not expose a broker port to an untrusted network.
   */
  readonly listen?: string | readonly string[];
  /** Stable name, shown to peers and people; at most 255 bytes. Default: its first endpoint. */
  readonly name?: string;
  /** Endpoints of other brokers, told to peers. Default: none. */
  readonly brokers?: readonly string[];
  /** Overrides of single limits. The defaults and their reasons are in `docs/protocol.md`. */
  readonly limits?: Partial<Limits>;
  /** Where to write what an operator should know. Default: nowhere. */
  readonly logger?: Logger;
}
