import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceStatus } from '@reeve/broker';
import { BROKER_SERVICE } from '@reeve/broker/core';
import type { Caller } from '@reeve/client';
import type { ServiceDescriptor } from '@reeve/protocol';
import { LIMITS } from '@reeve/protocol';
import { CommandError } from './failure.ts';
import { brokerService, liveServices, looseMethod } from './live-services.ts';
import { didYouMean } from './near-names.ts';

/** A method by its name. */
export interface MethodName {
  readonly service: string;
  readonly method: string;
}

/**
 * Asks the broker how a method is to be called.
 *
 * A worker that was started a moment ago may be on its way: a service that nobody offers is looked for a second time
 * and again until the grace is over that a broker gives a call, too. Then it throws an error that names what is near.
 */
export async function findMethod(reeve: Caller, name: MethodName, timeoutMs: number): Promise<ServiceDescriptor> {
  if (name.service === BROKER_SERVICE) return brokerService(name.method);
  const { services, found } = await findService(reeve, timeoutMs, (one) => one.name === name.service);
  const descriptor = found === undefined ? undefined : describe(found, name.method);
  if (descriptor === undefined) throw notFound(name, services, found);
  return descriptor;
}

/** Looks for a service with workers, again and again until the grace is over. */
export async function findService(
  reeve: Caller,
  timeoutMs: number,
  isMeant: (service: ServiceStatus) => boolean,
): Promise<{ readonly services: readonly ServiceStatus[]; readonly found: ServiceStatus | undefined }> {
  const endAt = performance.now() + Math.min(timeoutMs, LIMITS.noWorkerGraceMs);
  for (;;) {
    const services = await liveServices(reeve, timeoutMs);
    const found = services.find(isMeant);
    // Where workers are, waiting would not help.
    if ((found?.workers.length ?? 0) > 0 || performance.now() >= endAt) return { services, found };
    await sleep(LOOK_AGAIN_MS);
  }
}

function describe(service: ServiceStatus, method: string): ServiceDescriptor | undefined {
  const status = service.methods.find((one) => one.name === method);
  const [fingerprint, ...acceptsWorkers] = status?.fingerprints ?? [];
  if (status === undefined || fingerprint === undefined) return undefined;
  const { idempotent, key } = status;
  return {
    name: service.name,
    version: service.versions[0] ?? '0.0.0',
    methods: { [method]: looseMethod(method, { fingerprint, acceptsWorkers, idempotent, key }) },
    shapes: {},
  };
}

function notFound(name: MethodName, services: readonly ServiceStatus[], found: ServiceStatus | undefined): Error {
  const full = `${name.service}.${name.method}`;
  if (found === undefined) return unknownService(name.service, services);
  if (found.workers.length === 0) return noWorker(full);
  return unknownMethod(
    name,
    found.methods.map((method) => method.name),
  );
}

/** Nobody offers the service. Names those that are near. */
export function unknownService(name: string, services: readonly ServiceStatus[]): Error {
  const known = services.map((service) => service.name);
  const next = didYouMean(name, known) ?? hereIs('services', known) ?? 'start a worker: reeve worker worker.ts';
  const message = `no worker offers the service "${name}"`;
  return missing({ code: 'unimplemented', reason: 'unknown_service', message, next });
}

/** The service is known, and has no worker. */
export function noWorker(name: string): Error {
  const next = 'start one: reeve worker worker.ts';
  return missing({ code: 'unavailable', reason: 'no_worker', message: `${name}: no worker is there now`, next });
}

/** The service has no such method. Names those that are near. */
export function unknownMethod({ service, method }: MethodName, known: readonly string[]): Error {
  const next = didYouMean(method, known) ?? hereIs('methods', known);
  const message = `the service "${service}" has no method "${method}"`;
  return missing({ code: 'unimplemented', reason: 'unknown_method', message, next });
}

function missing(failure: { code: string; reason: string; message: string; next: string | undefined }): Error {
  return new CommandError({ ...failure, message: `[${failure.code}] ${failure.message}`, executed: 'no' });
}

function hereIs(what: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, NAMES_MAX).join(', ');
  return `${what} here: ${shown}${names.length > NAMES_MAX ? ', …' : ''}`;
}

/** Soon enough that nobody notices, seldom enough that a broker does not either. */
const LOOK_AGAIN_MS = 50;
/** What fits on a line. */
const NAMES_MAX = 8;
