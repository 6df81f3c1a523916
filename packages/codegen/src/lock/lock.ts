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
  /** What its methods were before, by their names. Absent where none has changed. */
  readonly former?: Readonly<Record<string, MethodHistory>>;
}

/** The versions of a method that are known besides the present one. */
export interface MethodHistory {
  /** The version of the service with which the present one came. */
  readonly since: string;
  /** Newest first. No two of them, nor the present one, have the same fingerprint. */
  readonly versions: readonly FormerMethod[];
}

/** A method as it was when another one took its place in the lock. */
export interface FormerMethod extends LockedMethod {
  /** The version of the service with which it came. Absent where nobody knows: it was the first that was locked. */
  readonly since?: string;
  /** The last version of the service that had it. */
  readonly version: string;
  /** Named types, to which its shapes refer. */
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
