import type { Limits, Logger } from '@reeve/protocol';
import type { MajordomoOptions } from './majordomo/index.ts';

/** How a broker is started. Everything has a default. */
export interface BrokerOptions {
  /**
   * Where to listen: `tcp://host:port`, `ipc://path` or `memory://name`. A port of 0 lets the system choose.
   * Default: `tcp://127.0.0.1:5555`. Do not expose a broker port to an untrusted network.
   */
  readonly listen?: string | readonly string[];
  /** Stable name, shown to peers and people; at most 255 bytes. Keys are shared out by it: no two brokers may have
   * the same. Default: its first endpoint; the host's name stands in it for an address that means all of them. */
  readonly name?: string;
  /** Endpoints of other brokers, told to peers. Default: none. */
  readonly brokers?: readonly string[];
  /** Overrides of single limits. The defaults and their reasons are in `docs/protocol.md`. */
  readonly limits?: Partial<Limits>;
  /**
   * How Majordomo peers are served: clients and workers that speak MDP/0.1 or MDP/0.2 may use the same endpoints.
   * `false`: not at all. Default: as described at each option.
   */
  readonly majordomo?: MajordomoOptions | false;
  /**
   * Whether peers on `tcp` and `ipc` are pinged by ZeroMQ itself (ZMTP PING), and given up if they are silent for some
   * seconds then. Peers of ZMTP 3.0 are pinged only if they do so themselves, for others need not know PING. Switch it
   * off for one that says it speaks ZMTP 3.1, answers no PING, and so loses its connection whenever it says nothing for
   * a while; TCP's own probes then take the place of the pings. Default: true.
   */
  readonly transportHeartbeats?: boolean;
  /** Where to write what an operator should know. Default: nowhere. */
  readonly logger?: Logger;
}
