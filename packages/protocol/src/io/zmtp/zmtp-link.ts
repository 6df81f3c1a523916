import type { NetConnectOpts, OnReadOpts, Socket } from 'node:net';
import { connect, isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fifo } from '../../fifo.ts';
import { LIMITS, transportTimeoutMs } from '../../limits.ts';
import type { IpcEndpoint, TcpEndpoint } from '../endpoint.ts';
import type { Lifeline } from '../lifeline.ts';
import { LIFELINE_ID, loadLifelines, openLifeline } from '../lifeline.ts';
import { SETTLED } from '../settled.ts';
import type { DialOptions, Link, LinkHandler, LinkNotice, SendResult } from '../transport.ts';
import { QUEUE_MESSAGES_MAX } from '../transport.ts';
import { addressOf } from './address.ts';
import type { ConnectionOptions } from './connection.ts';
import { Connection, WRITE_BYTES_MAX } from './connection.ts';
import { Pulse } from './pulse.ts';

/** A link that speaks ZMTP as a DEALER does, and connects again by itself. */
export class ZmtpLink implements Link {
  readonly #endpoint: TcpEndpoint | IpcEndpoint;
  readonly #handler: LinkHandler;
  readonly #options: ConnectionOptions;
  readonly #pulse: Pulse;
  /** What was never handed to the system, by any of the connections. */
  readonly #unsent = new Fifo<readonly Uint8Array[]>();
  #connection: Connection | undefined;
  #lifeline: Lifeline | undefined;
  #retry: NodeJS.Timeout | undefined;
  #pauseMs: number = LIMITS.reconnectMs;
  #noticed: LinkNotice | undefined;
  #closing: Promise<void> | undefined;

  constructor(endpoint: TcpEndpoint | IpcEndpoint, handler: LinkHandler, options: DialOptions = {}) {
    this.#endpoint = endpoint;
    this.#handler = handler;
    this.#options = connectionOptions(options);
    if (this.#options.lifeline !== undefined) loadLifelines();
    this.#pulse = new Pulse((sinceMs) => {
      this.#connection?.tick(sinceMs);
      if (this.#connection?.isSilent === true) this.#connection.giveUp();
    });
    this.#dial();
  }

