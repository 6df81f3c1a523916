import { LIMITS } from '@reeve/protocol';
import type { Link, LinkHandler, LinkNotice, SendResult } from '@reeve/protocol/io';
import type { EndOwner, VirtualConnection } from './virtual-connection.ts';
import type { VirtualProcess } from './virtual-process.ts';

/** What a link needs of its network. */
export interface LinkHost {
  /** Makes the connection, if somebody listens and is awake. */
  connect(link: VirtualLink): VirtualConnection | 'refused' | 'asleep';
}

/** The dialling end. Dials again by itself, and what it is given meanwhile waits. */
export class VirtualLink implements Link, EndOwner {
  readonly process: VirtualProcess;
  readonly endpoint: string;
  readonly #handler: LinkHandler;
  readonly #host: LinkHost;
  #connection: VirtualConnection | undefined;
  #unsent: (readonly Uint8Array[])[] = [];
  #noticed: LinkNotice | undefined;
  #isClosed = false;

  constructor(process: VirtualProcess, endpoint: string, handler: LinkHandler, host: LinkHost) {
    this.process = process;
    this.endpoint = endpoint;
    this.#handler = handler;
    this.#host = host;
    this.#dialAfter(0);
  }

  send(frames: readonly Uint8Array[]): Promise<SendResult> {
    if (this.#isClosed) return Promise.resolve('gone');
    if (this.#connection === undefined) this.#unsent.push(frames);
    else this.#connection.send(this.process, frames);
    return Promise.resolve('sent');
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#connection?.finish(this.process);
    return Promise.resolve();
  }

  handleMessage(frames: readonly Uint8Array[]): void {
    if (!this.#isClosed) this.#handler.onMessage(frames);
  }

  handleLost(): void {
    if (this.#isClosed) return;
    this.#connection = undefined;
    this.#noticed = undefined;
    this.#dialAfter(LIMITS.reconnectMs);
    this.#handler.onLost();
  }

  #dialAfter(ms: number): void {
    this.process.setTimer(ms, () => this.#dial());
  }

  #dial(): void {
    if (this.#isClosed) return;
    const answer = this.#host.connect(this);
    if (typeof answer === 'string') {
      if (answer === 'refused') this.#notice('refused');
      return this.#dialAfter(LIMITS.reconnectMs);
    }
    this.#connection = answer;
    this.#notice('connected');
    for (const frames of this.#unsent.splice(0)) answer.send(this.process, frames);
  }

  #notice(news: LinkNotice): void {
    if (news === this.#noticed) return;
    this.#noticed = news;
    this.#handler.onNotice(news);
  }
}
