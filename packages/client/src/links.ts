import type { Logger, PeerId, Transmit } from '@reeve/protocol';
import { LIMITS } from '@reeve/protocol';
import type { Link, LinkNotice, SendResult, Transport } from '@reeve/protocol/io';

/** What comes in over the links. */
export interface LinkSink {
  message(peer: PeerId, frames: readonly Uint8Array[]): void;
  peer(peer: PeerId, change: 'connected' | 'disconnected'): void;
}

/** The open links of a client, and what was seen at their ends. */
export class Links {
  readonly #transports: ReadonlyMap<string, Transport>;
  readonly #logger: Logger;
  readonly #open = new Map<PeerId, { readonly endpoint: string; readonly link: Link }>();
  readonly #closing = new Set<Promise<void>>();
  readonly #seen = new Map<string, LinkNotice>();
  /** Endpoints that a session is live at: a goodbye may be on its way there. */
  readonly #live = new Set<string>();

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
        this.#note(endpoint, notice);
        if (notice === 'connected') sink.peer(peer, 'connected');
      },
    });
    this.#open.set(peer, { endpoint, link });
  }

  send({ peer, frames }: Transmit): Promise<SendResult> {
    return this.#open.get(peer)?.link.send(frames) ?? GONE;
  }

  hangUp(peer: PeerId): void {
    const open = this.#open.get(peer);
    if (open === undefined) return;
    this.#open.delete(peer);
    const closed = open.link.close(this.#live.has(open.endpoint) ? LIMITS.farewellMs : 0).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'a link could not be closed');
    });
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
  }

  setLive(endpoint: string, isLive: boolean): void {
    if (isLive) this.#live.add(endpoint);
    else this.#live.delete(endpoint);
  }

  /** What was seen at an endpoint last. */
  seen(endpoint: string): LinkNotice | undefined {
    return this.#seen.get(endpoint);
  }

  async close(): Promise<void> {
    for (const peer of [...this.#open.keys()]) this.hangUp(peer);
    await Promise.all(this.#closing);
  }

  #note(endpoint: string, notice: LinkNotice): void {
    if (this.#seen.get(endpoint) === notice) return;
    this.#seen.set(endpoint, notice);
    this.#logger.debug({ endpoint, notice }, `${endpoint}: ${notice}`);
  }
}

const GONE: Promise<SendResult> = Promise.resolve('gone');
