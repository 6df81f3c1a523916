import type { Declare, Instant, Limits, OfferedMethod } from '@reeve/protocol';
import type { OwnAnswer } from './introspection.ts';
import { Lane } from './lane.ts';
import { Pool } from './pool.ts';
import { Route, Service } from './route.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * Who offers what, and who wants what.
 *
 * Everything here changes when a worker or a route comes or goes. A call only follows the references that were laid
 * then: route → lane → pool → worker.
 */
export class Registry {
  readonly services: Map<string, Service> = new Map<string, Service>();
  readonly #memoryMs: number;
  readonly #routes = new Map<string, Route>();
  readonly #pools = new Map<string, Pool>();
  #dissolved: Pool[] = [];
  #nextExpiryAt: Instant = 0;

  constructor(limits: Limits) {
    this.#memoryMs = limits.serviceMemoryMs;
  }

  get routeCount(): number {
    return this.#routes.size;
  }

  get poolCount(): number {
    return this.#pools.size + this.#dissolved.length;
  }

  /** Finds or makes the route that a client declares. */
  declare(now: Instant, declare: Declare, answer?: OwnAnswer): Route {
    const { service, method, fingerprint, accepts, refuses, idempotent } = declare;
    const key = JSON.stringify([service, method, fingerprint, accepts, refuses, idempotent]);
    let route = this.#routes.get(key);
    if (route === undefined) {
      route = new Route(key, this.#service(now, service), declare, answer);
      this.#routes.set(key, route);
      route.service.routes.add(route);
      this.#aim(route);
    }
    route.users += 1;
    return route;
  }

  /** Forgets a route that its last session has left. */
  release(now: Instant, route: Route): void {
    route.users -= 1;
    if (route.users > 0) return;
    this.#routes.delete(route.key);
    route.service.routes.delete(route);
    route.lane.routes -= 1;
    this.#sweep(route.service);
    this.#forgetUnused(now, route.service);
  }

  /** Enters a worker that has said READY. Returns the services whose routes changed. */
  join(now: Instant, worker: WorkerSession): Service[] {
    const services = [...new Set(worker.methods.map((m) => m.service))].map((name) => this.#service(now, name));
    for (const service of services) {
      service.workers.add(worker);
      service.isKnown = true;
    }
    this.#reaim(now, services);
    return services;
  }

  /** Removes a worker. Returns the services whose routes changed. */
  leave(now: Instant, worker: WorkerSession): Service[] {
    const services = [...new Set(worker.methods.map((m) => m.service))].map((name) => this.#service(now, name));
    for (const service of services) {
      service.workers.delete(worker);
      if (service.workers.size === 0) service.emptySince = now;
    }
    this.#reaim(now, services);
    return services;
  }

  /** What live workers offer under a name. */
  offersOf(service: string, method: string): OfferedMethod[] {
    const workers = this.services.get(service)?.workers ?? [];
    return [...workers].flatMap((worker) => {
      const number = worker.numberOf(service, method);
      return number === undefined ? [] : [worker.methods[number]!];
    });
  }

  /** One of them, which is quicker. */
  offerOf(service: string, method: string): OfferedMethod | undefined {
    for (const worker of this.services.get(service)?.workers ?? []) {
      const number = worker.numberOf(service, method);
      if (number !== undefined) return worker.methods[number];
    }
    return undefined;
  }

  /** Takes out the pools that are no more, so that what was set in motion for them can be stopped. */
  takeDissolved(): Pool[] {
    const dissolved = this.#dissolved;
    if (dissolved.length > 0) this.#dissolved = [];
    return dissolved;
  }

  /** Forgets services that nobody has offered for long. */
  expire(now: Instant): void {
    if (now < this.#nextExpiryAt) return;
    this.#nextExpiryAt = now + EXPIRY_EVERY_MS;
    for (const service of this.services.values()) {
      if (service.workers.size > 0 || now - service.emptySince < this.#memoryMs) continue;
      service.isKnown = false;
      this.#forgetUnused(now, service);
    }
  }

  #service(now: Instant, name: string): Service {
    let service = this.services.get(name);
    if (service === undefined) {
      service = new Service(name, (s) => new Lane(s, undefined));
      service.emptySince = now;
      this.services.set(name, service);
    }
    return service;
  }

  #forgetUnused(now: Instant, service: Service): void {
    const isRemembered = service.isKnown && now - service.emptySince < this.#memoryMs;
    if (service.routes.size === 0 && service.workers.size === 0 && !isRemembered) this.services.delete(service.name);
  }

  #reaim(now: Instant, services: readonly Service[]): void {
    for (const service of services) {
      for (const route of service.routes) this.#aim(route);
      regroup(now, service);
    }
    // Only now: a pool that one service has left may be the new pool of the next.
    for (const service of services) this.#sweep(service);
  }

  /** Works out which workers fit a route, and points the route at their lane. */
  #aim(route: Route): void {
    const { service } = route;
    route.targets.clear();
    for (const worker of service.workers) {
      const method = worker.numberOf(service.name, route.method);
      const offered = method === undefined ? undefined : worker.methods[method];
      if (offered === undefined || !route.fits(offered)) continue;
      const { idempotent, leaseMs = 0, finish = false } = offered;
      route.targets.set(worker, { method: method!, mayRestart: route.idempotent && idempotent, leaseMs, finish });
    }
    route.lane.routes -= 1;
    route.lane = route.targets.size === 0 ? service.held : this.#lane(service, [...route.targets.keys()]);
    route.lane.routes += 1;
  }

  #lane(service: Service, workers: WorkerSession[]): Lane {
    workers.sort((a, b) => a.number - b.number);
    const signature = workers.map((w) => w.number).join(' ');
    let pool = this.#pools.get(signature);
    if (pool === undefined) {
      pool = new Pool(signature, workers);
      this.#pools.set(signature, pool);
    }
    let lane = service.lanes.get(pool);
    if (lane === undefined) {
      lane = new Lane(service, pool);
      service.lanes.set(pool, lane);
      pool.laneCount += 1;
    }
    return lane;
  }

  /** Drops the lanes that no route points at any more, and the pools that have no lane. */
  #sweep(service: Service): void {
    for (const [pool, lane] of service.lanes) {
      if (lane.routes > 0) continue;
      service.lanes.delete(pool);
      pool.laneCount -= 1;
      if (pool.laneCount > 0) continue;
      this.#pools.delete(pool.signature);
      this.#dissolved.push(pool);
      pool.dissolve();
    }
  }
}

/** Moves waiting calls to the lanes that their routes now point at. */
function regroup(now: Instant, service: Service): void {
  for (const lane of [service.held, ...service.lanes.values()]) {
    for (const call of lane.calls()) {
      const target = call.route.lane;
      if (target === lane) continue;
      lane.remove(call);
      call.regroup(target.pool === undefined ? 'held' : 'queued');
      if (target.pool?.waiting === 0) target.pool.pace.begin(now);
      target.add(call);
    }
  }
}

/** Services are many and their memory is long: one look a second is enough. */
const EXPIRY_EVERY_MS = 1_000;
