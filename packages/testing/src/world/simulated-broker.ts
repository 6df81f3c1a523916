import type { BrokerCommand, BrokerEvent } from '@reeve/broker/core';
import { BrokerCore } from '@reeve/broker/core';
import type { Limits } from '@reeve/protocol';
import { seededRandom } from '@reeve/protocol';
import { SimulatedNode } from './node.ts';
import type { World } from './world.ts';

/** A broker process of a simulated world. */
export class SimulatedBroker extends SimulatedNode<BrokerCommand, BrokerEvent> {
  readonly endpoint: string;
  readonly events: BrokerEvent[] = [];
  isDraining = false;
  readonly #limits: Partial<Limits>;
  #core: BrokerCore;

  constructor(world: World, name: string, limits: Partial<Limits> = {}) {
    super(world, name);
    this.endpoint = `memory://${name}`;
    this.#limits = limits;
    this.#core = this.#newCore();
    world.enter(this as never, this.endpoint);
  }

  get core(): BrokerCore {
    return this.#core;
  }

  /** Starts again after its end: a new process, which remembers nothing. */
  restart(): void {
    this.#core = this.#newCore();
    this.isDraining = false;
    this.revive();
  }

  /** Shuts down as by SIGTERM, and exits. */
  drain(): void {
    this.isDraining = true;
    this.input((session, now) => session.handleCommand(now, { kind: 'drain' }));
  }

  protected override get session(): BrokerCore {
    return this.#core;
  }

  protected override handleEvent(event: BrokerEvent): void {
    this.events.push(event);
    if (event.kind === 'drained') this.exit();
  }

  #newCore(): BrokerCore {
    const { u32 } = this.world.random;
    const random = seededRandom(u32(), u32());
    return new BrokerCore(this.now, { name: this.name, random, limits: this.#limits });
  }
}
