import type { PeerId } from '@reeve/protocol';
import { Connection } from './connection.ts';
import type { SimulatedNode, Wire } from './node.ts';
import type { World } from './world.ts';

/**
 * A dialled link as ZeroMQ makes it: messages wait in its pipe until somebody listens at the endpoint, and a
 * connection that ends is made again. What was under way when it ended is lost; what is still in the pipe is not.
 */
export class Cable implements Wire {
  readonly #world: World;
  readonly #dialler: SimulatedNode;
  readonly #peer: PeerId;
  readonly #endpoint: string;
  readonly #pipe: (readonly Uint8Array[])[] = [];
  #isClosed = false;
  /** While the transport has one. */
  connection: Connection | undefined;

  constructor(world: World, dialler: SimulatedNode, peer: PeerId, endpoint: string) {
    this.#world = world;
    this.#dialler = dialler;
    this.#peer = peer;
    this.#endpoint = endpoint;
    this.#connectSoon(0);
  }

  send(frames: readonly Uint8Array[]): 'sent' | 'full' {
    if (this.connection !== undefined) return this.connection.send('there', frames);
    if (this.#pipe.length >= PIPE_MESSAGES_MAX) {
      this.#world.observer?.handleFull?.({ from: this.#dialler, connection: undefined, frames });
      return 'full';
    }
    this.#world.observer?.handleSent?.({ from: this.#dialler, connection: undefined, frames });
    this.#pipe.push(frames);
    return 'sent';
  }

  /** Ends the link for good. What was already sent still arrives; what is in the pipe does not. */
  close(): void {
    this.#isClosed = true;
    this.connection?.cutAfter('there');
  }

  #connectSoon(delayMs: number): void {
    const { life } = this.#dialler;
    this.#world.agenda.add(this.#world.now + delayMs + this.#world.latencyMs(), () => {
      if (this.#dialler.life === life && !this.#isClosed) this.#connect();
    });
  }

  #connect(): void {
    const listener = this.#world.listenerAt(this.#endpoint);
    if (listener === undefined || !this.#world.isReachable(this.#dialler, listener)) {
      return this.#connectSoon(this.#world.reconnectMs);
    }
    const connection = new Connection(this.#world, this.#dialler, listener, () => (this.connection = undefined));
    connection.dialler.peer = this.#peer;
    connection.dialler.noticed = () => this.#connectSoon(this.#world.reconnectMs);
    connection.listener.peer = listener.acceptWire({
      connection,
      send: (frames) => connection.send('back', frames),
      close: () => connection.cutAfter('back'),
    });
    this.connection = connection;
    this.#dialler.input((session, now) => session.handlePeer(now, this.#peer, 'connected'));
    for (const frames of this.#pipe.splice(0)) connection.carry('there', frames);
  }
}

/** High-water mark of a pipe. */
const PIPE_MESSAGES_MAX = 256;
