import type { Logger, PeerId, Transmit } from '@reeve/protocol';
import { LIMITS } from '@reeve/protocol';
import type { Link, LinkNotice, SendResult, Transport } from '@reeve/protocol/io';

/** What comes in over the links. */
export interface LinkSink {
  message(peer: PeerId, frames: readonly Uint8Array[]): void;
  peer(peer: PeerId, change: 'connected' | 'disconnected'): void;
}

/** The open links of a worker, and what its log says about them. */
export class Links {
  readonly #transports: ReadonlyMap<string, Transport>;
  readonly #logger: Logger;
  readonly #open = new Map<PeerId, Link>();
  readonly #closing = new Set<Promise<void>>();
  /** Endpoints whose trouble was told and has not ended since. */
  readonly #told = new Set<string>();

  constructor(transports: ReadonlyMap<string, Transport>, logger: Logger) {
    this.#transports = transports;
    this.#logger = logger;
  }

  /** Throws if the endpoint cannot be used. */
  dial(peer: PeerId, endpoint: string, sink: LinkSink): void {
    const link = this.#transports.get(endpoint)!.dial(endpoint, {
      onMessage: (frames) => sink.message(peer, frames),
      onLost: () => sink.peer(peer, 'disconnected'),
      onNotice: (notice) => {
        if (notice === 'connected') sink.peer(peer, 'connected');
        else this.#tell(endpoint, notice);
      },
    });
    this.#open.set(peer, link);
  }

  send({ peer, frames }: Transmit): Promise<SendResult> {
    return this.#open.get(peer)?.send(frames) ?? GONE;
  }

  hangUp(peer: PeerId): void {
    const link = this.#open.get(peer);
    if (link === undefined) return;
    this.#open.delete(peer);
    // The goodbye and the last answers may still be on their way out.
    const closed = link.close(LIMITS.farewellMs).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'a link could not be closed');
    });
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
  }

  /** A session is live there: what was wrong before is over. */
  markWell(endpoint: string): void {
    this.#told.delete(endpoint);
  }

  async close(): Promise<void> {
    for (const peer of this.#open.keys()) this.hangUp(peer);
    await Promise.all(this.#closing);
  }

  /** Says once what is wrong: the transport tries again several times a second. */
  #tell(endpoint: string, notice: Exclude<LinkNotice, 'connected'>): void {
    if (this.#told.has(endpoint)) return;
    this.#told.add(endpoint);
    this.#logger.warn(
      { endpoint, notice },
      `no broker at ${endpoint}: ${NOTICES[notice]}; trying again until there is one`,
    );
  }
}

const NOTICES: Readonly<Record<Exclude<LinkNotice, 'connected'>, string>> = {
  refused: 'nothing listens there',
  'handshake-failed': 'what listens there does not speak ZeroMQ',
  unresolved: 'the host is not known',
};
const GONE: Promise<SendResult> = Promise.resolve('gone');
