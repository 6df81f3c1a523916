import type { Socket } from 'node:net';
import { assert } from '../../assert.ts';
import type { Fifo } from '../../fifo.ts';
import { LIMITS } from '../../limits.ts';
import type { SendResult } from '../transport.ts';
import { QUEUE_MESSAGES_MAX } from '../transport.ts';
import type { SocketType } from './commands.ts';
import { pingCommand, pongCommand, readCommand, readyCommand } from './commands.ts';
import { GREETING_BYTES, greeting, readGreeting } from './greeting.ts';
import { outliveFailedWrites } from './half-open.ts';
import { ZmtpReader } from './reader.ts';
import type { Hearing } from './silence.ts';
import { encodeMessage } from './writer.ts';
import { ZmtpError } from './zmtp-error.ts';

export interface ConnectionOptions {
  /** Which kind of socket this end is. */
  readonly as: SocketType;
  /** Which kinds the other end may be. */
  readonly accepts: readonly SocketType[];
  /** Largest frame in bytes that is read. */
  readonly frameBytesMax: number;
  /** Time in ms in which the other end must have shaken hands. */
  readonly handshakeMs: number;
  /** Silence in ms after which the other end is given up, unless its pings name another. */
  readonly silenceMsMax: number;
  /** The silence that our pings name: when the other end may give us up. */
  readonly ttlMs: number;
  /** Whether the other end is pinged, and its silence counted. */
  readonly pings: boolean;
  /** The identity of the connection that answers for this end while its loop is blocked. */
  readonly lifeline?: string;
}

/** What a connection tells its owner. Nothing after `onEnd`. */
export interface ConnectionHandler {
  /** Both ends have shaken hands. */
  onUp(): void;
  onMessage(frames: Uint8Array[]): void;
  /** It is over, and had been up or had not. All that had been read was told before. */
  onEnd(wasUp: boolean): void;
}

/**
 * One connection that speaks ZMTP 3.1 with the NULL mechanism (RFC 37) over a stream of Node's.
 *
 * Theory of operation. What is sent before the handshake, or while the system takes no more, waits in a queue of
 * messages. Only what was never handed to the system stays there, so its owner may send that by another connection
 * without anything arriving twice.
 *
 * Messages are handed out as they are read. Under a flood a turn of the event loop ends after so many of them; reading
 * stops meanwhile, and the system makes the sender wait.
 */
export class Connection implements Hearing {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #handler: ConnectionHandler;
  readonly #reader: ZmtpReader;
  readonly #ended: Promise<void>;
  readonly #unsent: Fifo<readonly Uint8Array[]>;
  #greeting: Uint8Array = new Uint8Array(0);
  #state: 'greeting' | 'handshake' | 'up' | 'over' = 'greeting';
  /** No more is taken from the owner or told to it; what is queued may still leave. */
  #isClosing = false;
  #isWritable = false;
  #isPaused = false;
  /** What has come is not all read: that goes on by itself. */
  #hasMore = false;
  /** The stream is over; what was read of it may still be to be handed out. */
  #isStreamOver = false;
  #isHeard = false;
  #silentMs = 0;
  #silenceMsMax: number;
  /** Whether the other end knows PING, as 3.1 does. */
  #knowsPing = false;
  #owedPong: Uint8Array | undefined;
  #identity = '';
  #peerLifeline = '';
  #deadline: NodeJS.Timeout | undefined;

