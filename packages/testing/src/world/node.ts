import type { Instant, PeerId, Session } from '@reeve/protocol';
import { Cable } from './cable.ts';
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
  protected readonly world: World;
  readonly #cables = new Map<PeerId, Cable>();
  readonly #backlog: Input<Command, Event>[] = [];
  #peers = 0;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
  }

  protected abstract get session(): Session<Command, Event>;

  /** Handles what the core tells its driver. */
  protected abstract handleEvent(event: Event): void;

  get timeout(): Instant | undefined {
    return this.isAlive && !this.isStopped ? this.session.pollTimeout() : undefined;
  }

  /** Gives the core an input and carries out what it wants done. */
  input(act: Input<Command, Event>): void {
    if (!this.isAlive) return;
    if (this.isStopped) {
      this.#backlog.push(act);
      return;
    }
    act(this.session, this.world.now);
    this.drive();
  }

  /** Dies as by kill -9: says nothing, forgets everything. */
  kill(): void {
    this.isAlive = false;
    this.#backlog.length = 0;
    for (const cable of [...this.#cables.values()]) cable.cut();
    this.#cables.clear();
  }

  /** Stands still as by SIGSTOP. Connections stay open. */
  stop(): void {
    this.isStopped = true;
  }

  /** Goes on as by SIGCONT. */
  resume(): void {
    this.isStopped = false;
    for (const act of this.#backlog.splice(0)) this.input(act);
    this.drive();
  }

  /** Cuts every connection. They are made again. */
  cutCables(): void {
    for (const cable of [...this.#cables.values()]) cable.cut();
  }

  acceptCable(cable: Cable): PeerId {
    this.#peers += 1;
    this.#cables.set(this.#peers, cable);
    return this.#peers;
  }

  dropCable(peer: PeerId): void {
    this.#cables.delete(peer);
  }

  /** Carries out what the core wants done, until it wants nothing more. */
  protected drive(): void {
    for (let isBusy = true; isBusy && this.isAlive;) {
      isBusy = false;
      for (let event = this.session.pollEvent(); event !== undefined; event = this.session.pollEvent()) {
        isBusy = true;
        this.#handle(event);
      }
      const transmit = this.session.pollTransmit(this.world.now);
      if (transmit === undefined) continue;
      isBusy = true;
      const cable = this.#cables.get(transmit.peer);
      if (cable === undefined) this.session.handleRefused(this.world.now, transmit, 'gone');
      else if (cable.dialler === (this as never)) cable.sendThere(transmit.frames);
      else cable.sendBack(transmit.frames);
    }
  }

  #handle(event: Event): void {
    if (event.kind === 'dial') {
      const { peer, endpoint } = event as unknown as { peer: PeerId; endpoint: string };
      this.#cables.set(peer, new Cable(this.world, this as never, peer, endpoint));
    } else if (event.kind === 'hangUp') {
      const { peer } = event as unknown as { peer: PeerId };
      this.#cables.get(peer)?.close();
      this.#cables.delete(peer);
    }
    this.handleEvent(event);
  }
}

type Input<Command, Event> = (session: Session<Command, Event>, now: Instant) => void;
