import dns from 'node:dns';
import { rmSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer, isIP } from 'node:net';
import { Fifo } from '../../fifo.ts';
import { LIMITS, transportTimeoutMs } from '../../limits.ts';
import type { PeerId } from '../../session.ts';
import { bindError } from '../bind-error.ts';
import type { IpcEndpoint, TcpEndpoint } from '../endpoint.ts';
import type { IpcClaim } from '../ipc-claim.ts';
import { claimIpcPath } from '../ipc-claim.ts';
import { nextPeerId } from '../peer-ids.ts';
import { SETTLED } from '../settled.ts';
import type { Listener, ListenerHandler, ListenOptions, SendResult } from '../transport.ts';
import type { Address } from './address.ts';
import { addressToListenOn } from './address.ts';
import type { ConnectionOptions } from './connection.ts';
import { Connection, WRITE_BYTES_MAX } from './connection.ts';
import { Pulse } from './pulse.ts';
import { givenUp } from './silence.ts';

/** Listens on an endpoint and speaks ZMTP as a ROUTER does. */
export async function listenZmtp(
  endpoint: TcpEndpoint | IpcEndpoint,
  handler: ListenerHandler,
  options: ListenOptions = {},
): Promise<Listener> {
  const claim = endpoint.scheme === 'ipc' ? await claimIpcPath(endpoint) : undefined;
  const server = createServer({
    highWaterMark: WRITE_BYTES_MAX,
    // Beside pings, for peers that know none: the system at the other end answers, or is given up eleven seconds later.
    keepAlive: true,
    keepAliveInitialDelay: LIMITS.transportHeartbeatMs,
  });
  try {
    await bind(server, endpoint);
  } catch (thrown) {
    claim?.release();
    throw bindError(endpoint, thrown);
  }
  return new ZmtpListener(server, endpoint, handler, connectionOptions(options), claim);
}

class ZmtpListener implements Listener {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #handler: ListenerHandler;
  readonly #options: ConnectionOptions;
  readonly #claim: IpcClaim | undefined;
  readonly #open = new Set<Connection>();
  /** Those that have said something. */
  readonly #peers = new Map<PeerId, Connection>();
  readonly #pulse: Pulse;
  #closing: Promise<void> | undefined;

  constructor(
    server: Server,
    endpoint: TcpEndpoint | IpcEndpoint,
    handler: ListenerHandler,
    options: ConnectionOptions,
    claim: IpcClaim | undefined,
  ) {
    this.#server = server;
    this.endpoint = boundEndpoint(server, endpoint);
    this.#handler = handler;
    this.#options = options;
    this.#claim = claim;
    this.#pulse = new Pulse((sinceMs) => this.#beat(sinceMs));
    server.on('connection', (socket) => this.#accept(socket));
    // An accept that fails, as for want of file descriptors, is tried again by the system's next event.
    server.on('error', () => undefined);
  }

  send(peer: PeerId, frames: readonly Uint8Array[]): Promise<SendResult> {
    const connection = this.#peers.get(peer);
    return SETTLED[connection === undefined ? 'gone' : connection.send(frames)];
  }

  close(lingerMs = 0): Promise<void> {
    this.#closing ??= this.#close(lingerMs);
    return this.#closing;
  }

  #accept(socket: Socket): void {
    let peer: PeerId | undefined;
    const connection = new Connection(socket, this.#options, new Fifo(), {
      onUp: () => undefined,
      onMessage: (frames) => {
        if (peer === undefined) this.#peers.set((peer = nextPeerId()), connection);
        this.#handler.onMessage(peer, frames);
      },
      onEnd: () => {
        this.#open.delete(connection);
        // A connection that ended before it had said anything was nobody's peer.
        if (peer === undefined) return;
        this.#peers.delete(peer);
        this.#handler.onLost(peer);
      },
    });
    this.#open.add(connection);
  }

  #beat(sinceMs: number): void {
    for (const connection of this.#open) connection.tick(sinceMs);
    for (const connection of givenUp(this.#open)) connection.giveUp();
  }

  async #close(lingerMs: number): Promise<void> {
    this.#pulse.stop();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // Nobody is listening from here on. Whoever does so next must not lose what it makes at the same path.
    this.#claim?.release();
    this.#peers.clear();
    await Promise.all([...this.#open].map((connection) => connection.close(lingerMs)));
    await closed;
  }
}

async function bind(server: Server, endpoint: TcpEndpoint | IpcEndpoint): Promise<void> {
  const address = await resolved(addressToListenOn(endpoint));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const done = (): void => {
      server.off('error', reject);
      resolve();
    };
    // The claim has made sure that what lies there is left over.
    if (endpoint.scheme === 'ipc') rmSync(endpoint.path, { force: true });
    server.listen({ ...address, backlog: BACKLOG, exclusive: true }, done);
  });
}

/** A name's address of the right kind. Node would take the first of any kind, where those who dial do not look. */
function resolved(address: Address): Promise<Address> {
  if ('path' in address || isIP(address.host) > 0) return Promise.resolve(address);
  const { family } = address;
  return new Promise((resolve, reject) => {
    dns.lookup(address.host, { family }, (error, host) => {
      if (error === null) resolve({ ...address, host });
      else reject(error);
    });
  });
}

function boundEndpoint(server: Server, endpoint: TcpEndpoint | IpcEndpoint): string {
  if (endpoint.scheme === 'ipc') return endpoint.text;
  const { address, family, port } = server.address() as AddressInfo;
  return `tcp://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function connectionOptions(options: ListenOptions): ConnectionOptions {
  const bodyBytesMax = options.bodyBytesMax ?? LIMITS.bodyBytesMax;
  const timeoutMs = transportTimeoutMs(bodyBytesMax);
  return {
    as: 'ROUTER',
    accepts: ['DEALER', 'REQ', 'ROUTER'],
    frameBytesMax: options.messageBytesMax ?? bodyBytesMax + LIMITS.messageSlackBytes,
    handshakeMs: HANDSHAKE_MS,
    silenceMsMax: timeoutMs,
    ttlMs: timeoutMs,
    pings: options.transportHeartbeats ?? true,
  };
}

/** Connections waiting to be accepted: a fleet that reconnects at once. The system may grant less. */
const BACKLOG = 1_024;
/** Who connects and then says nothing is cut off. */
const HANDSHAKE_MS = 5_000;
