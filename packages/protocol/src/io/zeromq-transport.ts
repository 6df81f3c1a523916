import type { IpcEndpoint, TcpEndpoint } from './endpoint.ts';
import { EndpointError, parseDialEndpoint, parseEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import type { Transport } from './transport.ts';
import { ZeroMqLink } from './zeromq-link.ts';
import { listenZeroMq } from './zeromq-listener.ts';

/** The transport over ZeroMQ, for `tcp://` and `ipc://`. The native library is loaded on first use. */
export const zeromqTransport: Transport = {
  dial: (text, handler, options) => new ZeroMqLink(ours(parseDialEndpoint(text)), handler, options),
  listen: async (text, handler, options) => listenZeroMq(ours(parseEndpoint(text)), handler, options),
};

function ours(endpoint: Endpoint): TcpEndpoint | IpcEndpoint {
  if (endpoint.scheme !== 'memory') return endpoint;
  const { text } = endpoint;
  throw new EndpointError(
    'bad_endpoint',
    text,
    `cannot use the endpoint "${text}" over ZeroMQ: write tcp:// or ipc://`,
  );
}
