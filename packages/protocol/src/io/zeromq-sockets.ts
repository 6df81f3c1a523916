import { createRequire } from 'node:module';
import type * as ZeroMq from 'zeromq';
import { LIMITS, transportTimeoutMs } from '../limits.ts';
import { EndpointError } from './endpoint.ts';
import type { DialOptions, ListenOptions } from './transport.ts';

/** A DEALER with Reeve's profile: the dialling end, one for each broker. */
export type DealerSocket = ZeroMq.Dealer;

/** A ROUTER with Reeve's profile: the accepting end of many connections. */
export type RouterSocket = ZeroMq.Router;

/** Makes a DEALER. `ipv6` is on for IPv6 addresses only: names would else resolve to addresses nobody listens on. */
export function makeDealer(ipv6: boolean, { bodyBytesMax = LIMITS.bodyBytesMax }: DialOptions = {}): DealerSocket {
  return new (sockets().Dealer)({
    ipv6,
    // With `immediate` libzmq would drop the pipe with the connection, and with it the replies that have arrived.
    immediate: false,
    reconnectInterval: LIMITS.reconnectMs,
    reconnectMaxInterval: LIMITS.reconnectMaxMs,
    connectTimeout: CONNECT_MS,
    handshakeInterval: DIAL_HANDSHAKE_MS,
    heartbeatInterval: LIMITS.transportHeartbeatMs,
    heartbeatTimeout: transportTimeoutMs(bodyBytesMax),
    ...COMMON,
  });
}

/**
 * Makes a ROUTER. Each of its pings also tells the peer how long to wait for the next one. That alone would not do: any
 * other message ends the wait, and a broker that stands still after one would never be missed. So a DEALER pings too.
 */
export function makeRouter(ipv6: boolean, options: ListenOptions = {}): RouterSocket {
  const bodyBytesMax = options.bodyBytesMax ?? LIMITS.bodyBytesMax;
  const timeoutMs = transportTimeoutMs(bodyBytesMax);
  return new (sockets().Router)({
    ipv6,
    // A message for a peer that is gone or full is refused; the default drops it in silence.
    mandatory: true,
    // A second connection never takes over the name of a first.
    handover: false,
    maxMessageSize: options.messageBytesMax ?? bodyBytesMax + LIMITS.messageSlackBytes,
    backlog: BACKLOG,
    ...((options.transportHeartbeats ?? true) ? pings(timeoutMs) : probes(timeoutMs)),
    handshakeInterval: LISTEN_HANDSHAKE_MS,
    ...COMMON,
  });
}

function pings(timeoutMs: number): ZeroMq.SocketOptions<ZeroMq.Router> {
  return {
    heartbeatInterval: LIMITS.transportHeartbeatMs,
    heartbeatTimeout: timeoutMs,
    heartbeatTimeToLive: timeoutMs,
  };
}

/**
 * In place of pings, for peers that know none: the system at the other end answers for them. Hosts and networks that
 * are gone are noticed as soon if nothing is under way; what is under way holds the probes up, and has a limit of its
 * own.
 */
function probes(timeoutMs: number): ZeroMq.SocketOptions<ZeroMq.Router> {
  const seconds = LIMITS.transportHeartbeatMs / 1_000;
  return {
    tcpKeepalive: 1,
    tcpKeepaliveIdle: seconds,
    tcpKeepaliveInterval: seconds,
    tcpKeepaliveCount: Math.round(timeoutMs / LIMITS.transportHeartbeatMs) - 1,
    tcpMaxRetransmitTimeout: UNACKNOWLEDGED_MS,
  };
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

/** The options that libzmq calls drafts have no names in the API; their setters are for subclasses. */
function defineSockets({ Dealer, Router, capability, context }: typeof ZeroMq): Sockets {
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
    Router: class extends Router {
      constructor(options: ZeroMq.SocketOptions<ZeroMq.Router>) {
        super(options);
        this.setStringOption(DISCONNECT_MSG, LOSS_MARK);
      }
    },
  };
}

interface Sockets {
  readonly Dealer: new (options: ZeroMq.SocketOptions<ZeroMq.Dealer>) => ZeroMq.Dealer;
  readonly Router: new (options: ZeroMq.SocketOptions<ZeroMq.Router>) => ZeroMq.Router;
}

let loaded: Sockets | undefined;

/** 1,024: as many messages as a session's window holds if each carries the smallest body that has one to itself. */
const WINDOW_MESSAGES = LIMITS.windowBytes / LIMITS.largeBodyBytes;

const COMMON = {
  // A send is settled at once: it is queued or refused. So no two sends of a socket can ever be under way.
  sendTimeout: 0,
  linger: 0,
  // Messages queued for a peer. With a quarter of it, bodies of 9 kB each in a message of its own met a full queue ten
  // times as often, and a fifth fewer got through.
  sendHighWaterMark: WINDOW_MESSAGES,
  // Messages of a peer that our loop has not read: no bound. A session's window bounds them in bytes. Where libzmq
  // meets a bound it stops reading the peer, its pongs too, and a loop that was blocked for a while finds the peer
  // given up. For a dialling socket any bound is worse: the mark of a lost connection is not counted when libzmq
  // writes it but is when we read it, so half a bound later the pipe looks full for ever (see hiccup.test.ts).
  receiveHighWaterMark: 0,
};

/**
 * libzmq's numbers of two draft options. Not its ROUTER_NOTIFY for the ROUTER: that notice is dropped where a queue is
 * full, this one never is.
 */
const DISCONNECT_MSG = 111;
const HICCUP_MSG = 114;
/** No envelope and no Majordomo message begins like this. */
const LOSS_MARK: Buffer = Buffer.from([0]);

/** Some 2,700 links; libzmq's own 1,023 are 340. It costs 64 KiB. */
const SOCKETS_MAX = 8_192;
/** Connections waiting to be accepted: a fleet that reconnects at once. The system may grant less. */
const BACKLOG = 1_024;
/** A host that does not answer is given up and dialled again in the time in which a silent connection is. */
const CONNECT_MS = LIMITS.transportTimeoutMs;
/** Who connects and then says nothing is cut off. */
const LISTEN_HANDSHAKE_MS = 5_000;
/** The system counts a peer that merely does not read as well: one that stands still for a while must be kept. */
const UNACKNOWLEDGED_MS = 60_000;
/** Less than `connectTimeoutMs`, so that a failed `connect()` can say that something which is no broker was there. */
const DIAL_HANDSHAKE_MS = 4_000;

const NO_LIBRARY =
  'cannot load ZeroMQ: the package "zeromq" has no binary for this platform; reinstall it, or use memory://';
const NO_DRAFTS = 'this build of the package "zeromq" lacks draft options; use the binaries that it is published with';
