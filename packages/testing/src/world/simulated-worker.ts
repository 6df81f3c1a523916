import type { Instant, OfferedMethod } from '@reeve/protocol';
import { randomBytes, seededRandom } from '@reeve/protocol';
import type { Dispatch, WorkerCommand, WorkerEvent, WorkerFailure } from '@reeve/worker/core';
import { WorkerCore } from '@reeve/worker/core';
import { SimulatedNode } from './node.ts';
import type { World } from './world.ts';

/** A worker process of a simulated world. Its handlers take simulated time. */
export class SimulatedWorker extends SimulatedNode<WorkerCommand, WorkerEvent> {
  /** Every start of a handler, in order. */
  readonly starts: HandlerStart[] = [];
  readonly events: WorkerEvent[] = [];
  /** Dispatches whose signal was raised. */
  readonly aborted: Set<Dispatch> = new Set<Dispatch>();
  /** Handlers at work, and the most there ever were. */
  running = 0;
  runningMost = 0;
  /** How many times as long its handlers take. */
  slowness = 1;
  /** Its handlers never come to an end, though its loop goes on: until then, or for ever if it dies first. */
  wedgedUntil: Instant = 0;
  /** Its handlers fail at once, as the application says. */
  isBlackHole = false;
  readonly #options: SimulatedWorkerOptions;
  readonly #atWork = new Set<HandlerStart>();
  #core: WorkerCore;

  constructor(world: World, name: string, options: SimulatedWorkerOptions) {
    super(world, name);
    this.#options = options;
    this.#core = this.#newCore();
    world.enter(this as never);
    this.#open();
  }

  /** Handlers that it may run at once. */
  get concurrency(): number {
    return this.#options.concurrency ?? DEFAULT_CONCURRENCY;
  }

  get core(): WorkerCore {
    return this.#core;
  }

  restart(): void {
    this.#core = this.#newCore();
    this.revive();
    this.running = 0;
    this.#atWork.clear();
    this.#open();
  }

  /** Leaves as by SIGTERM, and exits. */
  drain(drainMs: number = 30_000): void {
    this.input((session, now) => session.handleCommand(now, { kind: 'drain', drainMs }));
  }

  protected override get session(): WorkerCore {
    return this.#core;
  }

  protected override handleEvent(event: WorkerEvent): void {
    if (event.kind === 'start') this.#start(event.dispatch);
    else if (event.kind === 'abort') this.aborted.add(event.dispatch);
    else this.events.push(event);
    if (event.kind === 'closed') this.#leave();
  }

  #leave(): void {
    for (const started of this.#atWork) started.wasLeft = true;
    this.exit();
  }

  #start(dispatch: Dispatch): void {
    const core = this.#core;
    this.running += 1;
    this.runningMost = Math.max(this.runningMost, this.running);
    const { callId, attempt, method, deadlineAt } = dispatch;
    const started: HandlerStart = {
      at: this.world.now,
      callId,
      attempt,
      method,
      deadlineAt: deadlineAt - this.clockOffsetMs,
    };
    this.starts.push(started);
    this.#atWork.add(started);
    const { takesMs, result } = this.#options.handle(dispatch);
    this.world.agenda.add(Math.max(this.world.now + takesMs * this.slowness, this.wedgedUntil), () => {
      // A handler dies with its process.
      if (core !== this.#core) return;
      this.input((_session, now) => {
        started.endedAt = this.world.now;
        this.#atWork.delete(started);
        this.running -= 1;
        if (result instanceof Uint8Array) core.complete(now, dispatch, result);
        else core.fail(now, dispatch, result);
      });
    });
  }

  #open(): void {
    this.input((session, now) => session.handleCommand(now, { kind: 'open' }));
  }

  #newCore(): WorkerCore {
    const { u32 } = this.world.random;
    const random = seededRandom(u32(), u32());
    const { brokers, methods, concurrency = DEFAULT_CONCURRENCY, prefetch = 16 } = this.#options;
    const options = { brokers, methods, concurrency, prefetch, label: this.name };
    return new WorkerCore({ instance: randomBytes(random, 16), random, options });
  }
}

export interface SimulatedWorkerOptions {
  readonly brokers: readonly string[];
  readonly methods: readonly OfferedMethod[];
  readonly concurrency?: number;
  readonly prefetch?: number;
  /** What a handler does: how long it takes, and its encoded result or how it fails. */
  readonly handle: (dispatch: Dispatch) => { takesMs: number; result: Uint8Array | WorkerFailure };
}

export interface HandlerStart {
  readonly at: Instant;
  readonly callId: string;
  readonly attempt: number;
  readonly method: number;
  /** The deadline as the worker knew it, in the world's time. */
  readonly deadlineAt: Instant;
  /** Not set while it is at work, nor ever if its worker died. */
  endedAt?: Instant;
  /** Its worker had waited long enough, and took its leave before it ended. */
  wasLeft?: true;
}

const DEFAULT_CONCURRENCY = 16;
