import type { ServiceStatus } from '@reeve/broker';
import { BROKER_SERVICE } from '@reeve/broker/core';
import type { Caller } from '@reeve/client';
import type { MethodDescriptor, ServiceDescriptor } from '@reeve/protocol';

/** Asks a broker what it knows of the services that workers offer to it. */
export async function liveServices(reeve: Caller, timeoutMs: number): Promise<readonly ServiceStatus[]> {
  const ask = reeve.method<null, readonly ServiceStatus[]>(brokerService('services'), 'services');
  return await ask(null, { timeoutMs });
}

/** What the broker itself answers. It takes any fingerprint, and says so if it has no such method. */
export function brokerService(method: string): ServiceDescriptor {
  const methods = { [method]: looseMethod(method, { idempotent: true }) };
  return { name: BROKER_SERVICE, version: '0.0.0', methods, shapes: {} };
}

/** Describes a method of which only that is known what a broker tells: any input, any output. */
export function looseMethod(
  name: string,
  fields: Partial<Pick<MethodDescriptor, 'fingerprint' | 'acceptsWorkers' | 'idempotent' | 'key'>>,
): MethodDescriptor {
  return {
    name,
    fingerprint: NO_FINGERPRINT,
    accepts: [],
    idempotent: false,
    key: [],
    timeoutMs: 10_000,
    input: { kind: 'any' },
    output: { kind: 'any' },
    errors: {},
    ...fields,
  };
}

const NO_FINGERPRINT = '0'.repeat(32);
