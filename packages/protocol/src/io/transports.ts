import { parseEndpoint } from './endpoint.ts';
import { memoryTransport } from './memory-transport.ts';
import type { Transport } from './transport.ts';
import { zmtpTransport } from './zmtp/zmtp-transport.ts';

/** The transport that an endpoint's scheme names. Throws an `EndpointError` if there is none. */
export function transportFor(endpoint: string): Transport {
  return parseEndpoint(endpoint).scheme === 'memory' ? memoryTransport : zmtpTransport;
}
