import { EndpointError } from './endpoint.ts';
import type { IpcEndpoint, TcpEndpoint } from './endpoint.ts';
import { SETTLED } from './settled.ts';
import type { DialOptions, Link, LinkHandler, LinkNotice, SendResult } from './transport.ts';
import { watchDealer } from './zeromq-events.ts';
import { readSocket } from './zeromq-reader.ts';
import { sendTo } from './zeromq-send.ts';
import type { DealerSocket } from './zeromq-sockets.ts';
import { isLossMark, makeDealer } from './zeromq-sockets.ts';

/**
 * A link over one DEALER. libzmq connects it again by itself; where it will not, the link makes a new DEALER.
 *
 * That a connection came up is told by one socket and that it ended by another, in the stream of its messages. So the
 * news of a connection may overtake the end of the one before it; then it is held back until that was read.
 */
export class ZeroMqLink implements Link {
  readonly #endpoint: TcpEndpoint | IpcEndpoint;
  readonly #handler: LinkHandler;
  readonly #options: DialOptions | undefined;
  #socket: DealerSocket;
  #reading: Promise<void>;
  /** Connections that came up and whose end was not read. */
  #ups = 0;
  #noticed: LinkNotice | undefined;
  #isClosed = false;

  constructor(endpoint: TcpEndpoint | IpcEndpoint, handler: LinkHandler, options?: DialOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#handler = handler;
    this.#socket = this.#open();
    this.#reading = this.#read();
  }

  send(frames: readonly Uint8Array[]): Promise<SendResult> {
    return this.#isClosed ? SETTLED.gone : sendTo(this.#socket, frames);
  }

  close(lingerMs = 0): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.linger = lingerMs;
      this.#socket.close();
    }
    return this.#reading;
  }

  #open(): DealerSocket {
    const { scheme, text } = this.#endpoint;
    let socket: DealerSocket | undefined;
    try {
      socket = makeDealer(scheme === 'tcp' && this.#endpoint.host.startsWith('['), this.#options);
      // Before connecting, so that the first attempt is seen.
      watchDealer(socket, {
        onUp: () => {
          this.#ups += 1;
          if (this.#ups === 1) this.#notice('connected');
        },
        onFailed: (notice) => this.#notice(notice),
        onDead: () => this.#replace(),
      });
      socket.connect(text);
      return socket;
    } catch (thrown) {
      socket?.close();
      throw dialError(text, thrown);
    }
  }

  #read(): Promise<void> {
    return readSocket(this.#socket, (frames) => {
      if (frames.length === 1 && isLossMark(frames[0]!)) {
        this.#lose();
      } else {
        this.#handler.onMessage(frames);
      }
    });
  }

  #lose(): void {
    this.#noticed = undefined;
    this.#handler.onLost();
    // libzmq marks the end of some connections of which it never said that they came up: garbage that an old version
    // of its protocol would let pass.
    if (this.#ups === 0) return;
    this.#ups -= 1;
    if (this.#ups === 1) this.#notice('connected');
  }

  /** The same trouble over and over is told once. */
  #notice(notice: LinkNotice): void {
    if (this.#isClosed || notice === this.#noticed) return;
    this.#noticed = notice;
    this.#handler.onNotice(notice);
  }

  #replace(): void {
    if (this.#isClosed) return;
    if (this.#socket.readable) {
      // What has arrived is read first.
      setImmediate(() => this.#replace());
      return;
    }
    let fresh: DealerSocket;
    try {
      fresh = this.#open();
    } catch {
      // No file descriptor is left, for now.
      setTimeout(() => this.#replace(), RETRY_MS);
      return;
    }
    this.#socket.close();
    this.#socket = fresh;
    this.#reading = this.#read();
    this.#ups = 0;
    // What the old one had queued went with it. That it failed to connect is still the news.
    this.#handler.onLost();
  }
}

function dialError(text: string, thrown: unknown): EndpointError {
  if (thrown instanceof EndpointError) return thrown;
  const { code, message } = thrown as { code?: string; message?: string };
  const advice = code === 'EMFILE' ? 'too many open files; raise the limit (ulimit -n)' : (message ?? String(thrown));
  return new EndpointError('failed', text, `cannot connect to ${text}: ${advice}`, thrown);
}

const RETRY_MS = 1_000;
