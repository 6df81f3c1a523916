import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/**
 * A DEALER that is not built on libzmq: ZMTP 3.0 (RFC 23) or 3.1 (RFC 37) with the mechanism NULL, on a plain TCP
 * connection.
 *
 * PING and PONG came with 3.1. A peer of 3.0 need not know them, so whether this one answers a PING is an option.
 */
export class ZmtpPeer implements AsyncDisposable {
  /** How many pings came. */
  pings = 0;
  /** Whether the other end has closed the connection, or lost it. */
  isCut = false;
  readonly #socket: Socket;
  readonly #answersPing: boolean;
  readonly #inbox: Buffer[][] = [];
  #unread: Buffer = Buffer.alloc(0);
  #message: Buffer[] = [];
  #isGreeted = false;
  #wake: () => void = () => {};
  readonly #ready: Promise<void>;
  #handleReady!: () => void;

  private constructor(socket: Socket, answersPing: boolean) {
    this.#socket = socket;
    this.#answersPing = answersPing;
    this.#ready = new Promise((resolve) => (this.#handleReady = resolve));
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isCut = true;
      this.#wake();
    });
  }

  static async dial(endpoint: string, { minor, answersPing }: ZmtpPeerOptions): Promise<ZmtpPeer> {
    const { hostname, port } = new URL(endpoint);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    const peer = new ZmtpPeer(socket, answersPing);
    socket.write(greeting(minor));
    socket.write(frame(READY, COMMAND));
    // Before the other end's READY nothing may be sent: libzmq now and then closes the connection if it is.
    await peer.#ready;
    return peer;
  }

  send(...frames: readonly (string | Buffer)[]): void {
    const parts = frames.map((part, at) => frame(Buffer.from(part), at < frames.length - 1 ? MORE : 0));
    this.#socket.write(Buffer.concat(parts));
  }

  /** The next message. `undefined`: none came in time, or the connection is cut. */
  async receive(timeoutMs: number): Promise<Buffer[] | undefined> {
    if (this.#inbox.length === 0 && !this.isCut) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    return this.#inbox.shift();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isCut) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #take(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    if (!this.#isGreeted) {
      if (this.#unread.length < GREETING_BYTES) return;
      this.#unread = this.#unread.subarray(GREETING_BYTES);
      this.#isGreeted = true;
    }
    while (this.#takeFrame());
  }

  #takeFrame(): boolean {
    const [flags = 0] = this.#unread;
    const isLong = (flags & LONG) !== 0;
    const head = isLong ? 9 : 2;
    if (this.#unread.length < head) return false;
    const length = isLong ? Number(this.#unread.readBigUInt64BE(1)) : this.#unread[1]!;
    if (this.#unread.length < head + length) return false;
    const body = this.#unread.subarray(head, head + length);
    this.#unread = this.#unread.subarray(head + length);
    if ((flags & COMMAND) !== 0) this.#takeCommand(body);
    else this.#takePart(body, (flags & MORE) !== 0);
    return true;
  }

  #takeCommand(body: Buffer): void {
    this.#handleReady();
    if (!body.subarray(0, PING.length).equals(PING)) return;
    this.pings += 1;
    // The time to live takes two bytes; what follows comes back.
    if (this.#answersPing) this.#socket.write(frame(Buffer.concat([PONG, body.subarray(PING.length + 2)]), COMMAND));
  }

  #takePart(body: Buffer, hasMore: boolean): void {
    this.#message.push(body);
    if (hasMore) return;
    this.#inbox.push(this.#message);
    this.#message = [];
    this.#wake();
  }
}

export interface ZmtpPeerOptions {
  /** The x of ZMTP 3.x. */
  readonly minor: 0 | 1;
  readonly answersPing: boolean;
}

function frame(body: Buffer, flags: number): Buffer {
  if (body.length < 256) return Buffer.concat([Buffer.of(flags, body.length), body]);
  const head = Buffer.alloc(9);
  head[0] = flags | LONG;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

/** The name of a command has its length in front. */
function named(name: string): Buffer {
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name)]);
}

function property(name: string, value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([named(name), length, Buffer.from(value)]);
}

const MORE = 1;
const LONG = 2;
const COMMAND = 4;
/** Signature, version 3.x, mechanism, not a server, and filler: 64 bytes. */
function greeting(minor: number): Buffer {
  const signature = Buffer.of(0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f);
  return Buffer.concat([signature, Buffer.of(3, minor), Buffer.from('NULL'.padEnd(20, '\0')), Buffer.alloc(32)]);
}
const GREETING_BYTES = 64;
const READY: Buffer = Buffer.concat([named('READY'), property('Socket-Type', 'DEALER'), property('Identity', '')]);
const PING: Buffer = named('PING');
const PONG: Buffer = named('PONG');
