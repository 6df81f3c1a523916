import { networkInterfaces } from 'node:os';
import type { IpcEndpoint, TcpEndpoint } from '../endpoint.ts';

/** Where Node is to connect or to listen. */
export type Address =
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly family: 4 | 6 };

/**
 * An endpoint as Node takes it. A name stands for its IPv4 addresses, as with libzmq: it would else lead to addresses
 * that nobody listens on.
 */
export function addressOf(endpoint: TcpEndpoint | IpcEndpoint): Address {
  if (endpoint.scheme === 'ipc') return { path: endpoint.path };
  const { host, port } = endpoint;
  if (host.startsWith('[')) return { host: host.slice(1, -1), port, family: 6 };
  return { host, port, family: 4 };
}

/** The same for listening: `*` stands for all addresses, the name of a network interface for its IPv4 address. */
export function addressToListenOn(endpoint: TcpEndpoint | IpcEndpoint): Address {
  const address = addressOf(endpoint);
  if (!('host' in address)) return address;
  return { ...address, host: address.host === '*' ? '0.0.0.0' : (addressOfInterface(address.host) ?? address.host) };
}

/** The IPv4 address of a network interface of this machine, where a host is the name of one. */
function addressOfInterface(name: string): string | undefined {
  const interfaces = new Map(Object.entries(networkInterfaces()));
  return interfaces.get(name)?.find(({ family }) => family === 'IPv4')?.address;
}
