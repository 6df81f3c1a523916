import { method, service } from '@reeve/contract';
import { z } from 'zod';
import { type Lock, lockOf } from '../lock/lock.ts';
import { lockText, parseLock } from '../lock/lock-text.ts';
import { finishServices } from '../read/finish-service.ts';
import { SchemaNames } from '../read/schema-names.ts';
import { SchemaSyntax } from '../read/schema-syntax.ts';
import { ServiceReader } from '../read/service-reader.ts';
import { ServiceReading } from '../read/service-reading.ts';
import { type Change, verdictOf } from './change.ts';
import { diffLocks } from './diff-locks.ts';

/** What a contract says about a method, as far as a test is about it. */
export interface Options {
  readonly input?: z.ZodType;
  readonly output?: z.ZodType;
  readonly errors?: Readonly<Record<string, unknown>>;
  readonly key?: string;
  readonly idempotent?: boolean;
  readonly timeoutMs?: number;
  readonly leaseMs?: number;
  readonly finish?: boolean;
  readonly doc?: string;
}

/** The lock of a service `s` with one method `m`, as it is when it comes back from a file. */
export function lockWith(options: Options): Lock {
  const one = service('s', {
    version: '1.0.0',
    // What types refuse here, such as a key of an unknown input, is none of this test's business.
    methods: { m: method({ input: z.void(), output: z.void(), ...options } as Parameters<typeof method>[0]) },
  });
  const names = new SchemaNames();
  const args = { exportName: 'S', file: 's.contract.ts', source: undefined, names, syntax: new SchemaSyntax() };
  const services = finishServices([new ServiceReading(new ServiceReader({ service: one, ...args }).read())]);
  return parseLock(lockText(lockOf(services)), 'reeve.lock.json');
}

/** Changes between two methods, each as `rule path: verdict`. */
export function changesBetween(old: Options, fresh: Options): string[] {
  return diffLocks(lockWith(old), lockWith(fresh)).map(changeText);
}

export function changeText(change: Change): string {
  return `${change.rule} ${change.path}: ${verdictOf(change)}`;
}

/** The same, as it is under a version of the service. */
export function versioned(version: string, options: Options): Lock {
  const lock = lockWith(options);
  return { ...lock, services: { s: { ...lock.services['s']!, version } } };
}
