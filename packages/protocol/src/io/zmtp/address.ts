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
  return { host: host === '*' ? '0.0.0.0' : (addressOfInterface(host) ?? host), port, family: 4 };
}

/** The IPv4 address of a network interface of this machine, where a host is the name of one. */
function addressOfInterface(name: string): string | undefined {
  return networkInterfaces()[name]?.find(({ family }) => family === 'IPv4')?.address;
}
