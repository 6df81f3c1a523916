import type { Instant, PeerId } from '@reeve/protocol';
import type { SimulatedNode } from './node.ts';
import type { World } from './world.ts';

/**
 * A dialled connection as ZeroMQ makes it: messages wait in its pipe until somebody listens at the endpoint, and a
 * connection that ends is made again. What was under way when it ended is lost; what was still in the pipe is not.
 */
export class Cable {
  readonly dialler: SimulatedNode;
  readonly diallerPeer: PeerId;
  readonly endpoint: string;
  /** The listening end, while connected. */
  listener: SimulatedNode | undefined;
  listenerPeer: PeerId = 0;
  readonly #world: World;
  readonly #pipe: (readonly Uint8Array[])[] = [];
  /** Counts connections: what was sent on an earlier one no longer arrives. */
  #connection = 0;
  #lastArrival: Record<Direction, Instant> = { there: 0, back: 0 };
  #isClosed = false;

  constructor(world: World, dialler: SimulatedNode, diallerPeer: PeerId, endpoint: string) {
    this.#world = world;
    this.dialler = dialler;
    this.diallerPeer = diallerPeer;
    this.endpoint = endpoint;
    this.#connectSoon(0);
  }

  /** Sends from the dialling end. */
  sendThere(frames: readonly Uint8Array[]): void {
    if (this.listener === undefined) this.#pipe.push(frames);
    else this.#carry('there', frames);
  }

  /** Sends from the listening end. */
  sendBack(frames: readonly Uint8Array[]): void {
    this.#carry('back', frames);
  }

  /** Ends the connection, as by a crash of either end or of the network. Both ends that live learn of it. */
  cut(): void {
    const { listener, listenerPeer } = this;
    if (listener === undefined) return;
    this.listener = undefined;
    this.#connection += 1;
    listener.dropCable(listenerPeer);
    listener.input((session, now) => session.handlePeer(now, listenerPeer, 'disconnected'));
    if (this.#isClosed) return;
    this.dialler.input((session, now) => session.handlePeer(now, this.diallerPeer, 'disconnected'));
    this.#connectSoon(this.#world.reconnectMs);
  }

  /** Ends the connection for good. What was already sent still arrives. */
  close(): void {
    this.#isClosed = true;
    if (this.listener !== undefined) this.#world.agenda.add(this.#lastArrival.there, () => this.cut());
  }

  #connectSoon(delayMs: number): void {
    this.#world.agenda.add(this.#world.now + delayMs + this.#world.latencyMs(), () => this.#connect());
  }

  #connect(): void {
    if (this.#isClosed || !this.dialler.isAlive || this.listener !== undefined) return;
    const listener = this.#world.listenerAt(this.endpoint);
    if (listener === undefined || !this.#world.isReachable(this.dialler, listener)) {
      this.#connectSoon(this.#world.reconnectMs);
      return;
    }
    this.listener = listener;
    this.listenerPeer = listener.acceptCable(this);
    this.dialler.input((session, now) => session.handlePeer(now, this.diallerPeer, 'connected'));
    for (const frames of this.#pipe.splice(0)) this.#carry('there', frames);
  }

  #carry(direction: Direction, frames: readonly Uint8Array[]): void {
    const connection = this.#connection;
    const at = Math.max(this.#lastArrival[direction], this.#world.now + this.#world.latencyMs());
    this.#lastArrival[direction] = at;
    // A copy: a receiver must never see what a sender writes later, nor keep the sender's bytes alive.
    const copies = frames.map((f) => Uint8Array.from(f));
    this.#world.agenda.add(at, () => {
      if (connection !== this.#connection) return;
      const [node, peer] =
        direction === 'there' ? [this.listener!, this.listenerPeer] : [this.dialler, this.diallerPeer];
      node.input((session, now) => session.handleMessage(now, peer, copies));
    });
  }
}

type Direction = 'there' | 'back';
