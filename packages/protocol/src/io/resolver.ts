import { promises as dns } from 'node:dns';
import type { DnsName } from './broker-source.ts';

/**
 * Looks a name up: gives the endpoints that it leads to now, in order of preference. Rejects if that cannot be told.
 * Tests and other kinds of directories give another one than DNS.
 */
export type Resolver = (name: DnsName) => Promise<readonly string[]>;

/**
 * Makes a resolver on lookups of DNS.
 *
 * The addresses of a host have no order of their own: they come sorted, so that every client prefers the same broker,
 * and an answer that was only shuffled changes nothing. A host with addresses of both kinds is one broker and not two,
 * so IPv6 is taken only where there is no IPv4. SRV records come by priority, the lowest first, and then by weight,
 * the highest first; their targets stay names, so that a broker that moved to another address is the same one still.
 */
export function dnsResolver(lookups: DnsLookups): Resolver {
  return async ({ kind, name, port }) => {
    if (kind === 'services') return servicesOf(await lookups.services(name));
    return addressesOf(await lookups.addresses(name)).map((address) => `tcp://${address}:${port}`);
  };
}

/** What a resolver asks of DNS. */
export interface DnsLookups {
  addresses(host: string): Promise<readonly HostAddress[]>;
  services(name: string): Promise<readonly ServiceRecord[]>;
}

export interface HostAddress {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

/** An SRV record. */
export interface ServiceRecord {
  /** A host. Empty: the service is not there on purpose. */
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** Hosts as the system looks them up, with its hosts file and search domains; SRV from the system's name servers. */
export const systemResolver: Resolver = dnsResolver({
  addresses: (host) => dns.lookup(host, { all: true }),
  services: (name) => dns.resolveSrv(name),
});

/** What went wrong with a lookup, in words. */
export function lookupTrouble(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return TROUBLES[code] ?? `the lookup failed: ${error instanceof Error ? error.message : String(error)}`;
}

function addressesOf(found: readonly HostAddress[]): readonly string[] {
  const v4 = found.filter(({ family }) => family === 4).map(({ address }) => address);
  if (v4.length > 0) return unique(v4.toSorted(byParts));
  return unique(found.map(({ address }) => `[${address}]`).toSorted());
}

function servicesOf(found: readonly ServiceRecord[]): readonly string[] {
  const present = found.map((record) => ({ ...record, name: record.name.replace(/\.$/, '') }));
  const inOrder = present.filter(({ name }) => name !== '').toSorted(byPreference);
  return unique(inOrder.map(({ name, port }) => `tcp://${name}:${port}`));
}

function byPreference(a: ServiceRecord, b: ServiceRecord): number {
  return a.priority - b.priority || b.weight - a.weight || (a.name < b.name ? -1 : 1) * Number(a.name !== b.name);
}

/** As numbers: 10.0.0.9 comes before 10.0.0.10. */
function byParts(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at === -1 ? 0 : left[at]! - right[at]!;
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}

const UNREACHABLE = 'no name server answers';
const TROUBLES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known',
  ENODATA: 'the name has no such records',
  EAI_AGAIN: UNREACHABLE,
  ETIMEOUT: UNREACHABLE,
  ECONNREFUSED: UNREACHABLE,
  ESERVFAIL: 'the name server cannot answer for the name',
};
