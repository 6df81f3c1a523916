import type { Instant, Limits, Logger, PeerId, Random, Session, Transmit } from '@reeve/protocol';
import { LIMITS, silentLogger } from '@reeve/protocol';
import type { Clock, ListenOptions, Listener, SendResult, Transport } from '@reeve/protocol/io';
import { DEFAULT_ENDPOINT, SessionDriver, systemClock, systemRandom, transportFor } from '@reeve/protocol/io';
import { defaultName } from './broker-name.ts';
import type { BrokerCommand, BrokerEvent, Counters, ServiceStatus } from './core/index.ts';
import { BrokerCore } from './core/index.ts';
import type { MajordomoConfig } from './majordomo/index.ts';
import { MajordomoGateway, resolveConfig } from './majordomo/index.ts';
import type { BrokerOptions } from './options.ts';

/**
 * Starts a broker and resolves when it listens.
 *
 * Rejects with an `EndpointError` that says why an endpoint cannot be used, and with a `TypeError` that says which
 * option is wrong.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const broker = new Broker(options);
  try {
    await broker.listen();
  } catch (error) {
    await broker.close();
    throw error;
  }
  return broker;
}

/** What the surroundings give a broker. Tests give others than the real ones. */
export interface BrokerSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  /** Gives the transport of an endpoint. Throws an `EndpointError` if there is none. */
  readonly transportFor: (endpoint: string) => Transport;
}

/** A running broker. */
export class Broker {
  readonly #core: BrokerCore;
  readonly #driver: SessionDriver<BrokerCommand, BrokerEvent>;
  readonly #logger: Logger;
  readonly #listen: readonly string[];
  /** It was given a name, and need not be called after its endpoint. */
  readonly #isNamed: boolean;
  readonly #transportFor: BrokerSurroundings['transportFor'];
  readonly #listenOptions: ListenOptions;
  readonly #listeners: Listener[] = [];
  /** Place of the listener that a peer came in by. Filled only where there are several. */
  readonly #byPeer = new Map<PeerId, number>();
  readonly #ended: Promise<void>;
  #end!: () => void;

