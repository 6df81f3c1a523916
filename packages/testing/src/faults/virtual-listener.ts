import type { PeerId } from '@reeve/protocol';
import type { Listener, ListenerHandler, SendResult } from '@reeve/protocol/io';
import { nextPeerId } from '@reeve/protocol/io';
import type { EndOwner, VirtualConnection } from './virtual-connection.ts';
import type { VirtualProcess } from './virtual-process.ts';

/** The accepting end of many connections. */
export class VirtualListener implements Listener {
  readonly process: VirtualProcess;
  readonly endpoint: string;
  readonly #handler: ListenerHandler;
  readonly #onClose: () => void;
  readonly #peers = new Map<PeerId, Peer>();

  constructor(process: VirtualProcess, endpoint: string, handler: ListenerHandler, onClose: () => void) {
    this.process = process;
    this.endpoint = endpoint;
    this.#handler = handler;
    this.#onClose = onClose;
  }

  send(id: PeerId, frames: readonly Uint8Array[]): Promise<SendResult> {
    const peer = this.#peers.get(id);
    if (peer === undefined) return Promise.resolve('gone');
    peer.connection?.send(this.process, frames);
    return Promise.resolve('sent');
  }

  close(): Promise<void> {
    for (const peer of this.#peers.values()) peer.connection?.finish(this.process);
    this.#peers.clear();
    this.#onClose();
    return Promise.resolve();
  }

  /** Takes a connection, which is made by the function. */
  accept(connect: (owner: EndOwner) => VirtualConnection): VirtualConnection {
    const id = nextPeerId();
    const peer = new Peer(this.process, {
      onMessage: (frames) => this.#handler.onMessage(id, frames),
      onLost: (hasSpoken) => {
        if (!this.#peers.delete(id)) return;
        // Who never said anything was nobody's peer.
        if (hasSpoken) this.#handler.onLost(id);
      },
    });
    peer.connection = connect(peer);
    this.#peers.set(id, peer);
    return peer.connection;
  }
}

class Peer implements EndOwner {
  readonly process: VirtualProcess;
  readonly #news: PeerNews;
  connection: VirtualConnection | undefined;
  #hasSpoken = false;

  constructor(process: VirtualProcess, news: PeerNews) {
    this.process = process;
    this.#news = news;
  }

  handleMessage(frames: readonly Uint8Array[]): void {
    this.#hasSpoken = true;
    this.#news.onMessage(frames);
  }

  handleLost(): void {
    this.#news.onLost(this.#hasSpoken);
  }
}

interface PeerNews {
  onMessage(frames: readonly Uint8Array[]): void;
  onLost(hasSpoken: boolean): void;
}
