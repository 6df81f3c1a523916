import { LIMITS } from '../limits.ts';
import type { Logger } from '../logger.ts';
import type { PeerChange, PeerId, Transmit } from '../session.ts';
import { SETTLED } from './settled.ts';
import type { DialOptions, Link, LinkHandler, LinkNotice, SendResult, Transport } from './transport.ts';

/** What comes in over the links. A `SessionDriver` is one. */
export interface LinkSink {
  message(peer: PeerId, frames: readonly Uint8Array[]): void;
  peer(peer: PeerId, change: PeerChange): void;
}

export interface LinksOptions {
  /** Throws if the endpoint cannot be used. */
  readonly transportFor: (endpoint: string) => Transport;
  readonly logger: Logger;
  readonly dialOptions?: DialOptions;
  /** Takes what is seen at an endpoint, when it is something else than the last time. */
  readonly onNotice?: (endpoint: string, notice: LinkNotice) => void;
}

/** The open links of a client or worker, and what was seen at their ends. */
export class Links {
  readonly #options: LinksOptions;
  readonly #open = new Map<PeerId, { readonly endpoint: string; readonly link: Link }>();
  readonly #closing = new Set<Promise<void>>();
  readonly #seen = new Map<string, LinkNotice>();
  /** Endpoints that a session is live at: a goodbye may be on its way there. */
  readonly #live = new Set<string>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** Throws if the endpoint cannot be used. */
  dial(peer: PeerId, endpoint: string, sink: LinkSink): void {
    const { transportFor, dialOptions } = this.#options;
    const handler: LinkHandler = {
      onMessage: (frames) => sink.message(peer, frames),
      onLost: () => sink.peer(peer, 'disconnected'),
      onNotice: (notice) => {
        this.#note(endpoint, notice);
        if (notice === 'connected') sink.peer(peer, 'connected');
      },
    };
    const link = transportFor(endpoint).dial(endpoint, handler, dialOptions);
    this.#open.set(peer, { endpoint, link });
  }

  send({ peer, frames }: Transmit): Promise<SendResult> {
    return this.#open.get(peer)?.link.send(frames) ?? SETTLED.gone;
  }

  hangUp(peer: PeerId): void {
    const open = this.#open.get(peer);
    if (open === undefined) return;
    this.#open.delete(peer);
    const lingerMs = this.#live.has(open.endpoint) ? LIMITS.farewellMs : 0;
    const closed = open.link.close(lingerMs).catch((error: unknown) => {
      this.#options.logger.warn({ err: error }, 'a link could not be closed');
    });
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
  }

  /** Says whether a session is live at an endpoint. What was seen there before one is no longer news. */
  setLive(endpoint: string, isLive: boolean): void {
    if (isLive) {
      this.#live.add(endpoint);
      this.#seen.set(endpoint, 'connected');
    } else {
      this.#live.delete(endpoint);
    }
  }

  /** Whether a session is live at any endpoint. */
  get hasLive(): boolean {
    return this.#live.size > 0;
  }

  /** Forgets an endpoint that is no longer dialled, unless it is dialled anew already. */
  forget(endpoint: string): void {
    for (const open of this.#open.values()) if (open.endpoint === endpoint) return;
    this.#live.delete(endpoint);
    this.#seen.delete(endpoint);
  }

  /** What was seen at an endpoint last. */
  seen(endpoint: string): LinkNotice | undefined {
    return this.#seen.get(endpoint);
  }

  async close(): Promise<void> {
    for (const peer of this.#open.keys()) this.hangUp(peer);
    await Promise.all(this.#closing);
  }

  /** The transport tries again several times a second; the same trouble is told once. */
  #note(endpoint: string, notice: LinkNotice): void {
    if (this.#seen.get(endpoint) === notice) return;
    this.#seen.set(endpoint, notice);
    this.#options.logger.debug({ endpoint, notice }, `${endpoint}: ${notice}`);
    this.#options.onNotice?.(endpoint, notice);
  }
}
