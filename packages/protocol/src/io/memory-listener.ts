import type { PeerId } from '../session.ts';
import { Mailbox } from './mailbox.ts';
import type { MemoryLink } from './memory-link.ts';
import { nextPeerId } from './peer-ids.ts';
import type { Listener, ListenerHandler, SendResult } from './transport.ts';

/** The accepting end within the process. */
export class MemoryListener implements Listener {
  readonly endpoint: string;
  readonly #handler: ListenerHandler;
  readonly #onClose: () => void;
  readonly #peers = new Map<PeerId, Peer>();

  constructor(endpoint: string, handler: ListenerHandler, onClose: () => void) {
    this.endpoint = endpoint;
    this.#handler = handler;
    this.#onClose = onClose;
  }

  send(peer: PeerId, frames: readonly Uint8Array[]): Promise<SendResult> {
    const known = this.#peers.get(peer);
    return Promise.resolve(known === undefined || known.hasEnded ? 'gone' : known.link.deliver(frames));
  }

  close(): Promise<void> {
    this.cut();
    for (const { inbox } of this.#peers.values()) inbox.close();
    this.#peers.clear();
    this.#onClose();
    return Promise.resolve();
  }

  /** @internal Ends every connection. */
  cut(): void {
    for (const [id, peer] of this.#peers) {
      if (peer.hasEnded) continue;
      this.end(id);
      peer.link.lose();
    }
  }

  /** @internal Takes a connection of a link. */
  accept(link: MemoryLink): PeerId {
    const id = nextPeerId();
    const inbox = new Mailbox<readonly Uint8Array[] | 'end'>((mail) => {
      if (mail !== 'end') return this.#handler.onMessage(id, mail);
      this.#peers.delete(id);
      // Who never said anything was nobody's peer.
      if (peer.hasSpoken) this.#handler.onLost(id);
    });
    const peer: Peer = { link, inbox, hasSpoken: false, hasEnded: false };
    this.#peers.set(id, peer);
    return id;
  }

  /** @internal Takes a message of a link. */
  receive(id: PeerId, frames: readonly Uint8Array[]): SendResult {
    const peer = this.#peers.get(id);
    if (peer === undefined || peer.hasEnded) return 'gone';
    if (peer.inbox.isFull) return 'full';
    peer.hasSpoken = true;
    peer.inbox.put(frames.map((frame) => new Uint8Array(frame)));
    return 'sent';
  }

  /** @internal Takes the end of a connection. It is told after what the link had sent. */
  end(id: PeerId): void {
    const peer = this.#peers.get(id);
    if (peer === undefined || peer.hasEnded) return;
    peer.hasEnded = true;
    peer.inbox.put('end');
  }
}

interface Peer {
  readonly link: MemoryLink;
  readonly inbox: Mailbox<readonly Uint8Array[] | 'end'>;
  hasSpoken: boolean;
  hasEnded: boolean;
}
