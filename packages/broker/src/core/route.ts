import type { Declare, OfferedMethod, RefusedContract } from '@reeve/protocol';
import type { OwnAnswer } from './introspection.ts';
import type { Lane } from './lane.ts';
import type { Pool } from './pool.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * What a client means by one of its route numbers. Clients that mean the same share one: which workers fit is worked
 * out when a route or a worker comes, never per call.
 */
export class Route {
  readonly key: string;
  readonly service: Service;
  readonly method: string;
  readonly fingerprint: string;
  readonly accepts: readonly string[];
  /** Fingerprints of workers that cannot serve it, each with the reason. */
  readonly refuses: readonly RefusedContract[];
  /** The caller says that the handler may be started more than once. */
  readonly idempotent: boolean;
  /** Set for what the broker itself answers. */
  readonly answer: OwnAnswer | undefined;
  /** Sessions that have declared it. */
  users = 0;
  /** Where its calls wait. `pool` of it is undefined while no worker fits. */
  lane: Lane;
  /** For each worker that fits: the worker's number of the method. */
  readonly targets: Map<WorkerSession, RouteTarget> = new Map<WorkerSession, RouteTarget>();

  constructor(key: string, service: Service, declare: Declare, answer: OwnAnswer | undefined) {
    this.key = key;
    this.service = service;
    this.method = declare.method;
    this.fingerprint = declare.fingerprint;
    this.accepts = declare.accepts;
    this.refuses = declare.refuses ?? [];
    this.idempotent = declare.idempotent;
    this.answer = answer;
    this.lane = service.held;
    this.lane.routes += 1;
  }

  /** Whether caller and worker understand each other: either knows the other's fingerprint, and neither refuses it. */
  fits(offered: OfferedMethod): boolean {
    if (offered.method !== this.method) return false;
    if ((this.refusedBy(offered) ?? this.refusing(offered)) !== undefined) return false;
    return (
      offered.accepts.includes(ANY_CONTRACT) ||
      this.accepts.includes(ANY_CONTRACT) ||
      offered.fingerprint === this.fingerprint ||
      offered.accepts.includes(this.fingerprint) ||
      this.accepts.includes(offered.fingerprint)
    );
  }

  /** Why a worker does not serve such callers, if it says so. */
  refusedBy({ refuses }: OfferedMethod): string | undefined {
    return refuses.find((one) => one.fingerprint === this.fingerprint)?.why;
  }

  /** Why such callers cannot use a worker, if they say so. */
  refusing({ fingerprint }: OfferedMethod): string | undefined {
    return this.refuses.find((one) => one.fingerprint === fingerprint)?.why;
  }
}

/** Among what a peer accepts: a contract of any fingerprint. Peers that know no contracts say so. */
export const ANY_CONTRACT = '*';

/** How one worker serves a route. */
export interface RouteTarget {
  readonly method: number;
  /** Both caller and worker say that the handler may be started more than once. */
  readonly mayRestart: boolean;
  /** How long a dispatch may go without a sign of life, in ms; 0 = until the deadline. */
  readonly leaseMs: number;
  /** The handler goes on when its caller is gone. */
  readonly finish: boolean;
}

/** A service that somebody offers, wants, or offered not long ago. */
export class Service {
  readonly name: string;
  readonly routes: Set<Route> = new Set<Route>();
  readonly workers: Set<WorkerSession> = new Set<WorkerSession>();
  /** Whether a worker has offered it within the time that services are remembered. */
  isKnown = false;
  /** When its last worker left. */
  emptySince = 0;
  queuedCalls = 0;
  queuedBytes = 0;
  /** Those that wait for the result of another call. They fill the same queue. */
  parkedCalls = 0;
  parkedBytes = 0;
  /** Where calls wait that no worker can serve. */
  readonly held: Lane;
  /** Where the others wait, one lane for each pool that serves one of its routes. */
  readonly lanes: Map<Pool, Lane> = new Map<Pool, Lane>();

  constructor(name: string, lane: (service: Service) => Lane) {
    this.name = name;
    this.held = lane(this);
  }
}
