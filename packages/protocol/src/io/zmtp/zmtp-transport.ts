import { parseDialEndpoint, parseEndpoint } from '../endpoint.ts';
import { socketEndpoint } from '../socket-endpoint.ts';
import type { Transport } from '../transport.ts';
import { ZmtpLink } from './zmtp-link.ts';
import { listenZmtp } from './zmtp-listener.ts';

/** ZeroMQ's protocol over Node's own sockets, for `tcp://` and `ipc://`. */
export const zmtpTransport: Transport = {
  dial: (text, handler, options) => new ZmtpLink(socketEndpoint(parseDialEndpoint(text)), handler, options),
  listen: async (text, handler, options) => listenZmtp(socketEndpoint(parseEndpoint(text)), handler, options),
};
