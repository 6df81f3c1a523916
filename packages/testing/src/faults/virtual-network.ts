import type { Random } from '@reeve/protocol';
import { LIMITS } from '@reeve/protocol';
import type { LinkHandler, ListenerHandler, Transport } from '@reeve/protocol/io';
import type { ConnectionHost } from './virtual-connection.ts';
import { VirtualConnection } from './virtual-connection.ts';
import { VirtualLink } from './virtual-link.ts';
import { VirtualListener } from './virtual-listener.ts';
import type { VirtualProcess } from './virtual-process.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface VirtualNetworkArgs {
  readonly time: VirtualTime;
  readonly random: Random;
  /** A message is about to be read by a process. */
  readonly onArrival: (connection: VirtualConnection, to: VirtualProcess) => void;
}

/** The network of one run: like ZeroMQ over TCP, with its time from the run and its accidents from the run's seed. */
export class VirtualNetwork implements ConnectionHost {
  readonly time: VirtualTime;
  readonly #random: Random;
  readonly #onArrival: VirtualNetworkArgs['onArrival'];
  readonly #listeners = new Map<string, VirtualListener>();
  readonly #connections = new Set<VirtualConnection>();

  constructor({ time, random, onArrival }: VirtualNetworkArgs) {
    this.time = time;
    this.#random = random;
    this.#onArrival = onArrival;
  }

  /** The network as one process sees it. */
  transportOf(process: VirtualProcess): Transport {
    return {
      dial: (endpoint: string, handler: LinkHandler) =>
        new VirtualLink(process, endpoint, handler, { connect: (link) => this.#connect(link) }),
      listen: (endpoint: string, handler: ListenerHandler) => {
        const listener = new VirtualListener(process, endpoint, handler, () => this.#listeners.delete(endpoint));
        this.#listeners.set(endpoint, listener);
        return Promise.resolve(listener);
      },
    };
  }

  /** The connections that a process has. */
  connectionsOf(process: VirtualProcess): VirtualConnection[] {
    return [...this.#connections].filter(({ processes }) => processes.includes(process));
  }

  /** Ends a connection as a broken cable does. An end notices at once, or when the transport's heartbeat is missed. */
  cut(connection: VirtualConnection): void {
    connection.cut(this.#noticeMs(), this.#noticeMs());
  }

  /**
   * Tells the network that a process is dead. The system closes its connections, and the peers hear of it soon. What
   * it had sent still arrives on some of them.
   */
  handleDeath(process: VirtualProcess): void {
    for (const [endpoint, listener] of this.#listeners) {
      if (listener.process === process) this.#listeners.delete(endpoint);
    }
    for (const connection of this.connectionsOf(process)) {
      if (this.#random.unit() < 0.5) connection.finish(process);
      else connection.cut(this.latencyMs(), this.latencyMs());
    }
  }

  /** Tells the network that a process stands still: whoever is connected gives it up when its heartbeats are missed. */
  handleStop(process: VirtualProcess, isStanding: () => boolean): void {
    const connections = this.connectionsOf(process);
    this.time.after(LIMITS.transportTimeoutMs, () => {
      if (isStanding()) for (const connection of connections) connection.cut(0, 0);
    });
  }

  latencyMs(): number {
    return LATENCY_MIN_MS + this.#random.unit() * LATENCY_SPREAD_MS;
  }

  handleArrival(connection: VirtualConnection, to: VirtualProcess): void {
    this.#onArrival(connection, to);
  }

  handleOver(connection: VirtualConnection): void {
    this.#connections.delete(connection);
  }

  #connect(link: VirtualLink): VirtualConnection | 'refused' | 'asleep' {
    const listener = this.#listeners.get(link.endpoint);
    if (listener === undefined) return 'refused';
    if (!listener.process.isRunning) return 'asleep';
    const connection = listener.accept((owner) => new VirtualConnection(this, link, owner));
    this.#connections.add(connection);
    return connection;
  }

  #noticeMs(): number {
    return this.#random.unit() < 0.5 ? this.latencyMs() : this.#random.unit() * LIMITS.transportTimeoutMs;
  }
}

/** Between two machines of one room. */
const LATENCY_MIN_MS = 0.1;
/** Wide enough that messages of several connections overtake one another. */
const LATENCY_SPREAD_MS = 0.9;
