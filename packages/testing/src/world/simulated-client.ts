import type { Call, ClientCommand, ClientCoreOptions, ClientEvent, Outcome, Route } from '@reeve/client/core';
import { CLIENT_DEFAULTS, ClientCore } from '@reeve/client/core';
import type { Instant } from '@reeve/protocol';
import { encodeValue, randomBytes, seededRandom, toHex } from '@reeve/protocol';
import { SimulatedNode } from './node.ts';
import type { World } from './world.ts';

/** A client process of a simulated world. */
export class SimulatedClient extends SimulatedNode<ClientCommand, ClientEvent> {
  readonly calls: SimulatedCall[] = [];
  readonly events: ClientEvent[] = [];
  readonly #options: SimulatedClientOptions;
  readonly #routes = new Map<string, Route>();
  #core: ClientCore;
  #instance = '';

  constructor(world: World, name: string, options: SimulatedClientOptions) {
    super(world, name);
    this.#options = options;
    this.#core = this.#newCore();
    world.enter(this as never);
    this.#start();
  }

  /** The first half of the ids of its calls. */
  get instance(): string {
    return this.#instance;
  }

  get core(): ClientCore {
    return this.#core;
  }

  /** Starts again after its end: a new process, which knows nothing of the calls of the one before. */
  restart(): void {
    this.#routes.clear();
    this.#core = this.#newCore();
    this.revive();
    this.#start();
  }

  /** Starts a call. Its outcome stands in the result when it is over. */
  call(method: MethodName, body: Uint8Array, options: SimulatedCallOptions = {}): SimulatedCall {
    const { timeoutMs = 10_000, priority = 1, key, hedgeAfterMs, attemptTimeoutMs } = options;
    const startedAt = this.world.now;
    const state = { settled: 0, isCanceled: false, core: undefined };
    const started: SimulatedCall = { id: '', method, body, key, life: this.life, startedAt, timeoutMs, ...state };
    this.calls.push(started);
    this.input((_session, now) => {
      const call = this.#core.startCall(now, {
        route: this.#route(method),
        body,
        key: key === undefined ? undefined : encodeValue(key),
        priority,
        timeoutMs,
        hedgeAfterMs,
        attemptTimeoutMs,
        context: started,
      });
      // A process that stands still starts it when it goes on.
      started.startedAt = this.world.now;
      started.core = call;
      started.id = `${this.#instance}-${call.number}`;
    });
    return started;
  }

  /** Cancels a call, unless it is of an earlier life. */
  cancel(call: SimulatedCall): void {
    if (call.life !== this.life) return;
    call.isCanceled = true;
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
    call.handleSettled?.();
  }

  #start(): void {
    this.input((session, now) => session.handleCommand(now, { kind: 'start' }));
  }

  #newCore(): ClientCore {
    const { u32 } = this.world.random;
    const random = seededRandom(u32(), u32());
    const instance = randomBytes(random, 16);
    this.#instance = toHex(instance);
    return new ClientCore({ instance, random, options: { ...CLIENT_DEFAULTS, ...this.#options } });
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

export type SimulatedClientOptions = Partial<ClientCoreOptions> & { readonly brokers: readonly string[] };

export interface MethodName {
  readonly service: string;
  readonly method: string;
  readonly fingerprint: string;
  readonly idempotent: boolean;
}

export interface SimulatedCallOptions {
  readonly timeoutMs?: number;
  readonly priority?: number;
  /** Calls with the same key share one result. */
  readonly key?: string | undefined;
  readonly hedgeAfterMs?: number | undefined;
  readonly attemptTimeoutMs?: number | undefined;
}

/** A call of a simulated client, and what became of it. */
export interface SimulatedCall {
  id: string;
  readonly method: MethodName;
  readonly body: Uint8Array;
  readonly key: string | undefined;
  /** Which life of the client it belongs to. It ends with it, and nobody is told. */
  readonly life: number;
  readonly timeoutMs: number;
  startedAt: Instant;
  endedAt?: Instant;
  /** How often it ended. More than once is a bug. */
  settled: number;
  isCanceled: boolean;
  outcome?: Outcome | undefined;
  /** Called when it ends. Must not call the client. */
  handleSettled?: () => void;
  core: Call | undefined;
}
