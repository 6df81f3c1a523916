import type { Instant, Timed } from '@reeve/protocol';
import { Fifo, TimerNode } from '@reeve/protocol';
import type { Ask } from './ask.ts';
import type { BodyForm } from './bodies.ts';
import type { NativeName } from './names.ts';

/** Where a request leads, and what its bodies are. */
export interface LegacyRoute {
  readonly name: NativeName;
  readonly timeoutMs: number;
  /** How long to wait for a worker to appear. */
  readonly holdMs: number;
  /** Until when requests wait in any case: the broker has just started, and its workers are coming back. */
  readonly warmUntil: Instant;
  /** What bodies are at this moment. `either`: MessagePack or JSON. `undefined`: nobody is there to say so. */
  form(): BodyForm | 'either' | undefined;
}

/**
 * The requests of one client for one service that the core does not have, in their order. A service that is slow or
 * not there holds up nothing but itself.
 */
export class AskLane {
  readonly name: string;
  /** The name as the client wrote it. */
  readonly service: Uint8Array;
  readonly route: LegacyRoute;
  readonly waiting: Fifo<Ask> = new Fifo<Ask>();
  /** Looks again whether somebody offers the service. */
  readonly timer: TimerNode<Timed>;
  /** How many the core has. */
  sent = 0;
  /** How many rest before they are sent again. */
  resting = 0;
  /** Has its turn. */
  isListed = false;
  /** Since when nobody offers the service; `undefined`: somebody does. */
  lackingSince: Instant | undefined;

  constructor(name: string, service: Uint8Array, route: LegacyRoute, onTimer: (now: Instant, lane: AskLane) => void) {
    this.name = name;
    this.service = service;
    this.route = route;
    this.timer = new TimerNode<Timed>({ onTimer: (now) => onTimer(now, this) });
  }

  get isIdle(): boolean {
    return this.sent + this.resting + this.waiting.size === 0;
  }

  /** Until when a request waits while nobody offers the service. */
  holdUntil(lackingSince: Instant, ask: Ask): Instant {
    const { holdMs, warmUntil } = this.route;
    return Math.min(ask.deadlineAt, Math.max(warmUntil, Math.max(lackingSince, ask.arrivedAt) + holdMs));
  }
}