  send(frames: readonly Uint8Array[]): Promise<SendResult> {
    if (this.#closing !== undefined) return SETTLED.gone;
    if (this.#connection !== undefined) return SETTLED[this.#connection.send(frames)];
    if (this.#unsent.size >= QUEUE_MESSAGES_MAX) return SETTLED.full;
    this.#unsent.push(frames);
    return SETTLED.sent;
  }

  close(lingerMs = 0): Promise<void> {
    this.#closing ??= this.#close(lingerMs);
    return this.#closing;
  }

  #dial(): void {
    const attempt = new Attempt(this.#endpoint, () => connection);
    const connection: Connection = new Connection(attempt.socket, this.#options, this.#unsent, {
      onUp: () => {
        this.#pauseMs = LIMITS.reconnectMs;
        if (this.#options.lifeline !== undefined) this.#lifeline = openLifeline(attempt.remote);
        this.#notice('connected');
      },
      onMessage: (frames) => this.#handler.onMessage(frames),
      onEnd: (wasUp) => {
        this.#connection = undefined;
        this.#lifeline?.close();
        this.#retry = setTimeout(() => this.#dial(), this.#nextPauseMs());
        if (!wasUp) return this.#notice(attempt.failure);
        this.#noticed = undefined;
        this.#handler.onLost();
      },
    });
    this.#connection = connection;
  }

  async #close(lingerMs: number): Promise<void> {
    this.#pulse.stop();
    this.#lifeline?.close();
    clearTimeout(this.#retry);
    const deadline = performance.now() + lingerMs;
    for (;;) {
      const leftMs = deadline - performance.now();
      await this.#connection?.close(leftMs);
      if (leftMs <= 0 || this.#unsent.size === 0) return;
      // Nobody was there, and there is time left to wait for somebody.
      await sleep(Math.min(this.#nextPauseMs(), leftMs));
      this.#dial();
    }
  }

  /** Doubles each time, and is drawn from a range: a fleet that lost its broker must not come back all at once. */
  #nextPauseMs(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, LIMITS.reconnectMaxMs);
    return pauseMs * (0.5 + Math.random() / 2);
  }

  /** The same trouble over and over is told once. */
  #notice(notice: LinkNotice): void {
    if (notice === this.#noticed) return;
    this.#noticed = notice;
    this.#handler.onNotice(notice);
  }
}

/** One try to connect, and how it failed. */
class Attempt {
  readonly socket: Socket;
  readonly #endpoint: TcpEndpoint | IpcEndpoint;
  /** What was seen, for a connection that never came up. */
  failure: LinkNotice = 'refused';

  constructor(endpoint: TcpEndpoint | IpcEndpoint, reader: () => Connection) {
    this.#endpoint = endpoint;
    // Node asks for the first buffer within `connect`, when there is no connection yet.
    let isFirst = true;
    const onread: OnReadOpts = {
      buffer: () => {
        if (!isFirst) return reader().room ?? READ_BUFFER;
        isFirst = false;
        return READ_BUFFER;
      },
      callback: (count, target) => {
        if (target === READ_BUFFER) reader().lend(READ_BUFFER.subarray(0, count));
        else reader().filled(count);
        return true;
      },
    };
    const address = addressOf(endpoint);
    const options = { ...address, onread, highWaterMark: WRITE_BYTES_MAX };
    const socket = connect(options as NetConnectOpts);
    let giveUp: NodeJS.Timeout | undefined;
    const startTimer = (): void => {
      if (!socket.destroyed) giveUp = setTimeout(() => socket.destroy(), CONNECT_MS_MAX);
    };
    // A lookup cannot be cut short. Others would only wait behind it, and its failure would never be told.
    if ('host' in address && isIP(address.host) === 0) socket.once('lookup', startTimer);
    else startTimer();
    socket.once('connect', () => {
      clearTimeout(giveUp);
      this.failure = 'handshake-failed';
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall === 'getaddrinfo') this.failure = 'unresolved';
    });
    socket.once('close', () => clearTimeout(giveUp));
    this.socket = socket;
  }

  /** Where it has connected to: a name may stand for several addresses. */
  get remote(): string {
    if (this.#endpoint.scheme === 'ipc') return this.#endpoint.text;
    const { remoteAddress, remotePort, remoteFamily } = this.socket;
    return `tcp://${remoteFamily === 'IPv6' ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
  }
}

function connectionOptions(options: DialOptions): ConnectionOptions {
  const { bodyBytesMax = LIMITS.bodyBytesMax, silenceMsMax, lifeline = false } = options;
  const timeoutMs = transportTimeoutMs(bodyBytesMax);
  return {
    as: 'DEALER',
    accepts: ['ROUTER', 'DEALER', 'REP'],
    frameBytesMax: FRAME_BYTES_MAX,
    handshakeMs: HANDSHAKE_MS_MAX,
    silenceMsMax: timeoutMs,
    ttlMs: silenceMsMax ?? timeoutMs,
    pings: true,
    ...(lifeline && { lifeline: LIFELINE_ID }),
  };
}

/** A host that does not answer is given up and dialled again in the time in which a silent connection is. */
const CONNECT_MS_MAX: number = LIMITS.transportTimeoutMs;
/** Less than `connectTimeoutMs`, so that a failed `connect()` can say that something which is no broker was there. */
const HANDSHAKE_MS_MAX = 4_000;
/** A broker tells the limit of its bodies later. No body comes near this, and an array of bytes can have so many. */
const FRAME_BYTES_MAX = 2 ** 30;
/**
 * One for all links of the process: each read of it is over before the next. Without it Node would allocate as much for
 * each read, and the engine would collect its whole heap the more often for it.
 */
const READ_BUFFER: Buffer = Buffer.allocUnsafeSlow(65_536);
