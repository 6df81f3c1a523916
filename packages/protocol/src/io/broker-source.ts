import { isIP } from 'node:net';
import { EndpointError } from './endpoint.ts';

/** What stands in a list of brokers: an endpoint, or a name in DNS that leads to some. */
export type BrokerSource = string | DnsName;

/** A name that is looked up again and again while a client or worker runs. */
export interface DnsName {
  /** `addresses`: each address of a host is a broker. `services`: each SRV record is one. */
  readonly kind: 'addresses' | 'services';
  /** As it was written. */
  readonly text: string;
  readonly name: string;
  /** Where the brokers of a host listen. 0 for SRV records, which name ports of their own. */
  readonly port: number;
}

/** Tells names from endpoints in a list of brokers. Throws an `EndpointError` for a name that cannot be looked up. */
export function brokerSources(list: readonly string[]): readonly BrokerSource[] {
  return list.map((text) => parseDnsName(text) ?? text);
}

/** The endpoints among the sources, in their order. */
export function listedEndpoints(sources: readonly BrokerSource[]): readonly string[] {
  return sources.filter((source) => typeof source === 'string');
}

function parseDnsName(text: string): DnsName | undefined {
  const [, scheme, rest = ''] = /^(dns|dns\+srv):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  return scheme === 'dns' ? parseHost(text, rest) : parseService(text, rest);
}

function parseHost(text: string, rest: string): DnsName {
  const [, name, portText] = /^(\[[^\]]*\]|[^\s:;/[\]]+)(?::(.*))?$/s.exec(rest) ?? [];
  if (name === undefined) throw bad(text, 'it does not read as host:port; write dns://broker.example:5555');
  if (isIP(name.replace(/^\[|\]$/g, '')) > 0) throw bad(text, `${name} is no name; write tcp://${rest}`);
  if (portText === undefined || portText === '') throw bad(text, portMissing(name));
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : NaN;
  if (!(port >= 1 && port <= 65_535)) throw bad(text, `"${portText}" is not a port; ports are 1 to 65535`);
  return { kind: 'addresses', text, name, port };
}

function parseService(text: string, rest: string): DnsName {
  if (rest.includes(':')) throw bad(text, 'SRV records name the port; write dns+srv://_reeve._tcp.example');
  if (!/^[^\s;/[\]]+$/.test(rest)) throw bad(text, 'it does not read as a name; write dns+srv://_reeve._tcp.example');
  return { kind: 'services', text, name: rest, port: 0 };
}

function portMissing(name: string): string {
  return name.startsWith('_')
    ? `the port is missing; for SRV records write dns+srv://${name}`
    : `the port is missing; write dns://${name}:5555`;
}

function bad(text: string, what: string): EndpointError {
  return new EndpointError('bad_endpoint', text, `cannot use the endpoint "${text}": ${what}`);
}
