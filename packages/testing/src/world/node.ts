import type { Instant, PeerId, Session } from '@reeve/protocol';
import { Cable } from './cable.ts';
import type { Connection } from './connection.ts';
import type { World } from './world.ts';

/** A process of a simulated world: a real core with a simulated driver. */
export abstract class SimulatedNode<
  Command = never,
  Event extends { readonly kind: string } = { readonly kind: string },
> {
  readonly name: string;
  isAlive = true;
  /** While set, the process stands still: what comes in waits. */
  isStopped = false;
  /** Counts its lives: what was meant for an earlier one does not reach the next. */
  life = 1;
  /** How far its clock is ahead of the world's. */
  readonly clockOffsetMs: number;
  /** When it stood still, in the world's time. The last span may have no end yet. */
  readonly stops: { readonly from: Instant; until: Instant }[] = [];
  protected readonly world: World;
  readonly #wires = new Map<PeerId, Wire>();
  readonly #backlog: Input<Command, Event>[] = [];
  #peers = 0;
  #isFlushDue = false;
  #isExiting = false;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.clockOffsetMs = world.clockOffsetMs();
  }

  protected abstract get session(): Session<Command, Event>;

  /** Handles what the core tells its driver. */
  protected abstract handleEvent(event: Event): void;

  /** When its core wants to be woken, in the world's time. */
  get timeout(): Instant | undefined {
    // Like the real driver, it asks once it has carried out what is to be done.
    if (!this.isAlive || this.isStopped || this.#isFlushDue) return undefined;
    const timeout = this.session.pollTimeout();
    // A hair later: the difference is rounded, and its own clock must have come to the instant.
    return timeout === undefined ? undefined : timeout - this.clockOffsetMs + (this.clockOffsetMs === 0 ? 0 : HAIR_MS);
  }

  /** Its own clock. */
  get now(): Instant {
    return this.world.now + this.clockOffsetMs;
  }

  /** Its connections, as far as it knows. */
  get connections(): Connection[] {
    return [...this.#wires.values()].flatMap(({ connection }) => (connection === undefined ? [] : [connection]));
  }

  /** Gives the core an input; what it wants done is carried out at the end of the turn. */
  input(act: Input<Command, Event>): void {
    if (!this.isAlive) return;
    if (this.isStopped) {
      this.#backlog.push(act);
      return;
    }
    act(this.session, this.now);
    this.#flushSoon();
  }

  /** Dies as by kill -9: says nothing, forgets everything. */
  kill(): void {
    if (!this.isAlive) return;
    this.#die();
    for (const connection of this.connections) connection.cut();
    this.#wires.clear();
  }

  /** Stands still as by SIGSTOP. Connections stay open. */
  stop(): void {
    if (!this.isAlive || this.isStopped) return;
    this.isStopped = true;
    this.stops.push({ from: this.world.now, until: Infinity });
  }

  /** Goes on as by SIGCONT. Whether its timers or its sockets are looked at first is chance. */
  resume(): void {
    if (!this.isStopped) return;
    this.#endStop();
    if (this.world.random.unit() < 0.5) this.session.handleTimeout(this.now);
    for (const act of this.#backlog.splice(0)) this.input(act);
    this.#flushSoon();
  }

  /** Cuts every connection. They are made again. */
  cutWires(): void {
    for (const connection of this.connections) connection.cut();
  }

  acceptWire(wire: Wire): PeerId {
    this.#peers += 1;
    this.#wires.set(this.#peers, wire);
    return this.#peers;
  }

  dropWire(peer: PeerId): void {
    this.#wires.delete(peer);
  }

  /** Begins a new life. */
  protected revive(): void {
    this.isAlive = true;
    this.#peers = 0;
  }

  /** Ends, once everything is said, as a process does that has nothing left to do: what it has sent still arrives. */
  protected exit(): void {
    this.#isExiting = true;
  }

  /** Carries out what the core wants done, until it wants nothing more. */
  protected drive(): void {
    for (let isBusy = true, rounds = 0; isBusy && this.isAlive; rounds++) {
      if (rounds > ROUNDS_MAX) throw new Error(`${this.name} never stops sending`);
      isBusy = false;
      for (let event = this.session.pollEvent(); event !== undefined; event = this.session.pollEvent()) {
        isBusy = true;
        this.#handle(event);
      }
      const transmit = this.session.pollTransmit(this.now);
      if (transmit === undefined) continue;
      isBusy = true;
      const fate = this.#wires.get(transmit.peer)?.send(transmit.frames) ?? 'gone';
      if (fate !== 'sent') this.session.handleRefused(this.now, transmit, fate);
    }
    if (this.#isExiting) this.#leave();
  }

  #leave(): void {
    const wires = [...this.#wires.values()];
    this.#die();
    for (const wire of wires) wire.close();
    this.#wires.clear();
  }

  #flushSoon(): void {
    if (this.world.turnMs === 0) return this.drive();
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    const { life } = this;
    this.world.agenda.add(this.world.now + this.world.turnMs, () => {
      if (this.life !== life) return;
      this.#isFlushDue = false;
      if (!this.isStopped) this.drive();
    });
  }

  #die(): void {
    if (this.isStopped) this.#endStop();
    this.isAlive = false;
    this.life += 1;
    this.#isFlushDue = false;
    this.#isExiting = false;
    this.#backlog.length = 0;
  }

  #endStop(): void {
    this.isStopped = false;
    this.stops.at(-1)!.until = this.world.now;
  }

  #handle(event: Event): void {
    if (event.kind === 'dial') {
      const { peer, endpoint } = event as unknown as { peer: PeerId; endpoint: string };
      this.#wires.set(peer, new Cable(this.world, this as never, peer, endpoint));
    } else if (event.kind === 'hangUp') {
      const { peer } = event as unknown as { peer: PeerId };
      this.#wires.get(peer)?.close();
      this.#wires.delete(peer);
    }
    this.world.observer?.handleEvent?.(this as never, event);
    this.handleEvent(event);
  }
}

/** What a node sends over, to one peer. */
export interface Wire {
  readonly connection: Connection | undefined;
  send(frames: readonly Uint8Array[]): 'sent' | 'full';
  /** Ends it for good, once what was sent has arrived. */
  close(): void;
}

const HAIR_MS = 1e-6;
/** More messages than any core has to send in one turn. */
const ROUNDS_MAX = 1_000_000;

type Input<Command, Event> = (session: Session<Command, Event>, now: Instant) => void;
