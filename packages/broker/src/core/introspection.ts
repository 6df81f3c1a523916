import { encodeValue } from '@reeve/protocol';
import type { Counters } from './counters.ts';
import type { Registry } from './registry.ts';
import type { Service } from './route.ts';

/** Whether a service is the broker's own: no worker may offer it. */
export function isReserved(service: string): boolean {
  return service.startsWith('reeve.');
}

/** The service under which a broker answers questions about itself. */
export const BROKER_SERVICE = 'reeve.broker';

/** What a broker tells of one service. */
export interface ServiceStatus {
  readonly name: string;
  /** The first line of what its contract says about it, if a worker says so. */
  readonly summary?: string;
  readonly versions: readonly string[];
  readonly workers: readonly WorkerStatus[];
  readonly queued: number;
  readonly methods: readonly MethodStatus[];
}

export interface WorkerStatus {
  readonly label: string;
  /** Of the service. */
  readonly version: string;
  readonly load: number;
  readonly completed: number;
  /** Silent for two heartbeats: it gets nothing new. */
  readonly isSuspect: boolean;
  /** Its calls fail when those of its siblings do not: it gets one at a time. */
  readonly isHeldBack: boolean;
}

export interface MethodStatus {
  readonly name: string;
  readonly fingerprints: readonly string[];
  readonly idempotent: boolean;
  readonly key: readonly string[];
}

/** Answers what people and tools ask a broker about itself. */
export class Introspection {
  readonly #registry: Registry;
  readonly #counters: Counters;

  constructor(registry: Registry, counters: Counters) {
    this.#registry = registry;
    this.#counters = counters;
  }

  /** How the broker answers a method of its own service, or `undefined` if it is not one. */
  answerFor(service: string, method: string): OwnAnswer | undefined {
    if (service !== BROKER_SERVICE) return undefined;
    if (method === 'describe') return ASK_A_WORKER;
    if (method === 'services') return () => encodeValue(this.services());
    if (method === 'stats') return () => encodeValue({ ...this.#counters });
    return undefined;
  }

  /** All services that somebody offers, or did not long ago. */
  services(): ServiceStatus[] {
    const known = [...this.#registry.services.values()].filter((s) => s.isKnown);
    return known.map(statusOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Makes the body of a reply, or says that a worker has to be asked for it. */
export type OwnAnswer = (() => Uint8Array) | typeof ASK_A_WORKER;

export const ASK_A_WORKER = 'ask a worker';

function statusOf(service: Service): ServiceStatus {
  const offers = [...service.workers].flatMap((w) => w.methods.filter((m) => m.service === service.name));
  const names = [...new Set(offers.map((m) => m.method))].sort();
  const summary = summaryOf(service);
  return {
    name: service.name,
    ...(summary === undefined ? {} : { summary }),
    versions: [...new Set(offers.map((m) => m.version))].sort(),
    workers: [...service.workers].map(({ label, load, completed, isSuspect, health: { isHeldBack }, methods }) => {
      const { version } = methods.find((m) => m.service === service.name)!;
      return { label, version, load, completed, isSuspect, isHeldBack };
    }),
    queued: service.queuedCalls,
    methods: names.map((name) => {
      const same = offers.filter((m) => m.method === name);
      return {
        name,
        fingerprints: [...new Set(same.map((m) => m.fingerprint))],
        idempotent: same.every((m) => m.idempotent),
        key: same[0]!.key,
      };
    }),
  };
}

/** That of the worker which came last: it is the newest one, if any is. */
function summaryOf({ name, workers }: Service): string | undefined {
  return [...workers].findLast((worker) => worker.summaries.get(name) !== undefined)?.summaries.get(name);
}
