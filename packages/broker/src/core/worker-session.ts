import type { Channel, DescribedService, Instant, OfferedMethod } from '@reeve/protocol';
import { PeerSessionBase } from './peer-session.ts';
import type { PendingCall } from './pending-call.ts';
import { Placement } from './placement.ts';
import type { PoolMember } from './pool.ts';
import type { RouteTarget } from './route.ts';
import { WorkerHealth } from './worker-health.ts';

/** A worker's session: what it offers, how much more it allows, and which calls it has. */
export class WorkerSession extends PeerSessionBase {
  readonly kind = 'worker' as const;
  /** Orders workers in the signature of a pool. Never reused. */
  readonly number: number;
  label: string;
  /** By method number. Empty until READY. */
  methods: readonly OfferedMethod[] = [];
  /** What it can describe: for each service the first line of its docs, if it has any. */
  readonly summaries: Map<string, string | undefined> = new Map<string, string | undefined>();
  isReady = false;
  /** It said DRAIN: nothing new for it. */
  isDraining = false;
  /** Silent for two heartbeats on an open connection: nothing new for it, what it has stays. */
  isSuspect = false;
  /** It was told that calls wait for its credit. */
  knowsDemand = false;

  /** Dispatches that it has allowed and that it was sent, both since the session began. */
  granted = 0;
  dispatched = 0;
  /** Dispatches that it has, fenced ones included. */
  load = 0;
  /** How many of them are for calls that were in flight on a worker that died. */
  struckLoad = 0;
  completed = 0;
  readonly health: WorkerHealth = new WorkerHealth();

  /** Its place in each pool that it belongs to. */
  memberships: PoolMember[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #places: Placement[] = [];
  readonly #freeSlots: number[] = [];
  #generation = 0;

  constructor(channel: Channel, instance: Uint8Array, nonce: number, heartbeatMs: number, number: number) {
    super(channel, instance, nonce, heartbeatMs);
    this.number = number;
    this.label = this.shortName;
  }

  /** Whether a call may be dispatched to it now, unless the pool holds it back. */
  get isAvailable(): boolean {
    return (
      this.granted > this.dispatched &&
      !this.isDraining &&
      !this.isSuspect &&
      !this.isEnded &&
      this.load < SLOTS_MAX &&
      !this.channel.isBlocked
    );
  }

  /** Takes what READY says. */
  offer(methods: readonly OfferedMethod[], described: readonly DescribedService[] = []): void {
    this.methods = methods;
    this.isReady = true;
    for (const { service, summary } of described) this.summaries.set(service, summary);
    methods.forEach((m, number) => this.#numbers.set(`${m.service} ${m.method}`, number));
  }

  /** The number of a method, if it offers it. */
  numberOf(service: string, method: string): number | undefined {
    return this.#numbers.get(`${service} ${method}`);
  }

  /** Whether it could be given a call, but a pool does not know yet. */
  get isOverlooked(): boolean {
    return this.isAvailable && this.memberships.some((m) => !m.isListed && m.isAvailable);
  }

  /** Gives a call a place, and a dispatch id that was never used before in this session. */
  assign(now: Instant, call: PendingCall, target: RouteTarget): Placement {
    const slot = this.#freeSlots.pop() ?? this.#places.length;
    const place = (this.#places[slot] ??= new Placement(this, slot));
    this.#generation += 1;
    place.take(now, call, this.#generation * SLOTS_MAX + slot, target);
    this.dispatched += 1;
    this.load += 1;
    if (place.isStruck) this.struckLoad += 1;
    this.health.mayProbe = false;
    return place;
  }

  /** The place that a dispatch id stands for, or `undefined` if that dispatch is over or was never made. */
  find(dispatch: number): Placement | undefined {
    if (dispatch === 0) return undefined;
    const place = this.#places[slotOf(dispatch)];
    return place?.dispatch === dispatch ? place : undefined;
  }

  /** Takes back a place. */
  release(place: Placement): void {
    if (place.isStruck) this.struckLoad -= 1;
    place.free();
    this.#freeSlots.push(place.slot);
    this.load -= 1;
  }

  /** All places that are taken. */
  placements(): Placement[] {
    return this.#places.filter((place) => place.dispatch !== 0);
  }
}

/** The low 16 bits, which are exact for any 53-bit number. */
function slotOf(dispatch: number): number {
  return dispatch & (SLOTS_MAX - 1);
}

/** Calls one worker can have at a time: what fits in the low 16 bits of a dispatch id. */
const SLOTS_MAX = 65_536;
