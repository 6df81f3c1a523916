/**
 * How a broker serves Majordomo peers. The same names hold for their clients and their workers, so that one entry says
 * all about a service.
 */
export interface MajordomoOptions {
  /** By the name that Majordomo peers use. A name that is not listed follows the defaults. */
  readonly services?: Readonly<Record<string, MajordomoService>>;
  /**
   * How long a request of a Majordomo client may take, in ms, from 1 to 86,400,000; MDP itself knows no
   * deadline. A client that closes its socket ends its requests at once. Default: 300,000, for clients that send
   * thousands and then wait.
   */
  readonly timeoutMs?: number;
  /**
   * How long a request waits for a worker of its service to appear, in ms; 0 = not at all. Default: 2,500, the time
   * after which the clients of the ZeroMQ guide send again by themselves.
   */
  readonly holdMs?: number;
  /**
   * How long a worker without a request may say nothing before it is given up, in ms, at least 1,000; 86,400,000 at
   * most. Three times the interval of your workers' heartbeats is usual. Default: 7,500, for one each 2.5 s.
   */
  readonly workerSilenceMs?: number;
}

/** How one service is served. Everything has a default. */
export interface MajordomoService {
  /** The service that native peers know it by. Default: the name up to its last dot. */
  readonly service?: string;
  /** Its method there. Default: the name after its last dot; `call` for a name without one. */
  readonly method?: string;
  /**
   * What its bodies are. `raw`: bytes; native peers see one frame as bytes and several as a list of bytes.
   * `msgpack`, `json`: one frame that holds one value, which native peers see. Default: `raw` where a Majordomo
   * worker serves it; where a native one does, MessagePack or JSON, whichever the request is in.
   */
  readonly body?: 'raw' | 'msgpack' | 'json';
  /**
   * Whether a request may be given to another Majordomo worker when the first one is lost: only for what does no harm
   * when it is done twice. Default: false.
   */
  readonly retrySafe?: boolean;
  /** As `timeoutMs` above, for this service. */
  readonly timeoutMs?: number;
}
