import type { Shape } from '@reeve/protocol';
import type { MethodModel, ServiceModel } from '../model/model.ts';

/**
 * All that callers and workers of some services agree on, as plain data: what `reeve.lock.json` holds.
 *
 * Nothing in it varies between runs or machines.
 */
export interface Lock {
  readonly lockVersion: 1;
  readonly services: Readonly<Record<string, LockedService>>;
}

export interface LockedService {
  readonly version: string;
  readonly doc?: string;
  readonly fingerprint: string;
  readonly methods: Readonly<Record<string, LockedMethod>>;
  /** Named types, to which shapes refer. */
  readonly types: Readonly<Record<string, Shape>>;
}

export interface LockedMethod {
  readonly doc?: string;
  readonly fingerprint: string;
  readonly idempotent: boolean;
  readonly key: readonly string[];
  readonly timeoutMs: number;
  readonly leaseMs?: number;
  readonly finish: boolean;
  readonly input: Shape;
  readonly output: Shape;
  readonly errors: Readonly<Record<string, LockedError>>;
}

export interface LockedError {
  readonly code: string;
  readonly doc?: string;
  readonly data?: Shape;
}

/** What callers and workers agree on, of services as they were read. */
export function lockOf(services: readonly ServiceModel[]): Lock {
  return { lockVersion: 1, services: Object.fromEntries(services.map((service) => [service.name, locked(service)])) };
}

function locked({ version, doc, fingerprint, methods, types }: ServiceModel): LockedService {
  return {
    version,
    ...(doc === undefined ? {} : { doc }),
    fingerprint,
    methods: Object.fromEntries(methods.map((method) => [method.name, lockedMethod(method)])),
    types: Object.fromEntries(types.map(({ name, shape }) => [name, shape])),
  };
}

function lockedMethod(method: MethodModel): LockedMethod {
  const { doc, fingerprint, idempotent, key, timeoutMs, leaseMs, finish, input, output, errors } = method;
  return {
    ...(doc === undefined ? {} : { doc }),
    fingerprint,
    idempotent,
    key,
    timeoutMs,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    finish,
    input: input.wire,
    output: output.wire,
    errors: Object.fromEntries(errors.map((error) => [error.name, lockedError(error)])),
  };
}

function lockedError({ code, doc, data }: MethodModel['errors'][number]): LockedError {
  return { code, ...(doc === undefined ? {} : { doc }), ...(data === undefined ? {} : { data: data.wire }) };
}
