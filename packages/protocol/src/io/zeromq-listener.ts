import type { PeerId } from '../session.ts';
import { bindError } from './bind-error.ts';
import type { IpcEndpoint, TcpEndpoint } from './endpoint.ts';
import type { IpcClaim } from './ipc-claim.ts';
import { claimIpcPath } from './ipc-claim.ts';
import { nextPeerId } from './peer-ids.ts';
import type { Listener, ListenerHandler, ListenOptions, SendResult } from './transport.ts';
import { observe } from './zeromq-observe.ts';
import { nextTurn, readSocket } from './zeromq-reader.ts';
import { sendTo } from './zeromq-send.ts';
import type { RouterSocket } from './zeromq-sockets.ts';
import { isLossMark, makeRouter } from './zeromq-sockets.ts';

/** Listens on an endpoint with a ROUTER. */
export async function listenZeroMq(
  endpoint: TcpEndpoint | IpcEndpoint,
  handler: ListenerHandler,
  options?: ListenOptions,
): Promise<Listener> {
  const claim = endpoint.scheme === 'ipc' ? await claimIpcPath(endpoint) : undefined;
  const socket = makeRouter(endpoint.scheme === 'tcp' && endpoint.host.startsWith('['), options);
  try {
    // Not `bind`, which works on the socket from another thread.
    socket.bindSync(endpoint.scheme === 'tcp' ? `tcp://${endpoint.host}:${endpoint.port}` : endpoint.text);
  } catch (thrown) {
    socket.close();
    claim?.release();
    throw bindError(endpoint, thrown);
  }
  return new ZeroMqListener(socket, handler, claim);
}

class ZeroMqListener implements Listener {
  readonly endpoint: string;
  readonly #socket: RouterSocket;
  readonly #handler: ListenerHandler;
  readonly #claim: IpcClaim | undefined;
  readonly #peers = new Map<string, PeerId>();
  readonly #routingIds = new Map<PeerId, Uint8Array>();
  readonly #reading: Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(socket: RouterSocket, handler: ListenerHandler, claim: IpcClaim | undefined) {
    this.endpoint = socket.lastEndpoint ?? '';
    this.#socket = socket;
    this.#handler = handler;
    this.#claim = claim;
    // In the next turn, when who listens has got hold of the listener.
    this.#reading = nextTurn().then(() => readSocket(socket, (frames) => this.#take(frames)));
  }

  send(peer: PeerId, frames: readonly Uint8Array[]): Promise<SendResult> {
    const routingId = this.#routingIds.get(peer);
    if (routingId === undefined || this.#closing !== undefined) return GONE;
    return sendTo(this.#socket, [routingId, ...frames]);
  }

  close(lingerMs = 0): Promise<void> {
    this.#closing ??= this.#close(lingerMs);
    return this.#closing;
  }

  #take(frames: Uint8Array[]): void {
    if (this.#closing !== undefined) return;
    const routingId = frames.shift() as Buffer;
    const name = routingId.toString('latin1');
    const peer = this.#peers.get(name);
    if (frames.length === 1 && isLossMark(frames[0]!)) {
      // A connection that ended before it had said anything was nobody's peer.
      if (peer !== undefined) this.#forget(peer, name);
    } else {
      this.#handler.onMessage(peer ?? this.#meet(name, routingId), frames);
    }
  }

  #meet(name: string, routingId: Uint8Array): PeerId {
    const peer = nextPeerId();
    this.#peers.set(name, peer);
    this.#routingIds.set(peer, routingId);
    return peer;
  }

  #forget(peer: PeerId, name: string): void {
    this.#peers.delete(name);
    this.#routingIds.delete(peer);
    this.#handler.onLost(peer);
  }

  async #close(lingerMs: number): Promise<void> {
    await stopAccepting(this.#socket, this.endpoint);
    this.#socket.linger = lingerMs;
    this.#socket.close();
    await this.#reading;
    this.#claim?.release();
  }
}

/**
 * Closes the listening socket and waits until the system has it back: who listens on the same port directly
 * afterwards would else find it taken.
 */
function stopAccepting(socket: RouterSocket, endpoint: string): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(resolve, STOP_MS_MAX);
    observe(socket, (type) => {
      if (type !== 'close') return;
      clearTimeout(deadline);
      resolve();
    });
    // libzmq's unbind and disconnect are one function; `unbind` would run it in another thread while we read.
    socket.disconnect(endpoint);
  });
}

const GONE: Promise<SendResult> = Promise.resolve('gone');
/** It takes a tenth of a millisecond. After this long something is wrong, and not worth hanging for. */
const STOP_MS_MAX = 1_000;
