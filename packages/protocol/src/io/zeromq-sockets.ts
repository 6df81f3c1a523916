import { createRequire } from 'node:module';
import type * as ZeroMq from 'zeromq';
import { LIMITS, transportTimeoutMs } from '../limits.ts';
import { CONNECT_MS_MAX, HANDSHAKE_MS_MAX, QUEUE_MESSAGES_MAX } from './dialling.ts';
import { EndpointError } from './endpoint.ts';
import type { DialOptions } from './transport.ts';

/** A DEALER with Reeve's profile: the dialling end, one for each broker. */
export type DealerSocket = ZeroMq.Dealer;

/** Makes a DEALER. `ipv6` is on for IPv6 addresses only: names would else resolve to addresses nobody listens on. */
export function makeDealer(ipv6: boolean, { bodyBytesMax = LIMITS.bodyBytesMax }: DialOptions = {}): DealerSocket {
  return new (sockets().Dealer)({
    ipv6,
    // With `immediate` libzmq would drop the pipe with the connection, and with it the replies that have arrived.
    immediate: false,
    reconnectInterval: LIMITS.reconnectMs,
    reconnectMaxInterval: LIMITS.reconnectMaxMs,
    connectTimeout: CONNECT_MS_MAX,
    handshakeInterval: HANDSHAKE_MS_MAX,
    heartbeatInterval: LIMITS.transportHeartbeatMs,
    heartbeatTimeout: transportTimeoutMs(bodyBytesMax),
    // A send is settled at once: it is queued or refused. So no two sends of a socket can ever be under way.
    sendTimeout: 0,
    linger: 0,
    // Messages queued for a peer. With a quarter of it, bodies of 9 kB each in a message of its own met a full queue
    // ten times as often, and a fifth fewer got through.
    sendHighWaterMark: QUEUE_MESSAGES_MAX,
    // Messages that our loop has not read: no bound. A session's window bounds them in bytes. Where libzmq meets a
    // bound it stops reading the peer, its pongs too, and a loop that was blocked for a while finds the peer given up.
    // Worse: the mark of a lost connection is not counted when libzmq writes it but is when we read it, so half a bound
    // later the pipe looks full for ever (see hiccup.test.ts).
    receiveHighWaterMark: 0,
  });
}

/**
 * Whether a message is libzmq's own mark that a connection ended. It stands in the stream where the connection's last
 * message was, so everything that had arrived is read first.
 */
export function isLossMark(frame: Uint8Array): boolean {
  return frame.length === 1 && frame[0] === LOSS_MARK[0];
}

/** Loads the native library, on first use: a program that stays in memory never needs it. */
function sockets(): Sockets {
  loaded ??= defineSockets(load());
  return loaded;
}

function load(): typeof ZeroMq {
  try {
    return createRequire(import.meta.url)('zeromq') as typeof ZeroMq;
  } catch (cause) {
    throw new EndpointError('unsupported', '', NO_LIBRARY, cause);
  }
}

/** An option that libzmq calls a draft has no name in the API; its setter is for subclasses. */
function defineSockets({ Dealer, capability, context }: typeof ZeroMq): Sockets {
  // Both are heeded before the first socket only. Else a socket with unsent messages keeps the process from ending,
  context.blocky = false;
  // and a process could hold 340 links: each takes three, one to send and two to watch it. `ioThreads` stays one:
  // a second gained nothing, even with 300 peers.
  context.maxSockets = SOCKETS_MAX;
  if (capability.draft !== true) throw new EndpointError('unsupported', '', NO_DRAFTS);
  return {
    Dealer: class extends Dealer {
      constructor(options: ZeroMq.SocketOptions<ZeroMq.Dealer>) {
        super(options);
        this.setStringOption(HICCUP_MSG, LOSS_MARK);
      }
    },
  };
}

interface Sockets {
  readonly Dealer: new (options: ZeroMq.SocketOptions<ZeroMq.Dealer>) => ZeroMq.Dealer;
}

let loaded: Sockets | undefined;

/** libzmq's number of a draft option. */
const HICCUP_MSG = 114;
/** No envelope and no Majordomo message begins like this. */
const LOSS_MARK: Buffer = Buffer.from([0]);

/** Some 2,700 links; libzmq's own 1,023 are 340. It costs 64 KiB. */
const SOCKETS_MAX = 8_192;
const NO_LIBRARY =
  'cannot load ZeroMQ: the package "zeromq" has no binary for this platform; reinstall it, or use memory://';
const NO_DRAFTS = 'this build of the package "zeromq" lacks draft options; use the binaries that it is published with';
