import { parseDialEndpoint } from './endpoint.ts';
import { socketEndpoint } from './socket-endpoint.ts';
import type { Transport } from './transport.ts';
import { ZeroMqLink } from './zeromq-link.ts';
import { zmtpTransport } from './zmtp/zmtp-transport.ts';

/** Dials with libzmq, for `tcp://` and `ipc://`, and listens as Reeve always does. It is loaded on first use. */
export const zeromqTransport: Transport = {
  dial: (text, handler, options) => new ZeroMqLink(socketEndpoint(parseDialEndpoint(text)), handler, options),
  listen: (text, handler, options) => zmtpTransport.listen(text, handler, options),
};
