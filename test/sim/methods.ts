import type { OfferedMethod } from '@reeve/protocol';
import type { MethodName } from '@reeve/testing/world';

/** What is called in a storm. */
export const TWICE: MethodName = { service: 'storm', method: 'twice', fingerprint: 'a', idempotent: true };
/** The same method for a caller whose contract does not say that it is idempotent. */
export const CAUTIOUS: MethodName = { ...TWICE, idempotent: false };
export const ONCE: MethodName = { service: 'storm', method: 'once', fingerprint: 'b', idempotent: false };
const KEYED_TWICE: MethodName = { service: 'storm', method: 'keyedTwice', fingerprint: 'c', idempotent: true };
export const KEYED_ONCE: MethodName = { service: 'storm', method: 'keyedOnce', fingerprint: 'd', idempotent: false };
/** Its handlers give no sign of life, so the slow ones lose their lease. */
const LEASED: MethodName = { service: 'storm', method: 'leased', fingerprint: 'e', idempotent: true };

export const KEYED: ReadonlySet<MethodName> = new Set([KEYED_TWICE, KEYED_ONCE]);
export const ALL: readonly MethodName[] = [TWICE, ONCE, KEYED_TWICE, KEYED_ONCE, LEASED];
export const ASKED: readonly MethodName[] = [TWICE, TWICE, ONCE, ONCE, KEYED_TWICE, KEYED_ONCE, LEASED];
/** What nobody offers: another service, another method, another contract. */
export const ODD: readonly MethodName[] = [
  { ...TWICE, service: 'calm' },
  { ...ONCE, method: 'never' },
  { ...ONCE, fingerprint: 'z' },
];

/** What a worker says of a method that it offers. */
export function offered(method: MethodName): OfferedMethod {
  const leaseMs = method === LEASED ? { leaseMs: LEASE_MS } : {};
  return { ...method, version: '1.0.0', accepts: [], refuses: [], key: [], ...leaseMs };
}

const LEASE_MS = 300;
