import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export type ProxyMode = 'pass' | 'halfOpen' | 'blackhole' | 'reset' | 'slow';

/**
 * A TCP proxy on loopback that can go wrong as networks do.
 *
 * `halfOpen`: what comes from the dialler is swallowed, and neither end is told. `blackhole`: nothing passes either
 * way, new connections are accepted and lead nowhere. `reset`: all connections are reset, once. `slow`: bytes pass
 * late.
 */
export class Proxy {
  readonly #server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #port: number;
  #mode: ProxyMode = 'pass';

  /** `port`: where what passes goes. */
  constructor(port: number) {
    this.#port = port;
  }

  /** Listens on the file system's socket of this path. */
  async listenAt(path: string): Promise<void> {
    this.#server.listen(path);
    await once(this.#server, 'listening');
  }

  /** Listens on a port of the system's choice. Returns the endpoint. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set(mode: ProxyMode): void {
    const wasBroken = this.#mode === 'halfOpen' || this.#mode === 'blackhole';
    this.#mode = mode;
    // Connections that were broken stay broken: bytes of them are lost, and what follows would make no sense.
    if (mode === 'reset' || wasBroken)
      for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    const far = connect(this.#port, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    const [there, back] = [new Lag(far), new Lag(near)];
    near.on('data', (bytes) => this.#pass(there, bytes, this.#mode === 'halfOpen'));
    far.on('data', (bytes) => this.#pass(back, bytes, false));
    near.on('end', () => far.end());
    far.on('end', () => near.end());
    near.resume();
  }

  #pass(to: Lag, bytes: Buffer, isSwallowed: boolean): void {
    if (!isSwallowed && this.#mode !== 'blackhole') to.write(bytes, this.#mode === 'slow');
  }
}

/** One direction of a connection: bytes that are held up keep those behind them waiting. */
class Lag {
  readonly #socket: Socket;
  #waiting = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  write(bytes: Buffer, isSlow: boolean): void {
    if (!isSlow && this.#waiting === 0) {
      this.#socket.write(bytes);
      return;
    }
    this.#waiting += 1;
    // Timers of the same length fire in the order in which they were set.
    setTimeout(() => {
      this.#waiting -= 1;
      if (!this.#socket.destroyed) this.#socket.write(bytes);
    }, SLOW_MS);
  }
}

/** A bad mobile network. */
const SLOW_MS = 250;