  /** @internal Use `startBroker`. */
  constructor(options: BrokerOptions, surroundings: BrokerSurroundings = realSurroundings()) {
    const { listen = DEFAULT_ENDPOINT, limits = {}, brokers = [], logger = silentLogger } = options;
    this.#listen = typeof listen === 'string' ? [listen] : listen;
    this.#logger = logger;
    this.#listenOptions = {
      bodyBytesMax: limits.bodyBytesMax ?? LIMITS.bodyBytesMax,
      transportHeartbeats: options.transportHeartbeats ?? true,
    };
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    const { clock, random } = surroundings;
    this.#transportFor = surroundings.transportFor;
    this.#isNamed = options.name !== undefined;
    const name = options.name ?? DEFAULT_ENDPOINT;
    const now = clock.now();
    const majordomo = options.majordomo === false ? false : resolveConfig(options.majordomo);
    this.#core = new BrokerCore(now, { name, random, brokers, limits });
    this.#driver = new SessionDriver({
      session: this.#session(now, majordomo, random, limits),
      clock,
      send: (transmit) => this.#send(transmit),
      onEvent: (event) => this.#handleEvent(event),
      onCrash: (thrown) => this.#handleCrash(thrown),
    });
  }

  /** Where it listens, with the ports that the system chose. */
  get endpoints(): string[] {
    return this.#listeners.map((l) => l.endpoint);
  }

  /** What it is called: the name that it was given, else where its first endpoint is reached. */
  get name(): string {
    return this.#core.name;
  }

  /** Resolves when the broker is over, by `drain`, `close` or a failure of its own. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** What has been counted since the start. */
  get counters(): Readonly<Counters> {
    return this.#core.counters;
  }

  /** All services that somebody offers, or did not long ago. */
  services(): ServiceStatus[] {
    return this.#core.services();
  }

  /** @internal */
  async listen(): Promise<void> {
    for (const [place, endpoint] of this.#listen.entries()) {
      const handler = {
        onMessage: (peer: PeerId, frames: readonly Uint8Array[]): void => {
          if (this.#listen.length > 1) this.#byPeer.set(peer, place);
          this.#driver.message(peer, frames);
        },
        onLost: (peer: PeerId): void => {
          this.#driver.peer(peer, 'disconnected');
          this.#byPeer.delete(peer);
        },
      };
      this.#listeners.push(await this.#transportFor(endpoint).listen(endpoint, handler, this.#listenOptions));
      if (!this.#isNamed && place === 0) this.#core.rename(defaultName(this.#listeners[0]!.endpoint));
    }
  }

  /**
   * Shuts down without losing a call: refuses what is new, hands back what waits, waits for what workers have (at
   * most `goawayMs`), says goodbye. Resolves when it is over.
   */
  async drain(): Promise<void> {
    this.#driver.command({ kind: 'drain' });
    await this.#ended;
  }

  /** Ends now. Peers are told; calls under way end for their callers as after a crash. */
  async close(): Promise<void> {
    this.#driver.command({ kind: 'stop' });
    if (this.#listeners.length > 0) await this.#ended;
    else await this.#driver.close();
  }

  /** What the driver runs: the core, behind what lets Majordomo peers join it. */
  #session(
    now: Instant,
    majordomo: MajordomoConfig | false,
    random: Random,
    { peerBacklogBytesMax = LIMITS.peerBacklogBytesMax, warmUpMs = LIMITS.warmUpMs }: Partial<Limits>,
  ): Session<BrokerCommand, BrokerEvent> {
    if (majordomo === false) return this.#core;
    const options = { config: majordomo, random, backlogBytesMax: peerBacklogBytesMax, warmUntil: now + warmUpMs };
    return new MajordomoGateway(this.#core, options);
  }

  #send(transmit: Transmit): Promise<SendResult> {
    const place = this.#listen.length === 1 ? 0 : this.#byPeer.get(transmit.peer);
    const listener = place === undefined ? undefined : this.#listeners[place];
    return listener?.send(transmit.peer, transmit.frames) ?? GONE;
  }

  #handleEvent(event: BrokerEvent): void {
    switch (event.kind) {
      case 'worker-ready':
        return this.#logger.info({ worker: event.label, services: event.services }, 'worker ready');
      case 'worker-left':
        return this.#logger.info({ worker: event.label, why: event.why, calls: event.calls }, 'worker left');
      case 'worker-silent': {
        const text = 'worker silent: its loop is blocked or it stands still; it gets nothing new until it is heard';
        return this.#logger.warn({ worker: event.label, calls: event.calls }, text);
      }
      case 'worker-heard':
        return this.#logger.info({ worker: event.label }, 'worker heard again');
      case 'worker-held-back': {
        const text = 'calls of this worker fail and those of others do not: it gets one at a time until one succeeds';
        return this.#logger.warn({ worker: event.label, calls: event.calls, failures: event.failures }, text);
      }
      case 'worker-recovered':
        return this.#logger.info({ worker: event.label }, 'worker trusted again');
      case 'peer-refused':
        return this.#logger.warn({ why: event.why }, 'a peer that does not speak this protocol was ignored');
      case 'drained':
        return void this.#finish();
    }
  }

  #handleCrash(thrown: unknown): void {
    this.#logger.error({ err: thrown }, 'the broker stopped because of a bug in Reeve');
    void this.#finish();
  }

  async #finish(): Promise<void> {
    await this.#driver.close();
    // What the sockets still hold for peers that read may leave; a peer that does not must not keep us.
    await Promise.all(this.#listeners.map((l) => l.close(LINGER_MS)));
    this.#end();
  }
}

function realSurroundings(): BrokerSurroundings {
  return { clock: systemClock, random: systemRandom(), transportFor };
}

const GONE: Promise<SendResult> = Promise.resolve('gone');
/** The last message of a session is small and its peer is reading: half a second is ample. */
const LINGER_MS = 500;
