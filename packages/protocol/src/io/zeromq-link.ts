import { EndpointError } from './endpoint.ts';
import type { IpcEndpoint, TcpEndpoint } from './endpoint.ts';
import type { Link, LinkHandler, SendResult } from './transport.ts';
import { watchDealer } from './zeromq-events.ts';
import { readSocket } from './zeromq-reader.ts';
import { sendTo } from './zeromq-send.ts';
import type { DealerSocket } from './zeromq-sockets.ts';
import { isLossMark, makeDealer } from './zeromq-sockets.ts';

/** A link over one DEALER. libzmq connects it again by itself; where it would not, the link makes a new DEALER. */
export class ZeroMqLink implements Link {
  readonly #endpoint: TcpEndpoint | IpcEndpoint;
  readonly #handler: LinkHandler;
  #socket: DealerSocket;
  #reading: Promise<void>;
  #isClosed = false;

  constructor(endpoint: TcpEndpoint | IpcEndpoint, handler: LinkHandler) {
    this.#endpoint = endpoint;
    this.#handler = handler;
    [this.#socket, this.#reading] = this.#open();
  }

  send(frames: readonly Uint8Array[]): Promise<SendResult> {
    return this.#isClosed ? GONE : sendTo(this.#socket, frames);
  }

  close(lingerMs = 0): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.linger = lingerMs;
      this.#socket.close();
    }
    return this.#reading;
  }

  #open(): [DealerSocket, Promise<void>] {
    const socket = makeDealer(this.#endpoint.scheme === 'tcp' && this.#endpoint.host.startsWith('['));
    // Before connecting, so that the first attempt is seen.
    watchDealer(socket.events, {
      onNotice: (notice) => {
        if (!this.#isClosed) this.#handler.onNotice(notice);
      },
      onDead: () => this.#replace(),
    });
    try {
      socket.connect(this.#endpoint.text);
    } catch (thrown) {
      socket.close();
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new EndpointError(
        'failed',
        this.#endpoint.text,
        `cannot connect to ${this.#endpoint.text}: ${why}`,
        thrown,
      );
    }
    return [socket, readSocket(socket, (frames) => this.#take(frames))];
  }

  #take(frames: Uint8Array[]): void {
    if (this.#isClosed) return;
    if (frames.length === 1 && isLossMark(frames[0]!)) {
      this.#handler.onLost();
    } else {
      this.#handler.onMessage(frames);
    }
  }

  #replace(): void {
    if (this.#isClosed) return;
    this.#socket.close();
    [this.#socket, this.#reading] = this.#open();
    // What the old one had queued went with it.
    this.#handler.onLost();
  }
}

const GONE: Promise<SendResult> = Promise.resolve('gone');