  /** Takes over a socket, connected or about to be, and the queue of what waits: it may hold something already. */
  constructor(
    socket: Socket,
    options: ConnectionOptions,
    unsent: Fifo<readonly Uint8Array[]>,
    handler: ConnectionHandler,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#handler = handler;
    this.#unsent = unsent;
    this.#silenceMsMax = options.silenceMsMax;
    this.#reader = new ZmtpReader(options.frameBytesMax);
    this.#ended = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.setNoDelay(true);
    socket.on('data', (bytes: Uint8Array) => this.#handleBytes(bytes, false));
    socket.on('drain', () => this.#handleDrain());
    socket.on('end', () => this.#handleEnd());
    // The reason is of no use beyond what `onEnd` says; `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#handleClose());
    // From then on messages wait, for the next connection.
    outliveFailedWrites(socket, () => (this.#isWritable = false));
    socket.write(greeting());
    if (socket.connecting) socket.once('connect', () => this.#startDeadline());
    else this.#startDeadline();
  }

  send(frames: readonly Uint8Array[]): SendResult {
    assert(frames.length > 0, 'a message has a frame');
    if (this.#state === 'over' || this.#isClosing) return 'gone';
    if (this.#isWritable && this.#unsent.size === 0) {
      this.#write(frames);
      return 'sent';
    }
    if (this.#unsent.size >= QUEUE_MESSAGES_MAX) return 'full';
    this.#unsent.push(frames);
    return 'sent';
  }

  /** Where the next bytes are to be read into, if that is of advantage. To be asked for before each read. */
  get room(): Uint8Array | undefined {
    return this.#reader.room;
  }

  /** Tells how many bytes were read into the room. */
  filled(count: number): void {
    this.#isHeard = true;
    this.#reader.filled(count);
    this.#guard(() => this.#read());
  }

  /** Takes bytes that were read and that may change when this has returned. */
  lend(bytes: Uint8Array): void {
    this.#handleBytes(bytes, true);
  }

  get identity(): string {
    return this.#identity;
  }

  get peerLifeline(): string {
    return this.#peerLifeline;
  }

  get isSilent(): boolean {
    return this.#silentMs >= this.#silenceMsMax;
  }

  /**
   * Pings, and counts how long nothing has come. To be called every `sinceMs`, after what has arrived was read: a loop
   * that was blocked must not take its own silence for the other end's.
   */
  tick(sinceMs: number): void {
    if (!this.#isUp || !this.#options.pings || !this.#knowsPing) return;
    // An interval that was far longer than it should be was ours: it counts once.
    this.#silentMs =
      this.#isHeard || this.#hasMore ? 0 : this.#silentMs + Math.min(sinceMs, LIMITS.transportHeartbeatMs);
    this.#isHeard = false;
    // A peer that does not read finds something when it does.
    if (!this.#socket.writableNeedDrain) this.#socket.write(pingCommand(this.#options.ttlMs));
  }

  /** Ends the connection at once. What had come of it is not read any more. */
  giveUp(): void {
    this.#end();
  }

  /** Ends the connection. What is queued may still leave for `lingerMs`. Nothing is told any more. */
  async close(lingerMs: number): Promise<void> {
    this.#isClosing = true;
    const hasNothingLeft = this.#unsent.size === 0 && !this.#isUp;
    if (lingerMs <= 0 || hasNothingLeft || this.#state === 'over') {
      this.#destroy();
    } else {
      const timer = setTimeout(() => this.#destroy(), lingerMs);
      if (this.#isUp && this.#unsent.size === 0) this.#socket.end();
      void this.#ended.then(() => clearTimeout(timer));
    }
    await this.#ended;
  }

  #startDeadline(): void {
    if (this.#state !== 'over') this.#deadline = setTimeout(() => this.#end(), this.#options.handshakeMs);
  }

  get #isUp(): boolean {
    return this.#state === 'up';
  }

  #handleBytes(bytes: Uint8Array, isLent: boolean): void {
    this.#isHeard = true;
    this.#guard(() => {
      const rest = this.#state === 'greeting' ? this.#greet(bytes) : bytes;
      if (rest.length === 0) return;
      if (isLent) this.#reader.lend(rest);
      else this.#reader.put(rest);
      this.#read();
      if (isLent) this.#reader.giveBack();
    });
  }

  /** What a peer may not send ends its connection. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (thrown) {
      if (!(thrown instanceof ZmtpError)) throw thrown;
      this.#end();
    }
  }

  /** Reads on in the peer's greeting and returns what comes after it. */
  #greet(bytes: Uint8Array): Uint8Array {
    const all = this.#greeting.length === 0 ? bytes : Buffer.concat([this.#greeting, bytes]);
    const minor = readGreeting(all.subarray(0, GREETING_BYTES));
    if (minor === undefined) {
      this.#greeting = new Uint8Array(all);
      return all.subarray(all.length);
    }
    this.#knowsPing = minor >= 1;
    this.#greeting = all.subarray(all.length);
    this.#state = 'handshake';
    this.#socket.write(readyCommand(this.#options.as, this.#options.lifeline));
    return all.subarray(GREETING_BYTES);
  }

  #read(): void {
    for (let items = 0; items < TURN_MESSAGES_MAX && this.#state !== 'over'; items++) {
      const item = this.#reader.take();
      if (item === undefined) return this.#readOn();
      if (item.kind === 'command') {
        this.#command(item.body);
      } else if (this.#isUp) {
        if (!this.#isClosing) this.#handler.onMessage(item.frames);
        // Whoever waited for one of so many records is to go on before the next message is looked at: what it asks for
        // leaves the sooner, and nobody stands idle meanwhile.
        if (item.frames[0]!.length >= FULL_BYTES) return this.#readLater(queueMicrotask);
      } else {
        throw new ZmtpError('a message before the handshake');
      }
    }
    if (this.#state === 'over') return;
    this.#socket.pause();
    this.#isPaused = true;
    this.#readLater(setImmediate);
  }

  #readLater(schedule: (step: () => void) => void): void {
    this.#hasMore = true;
    schedule(() => {
      this.#hasMore = false;
      this.#guard(() => this.#read());
    });
  }

  /** All that has come was read. */
  #readOn(): void {
    if (this.#isStreamOver) return this.#end();
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  #handleEnd(): void {
    this.#isStreamOver = true;
    // From now on messages wait, for the next connection.
    this.#isWritable = false;
    if (!this.#hasMore) this.#end();
  }

  #handleClose(): void {
    // After an error the stream does not hand out what it had read ahead while it was paused.
    const rest = this.#isPaused ? (this.#socket.read() as Uint8Array | null) : null;
    if (rest !== null && this.#state !== 'over') this.#reader.put(rest);
    this.#handleEnd();
  }

  #command(body: Uint8Array): void {
    const command = readCommand(body);
    switch (command.name) {
      case 'READY':
        if (this.#state !== 'handshake') return;
        if (!(this.#options.accepts as readonly string[]).includes(command.socketType)) {
          throw new ZmtpError(`a socket of the type ${command.socketType}`);
        }
        this.#identity = command.identity;
        this.#peerLifeline = command.lifeline;
        return this.#rise();
      case 'PING':
        this.#knowsPing = true;
        if (command.ttlMs > 0) this.#silenceMsMax = command.ttlMs;
        this.#answerPing(command.context);
        return;
      case 'ERROR':
        if (!this.#isUp) throw new ZmtpError('refused by the other end');
        return;
      default:
    }
  }

  /** One answer waits for a peer that does not read, not one for each of its pings. */
  #answerPing(context: Uint8Array): void {
    // A write after the end of what we say would destroy the socket, and with it what has yet to leave.
    if (!this.#socket.writable) return;
    if (this.#socket.writableNeedDrain) this.#owedPong = pongCommand(context);
    else this.#socket.write(pongCommand(context));
  }

  #rise(): void {
    clearTimeout(this.#deadline);
    this.#state = 'up';
    this.#isWritable = true;
    if (this.#options.pings && this.#knowsPing) this.#socket.write(pingCommand(this.#options.ttlMs));
    if (!this.#isClosing) this.#handler.onUp();
    this.#handleDrain();
  }

  #handleDrain(): void {
    if (!this.#isUp || this.#isStreamOver) return;
    if (this.#owedPong !== undefined) this.#socket.write(this.#owedPong);
    this.#owedPong = undefined;
    this.#isWritable = true;
    while (this.#isWritable && this.#unsent.size > 0) this.#write(this.#unsent.shift()!);
    if (this.#isClosing && this.#unsent.size === 0) this.#socket.end();
  }

  #write(frames: readonly Uint8Array[]): void {
    const chunks = encodeMessage(frames);
    if (chunks.length === 1) {
      this.#isWritable = this.#socket.write(chunks[0]!);
      return;
    }
    this.#socket.cork();
    for (const chunk of chunks) this.#isWritable = this.#socket.write(chunk);
    this.#socket.uncork();
  }

  #end(): void {
    if (this.#state === 'over') return;
    const wasUp = this.#isUp;
    this.#destroy();
    if (!this.#isClosing) this.#handler.onEnd(wasUp);
  }

  #destroy(): void {
    clearTimeout(this.#deadline);
    this.#state = 'over';
    this.#socket.destroy();
  }
}

/** Bytes that wait in a stream before messages wait in the queue, where they are counted and can be taken back. */
export const WRITE_BYTES_MAX = 65_536;
/** Messages read in a turn. One of one record costs a broker about 15 µs with what it sends: two ms' worth. */
const TURN_MESSAGES_MAX = 128;
/** Bytes of a first frame, mostly an envelope, from which on there are many records in it. */
const FULL_BYTES = 4_096;
