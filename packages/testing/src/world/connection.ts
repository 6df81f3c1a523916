import type { Instant, PeerId } from '@reeve/protocol';
import { asNewerPeer } from './newer-peer.ts';
import type { SimulatedNode } from './node.ts';
import type { World } from './world.ts';

/**
 * One connection between two nodes, from its beginning to its end.
 *
 * Messages of one direction arrive in the order in which they were sent. When the connection ends, what is under way
 * is lost; each end learns of it by itself, in its own time, and until then it goes on sending.
 */
export class Connection {
  readonly dialler: End;
  readonly listener: End;
  readonly #world: World;
  #isUp = true;
  /** How often it has lost what was under way. */
  #lapses = 0;

  constructor(world: World, dialler: SimulatedNode, listener: SimulatedNode, lose: (connection: Connection) => void) {
    this.#world = world;
    this.dialler = new End(dialler, () => lose(this));
    this.listener = new End(listener, () => listener.dropWire(this.listener.peer));
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** The two ends in the order of a direction. */
  ends(direction: Direction): readonly [from: End, to: End] {
    return direction === 'there' ? [this.dialler, this.listener] : [this.listener, this.dialler];
  }

  send(direction: Direction, frames: readonly Uint8Array[]): 'sent' | 'full' {
    const [from] = this.ends(direction);
    if (this.#world.now < from.fullUntil) {
      this.#world.observer?.handleFull?.({ from: from.node, connection: this, frames });
      return 'full';
    }
    this.#world.observer?.handleSent?.({ from: from.node, connection: this, frames });
    this.carry(direction, frames);
    return 'sent';
  }

  /** Takes what a transport has taken on. */
  carry(direction: Direction, frames: readonly Uint8Array[]): void {
    const world = this.#world;
    const [, to] = this.ends(direction);
    const at = Math.max(to.lastArrival, world.now + world.latencyMs());
    to.lastArrival = at;
    if (world.isLost()) return;
    // A copy: a receiver must never see what a sender writes later, nor keep the sender's bytes alive.
    const said = world.isNewer() ? asNewerPeer(frames, world.random) : frames;
    const copies = said.map((f) => Uint8Array.from(f));
    const lapses = this.#lapses;
    world.agenda.add(at, () => {
      if (lapses !== this.#lapses || !this.#isUp) return;
      to.latest.push(copies);
      if (to.latest.length > LATEST_MAX) to.latest.shift();
      this.#arrive(direction, copies);
    });
    if (world.isDoubled()) world.agenda.add(at + world.latencyMs(), () => this.#arrive(direction, copies));
  }

  /** Ends it as by a crash or a reset: whoever sends on it is told at once that it is gone. */
  cut(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    for (const end of [this.dialler, this.listener]) {
      end.lose();
      this.#notice(end, this.#world.noticeMs());
    }
  }

  /** Half-open: nothing arrives any more, and each end notices only by the transport's heartbeat. */
  break(diallerNoticesMs: number, listenerNoticesMs: number): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#notice(this.dialler, diallerNoticesMs);
    this.#notice(this.listener, listenerNoticesMs);
  }

  /** Ends it once everything that was sent one way has arrived. */
  cutAfter(direction: Direction): void {
    this.#world.agenda.add(Math.max(this.ends(direction)[1].lastArrival, this.#world.now), () => this.cut());
  }

  /** Lets nothing arrive in one direction for a while. Nothing is lost. */
  stall(direction: Direction, ms: number): void {
    const [, to] = this.ends(direction);
    to.lastArrival = Math.max(to.lastArrival, this.#world.now + ms);
  }

  /**
   * A way of its own loses what is under way and is there again before anybody notices: both ends keep the connection
   * that they know, with its routing id. `repeats`: what arrived last comes once more afterwards.
   */
  lapse(repeats: boolean): void {
    if (!this.#isUp) return;
    this.#lapses += 1;
    if (!repeats) return;
    for (const direction of ['there', 'back'] as const) {
      const [, to] = this.ends(direction);
      for (const [i, frames] of to.latest.entries()) {
        this.#world.agenda.add(this.#world.now + REPEATED_AFTER_MS + i, () => this.#arrive(direction, frames));
      }
    }
  }

  /** Lets one end find its transport full for a while. */
  fill(direction: Direction, ms: number): void {
    this.ends(direction)[0].fullUntil = this.#world.now + ms;
  }

  #arrive(direction: Direction, frames: readonly Uint8Array[]): void {
    if (!this.#isUp) return;
    const [from, to] = this.ends(direction);
    to.node.input((session, now) => {
      this.#world.observer?.handleArrived?.({ from: from.node, to: to.node, connection: this, frames });
      session.handleMessage(now, to.peer, frames);
    });
  }

  #notice(end: End, inMs: number): void {
    const { node, peer } = end;
    this.#world.agenda.add(this.#world.now + inMs, () => {
      if (node.life !== end.life) return;
      end.lose();
      node.input((session, now) => session.handlePeer(now, peer, 'disconnected'));
      end.noticed?.();
    });
  }
}

export type Direction = 'there' | 'back';

/** One end of a connection. */
export class End {
  readonly node: SimulatedNode;
  /** Which life of the node it belongs to. */
  readonly life: number;
  peer: PeerId = 0;
  /** When the last message that was sent to it arrives. */
  lastArrival: Instant = 0;
  /** What arrived there last. */
  readonly latest: (readonly Uint8Array[])[] = [];
  /** Until when its transport takes nothing. */
  fullUntil: Instant = 0;
  /** Called when it has learnt that the connection is over. */
  noticed: (() => void) | undefined;
  readonly #lose: () => void;
  #isLost = false;

  constructor(node: SimulatedNode, lose: () => void) {
    this.node = node;
    this.life = node.life;
    this.#lose = lose;
  }

  /** Takes the connection from it: what it sends from now on does not go over this one. */
  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    // Another life of the node may know another connection by the same number.
    if (this.node.life === this.life) this.#lose();
  }
}

/** A message that a transport took. */
export interface Sent {
  readonly from: SimulatedNode;
  /** Not known while it waits in the pipe of a link that has no connection. */
  readonly connection: Connection | undefined;
  readonly frames: readonly Uint8Array[];
}

/** A message that reached its receiver. */
export interface Arrived {
  readonly from: SimulatedNode;
  readonly to: SimulatedNode;
  readonly connection: Connection;
  readonly frames: readonly Uint8Array[];
}

/** Watches everything that goes over the wires of a world. */
export interface WorldObserver {
  /** A transport took a message. */
  handleSent?(message: Sent): void;
  /** A transport had no room for a message. */
  handleFull?(message: Sent): void;
  /** A message is about to be handled by its receiver. */
  handleArrived?(message: Arrived): void;
  /** A core has told its driver something. */
  handleEvent?(node: SimulatedNode, event: { readonly kind: string }): void;
}

/** Few: what is older was acknowledged long ago. */
const LATEST_MAX = 4;
/** After the next message or two, which show that something is missing. */
const REPEATED_AFTER_MS = 60;
