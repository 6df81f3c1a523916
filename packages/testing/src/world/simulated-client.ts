import type { Call, ClientCommand, ClientCoreOptions, ClientEvent, Outcome, Route } from '@reeve/client/core';
import { CLIENT_DEFAULTS, ClientCore } from '@reeve/client/core';
import type { Instant } from '@reeve/protocol';
import { randomBytes, seededRandom, toHex } from '@reeve/protocol';
import { SimulatedNode } from './node.ts';
import type { World } from './world.ts';

/** A client process of a simulated world. */
export class SimulatedClient extends SimulatedNode<ClientCommand, ClientEvent> {
  readonly calls: SimulatedCall[] = [];
  readonly events: ClientEvent[] = [];
  readonly #core: ClientCore;
  readonly #instance: string;
  readonly #routes = new Map<string, Route>();

  constructor(world: World, name: string, options: Partial<ClientCoreOptions> & { brokers: readonly string[] }) {
    super(world, name);
    const { u32 } = world.random;
    const random = seededRandom(u32(), u32());
    const instance = randomBytes(random, 16);
    this.#instance = toHex(instance);
    this.#core = new ClientCore({ instance, random, options: { ...CLIENT_DEFAULTS, ...options } });
    world.enter(this as never);
    this.input((session, now) => session.handleCommand(now, { kind: 'start' }));
  }

  get core(): ClientCore {
    return this.#core;
  }

  /** Starts a call. Its outcome stands in the result when it is over. */
  call(method: MethodName, body: Uint8Array, options: SimulatedCallOptions = {}): SimulatedCall {
    const started: SimulatedCall = { id: '', method, body, startedAt: this.world.now, settled: 0, core: undefined };
    this.calls.push(started);
    this.input((_session, now) => {
      const route = this.#route(method);
      const { timeoutMs = 10_000, priority = 1 } = options;
      const call = this.#core.startCall(now, { route, body, priority, timeoutMs, context: started });
      started.core = call;
      started.id = `${this.#instance}-${call.number}`;
    });
    return started;
  }

  cancel(call: SimulatedCall): void {
    this.input(() => this.#core.cancel(call.core!));
  }

  close(): void {
    this.input((session, now) => session.handleCommand(now, { kind: 'close' }));
  }

  protected override get session(): ClientCore {
    return this.#core;
  }

  protected override handleEvent(event: ClientEvent): void {
    if (event.kind !== 'settled') {
      this.events.push(event);
      return;
    }
    const call = event.call.context as SimulatedCall;
    call.settled += 1;
    call.outcome = event.call.outcome;
    call.endedAt = this.world.now;
  }

  #route(method: MethodName): Route {
    const key = `${method.service} ${method.method} ${method.fingerprint}`;
    let route = this.#routes.get(key);
    if (route === undefined) {
      route = this.#core.addRoute({ ...method, accepts: [] });
      this.#routes.set(key, route);
    }
    return route;
  }
}

export interface MethodName {
  readonly service: string;
  readonly method: string;
  readonly fingerprint: string;
  readonly idempotent: boolean;
}

export interface SimulatedCallOptions {
  readonly timeoutMs?: number;
  readonly priority?: number;
}

/** A call of a simulated client, and what became of it. */
export interface SimulatedCall {
  id: string;
  readonly method: MethodName;
  readonly body: Uint8Array;
  readonly startedAt: Instant;
  endedAt?: Instant;
  /** How often it ended. More than once is a bug. */
  settled: number;
  outcome?: Outcome | undefined;
  core: Call | undefined;
}
