import type { Endpoint, IpcEndpoint, TcpEndpoint } from './endpoint.ts';
import { EndpointError } from './endpoint.ts';

/** An endpoint that a socket can have. Throws an `EndpointError` for one in memory. */
export function socketEndpoint(endpoint: Endpoint): TcpEndpoint | IpcEndpoint {
  if (endpoint.scheme !== 'memory') return endpoint;
  const { text } = endpoint;
  throw new EndpointError(
    'bad_endpoint',
    text,
    `cannot use the endpoint "${text}" over ZeroMQ: write tcp:// or ipc://`,
  );
}
