import type { PeerId } from '../session.ts';
import { Mailbox } from './mailbox.ts';
import type { MemoryListener } from './memory-listener.ts';
import type { Link, LinkHandler, LinkNotice, SendResult } from './transport.ts';
import { QUEUE_MESSAGES_MAX } from './transport.ts';

/** What a link needs of its transport. */
export interface MemoryLinkOwner {
  /** Who listens at the link's endpoint. */
  find(): MemoryListener | undefined;
  onClose(): void;
}

/** The dialling end within the process. */
export class MemoryLink implements Link {
  readonly #handler: LinkHandler;
  readonly #owner: MemoryLinkOwner;
  readonly #inbox: Mailbox<readonly Uint8Array[] | 'lost' | 'dial'>;
  #connection: { readonly listener: MemoryListener; readonly peer: PeerId } | undefined;
  /** What was sent while there was no connection. */
  #unsent: (readonly Uint8Array[])[] = [];
  #isClosed = false;
  #noticed: LinkNotice | undefined;

  constructor(handler: LinkHandler, owner: MemoryLinkOwner) {
    this.#handler = handler;
    this.#owner = owner;
    this.#inbox = new Mailbox((mail) => this.#take(mail));
  }

  send(frames: readonly Uint8Array[]): Promise<SendResult> {
    return Promise.resolve(this.#isClosed ? 'gone' : this.#send(frames));
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#inbox.close();
    this.#connection?.listener.end(this.#connection.peer);
    this.#owner.onClose();
    return Promise.resolve();
  }

  /** @internal Connects in a later turn, if somebody listens by then. */
  dial(): void {
    this.#inbox.put('dial');
  }

  /** @internal Takes a message of the listener. */
  deliver(frames: readonly Uint8Array[]): SendResult {
    if (this.#isClosed) return 'gone';
    if (this.#inbox.isFull) return 'full';
    this.#inbox.put(frames.map((frame) => new Uint8Array(frame)));
    return 'sent';
  }

  /** @internal Takes the end of the connection. It is told after what the listener had sent. */
  lose(): void {
    this.#connection = undefined;
    this.#noticed = undefined;
    this.#inbox.put('lost');
    this.#inbox.put('dial');
  }

  #send(frames: readonly Uint8Array[]): SendResult {
    if (this.#connection !== undefined) return this.#connection.listener.receive(this.#connection.peer, frames);
    if (this.#unsent.length >= QUEUE_MESSAGES_MAX) return 'full';
    this.#unsent.push(frames);
    return 'sent';
  }

  #take(mail: readonly Uint8Array[] | 'lost' | 'dial'): void {
    if (mail === 'lost') {
      this.#handler.onLost();
    } else if (mail === 'dial') {
      this.#connect();
    } else {
      this.#handler.onMessage(mail);
    }
  }

  #connect(): void {
    if (this.#connection !== undefined) return;
    const listener = this.#owner.find();
    if (listener === undefined) return this.#notice('refused');
    this.#connection = { listener, peer: listener.accept(this) };
    this.#notice('connected');
    for (const frames of this.#unsent.splice(0)) this.#send(frames);
  }

  #notice(news: LinkNotice): void {
    if (news === this.#noticed) return;
    this.#noticed = news;
    this.#handler.onNotice(news);
  }
}
