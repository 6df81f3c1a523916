import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as ZeroMq from 'zeromq';
import { LIMITS } from '../limits.ts';
import { EndpointError } from './endpoint.ts';

/**
 * A connection for which a thread of libzmq answers pings while the loop is blocked.
 *
 * It carries nothing. Whoever hears it knows that the process is alive, although the connections that its loop serves
 * are silent. Each of those names the lifeline in its READY.
 */
export interface Lifeline {
  close(): void;
}

/** The identity of all lifelines of this process, by which its other connections name them. */
export const LIFELINE_ID: string = `lifeline-${randomBytes(16).toString('hex')}`;

/** Loads the native library. Throws an `EndpointError` that says what to do if it cannot be. */
export function loadLifelines(): void {
  if (library !== undefined) return;
  try {
    library = createRequire(import.meta.url)('zeromq') as typeof ZeroMq;
  } catch (cause) {
    throw new EndpointError('unsupported', '', NO_LIBRARY, cause);
  }
}

/** Opens a lifeline to where a connection is up, or joins the one that this process has there. */
export function openLifeline(endpoint: string): Lifeline {
  const shared = open.get(endpoint) ?? { socket: connect(endpoint), users: 0 };
  open.set(endpoint, shared);
  shared.users += 1;
  let isOpen = true;
  return {
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      shared.users -= 1;
      if (shared.users > 0) return;
      open.delete(endpoint);
      shared.socket?.close();
    },
  };
}

function connect(endpoint: string): ZeroMq.Dealer | undefined {
  loadLifelines();
  try {
    const socket = new library!.Dealer({
      routingId: LIFELINE_ID,
      ipv6: endpoint.startsWith('tcp://['),
      linger: 0,
      reconnectInterval: LIMITS.reconnectMs,
      reconnectMaxInterval: LIMITS.reconnectMaxMs,
      heartbeatInterval: LIMITS.transportHeartbeatMs,
      heartbeatTimeout: LIMITS.transportTimeoutMs,
    });
    socket.connect(endpoint);
    return socket;
  } catch {
    // No file descriptor is left: the other connections still answer for themselves, as long as the loop runs.
    return undefined;
  }
}

interface Shared {
  readonly socket: ZeroMq.Dealer | undefined;
  users: number;
}

let library: typeof ZeroMq | undefined;
const open = new Map<string, Shared>();

const NO_LIBRARY =
  'cannot load ZeroMQ: the package "zeromq" has no binary for this platform; reinstall it, or use memory://';
