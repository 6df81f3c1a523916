import { parseEndpoint } from './endpoint.ts';
import { memoryTransport } from './memory-transport.ts';
import type { Transport } from './transport.ts';
import { zeromqTransport } from './zeromq-transport.ts';
import { zmtpTransport } from './zmtp/zmtp-transport.ts';

/** The transport that an endpoint's scheme names. Throws an `EndpointError` if there is none. */
export function transportFor(endpoint: string): Transport {
  return parseEndpoint(endpoint).scheme === 'memory' ? memoryTransport : zmtpTransport;
}

/**
 * The same for a program whose loop may be blocked for long, as by a user's handler: libzmq keeps its connections in a
 * thread of its own, which answers pings meanwhile. So what stands still is told from what is busy.
 */
export function threadedTransportFor(endpoint: string): Transport {
  return parseEndpoint(endpoint).scheme === 'memory' ? memoryTransport : zeromqTransport;
}
