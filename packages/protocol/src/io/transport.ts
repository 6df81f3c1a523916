import { LIMITS } from '../limits.ts';
import type { PeerId, Refusal } from '../session.ts';

/**
 * What Reeve needs of a transport. ZeroMQ is the first, the in-memory one the second; another one is a file, not a
 * fork. Messages are arrays of byte strings; a link keeps their order; frames must not be changed once handed over.
 */
export interface Transport {
  /**
   * Opens a link to an endpoint and keeps it open: it connects again by itself. Throws an `EndpointError` for an
   * endpoint that cannot be used.
   */
  dial(endpoint: string, link: LinkHandler, options?: DialOptions): Link;
  /** Listens on an endpoint. Rejects with an `EndpointError` that says why it cannot. */
  listen(endpoint: string, peers: ListenerHandler, options?: ListenOptions): Promise<Listener>;
}

/** The dialling end of a connection. */
export interface Link {
  /** Sends one message. Resolves to what became of it: `sent` means queued, nothing more. */
  send(frames: readonly Uint8Array[]): Promise<SendResult>;
  /** Closes the link. What was queued within it may still leave for `lingerMs` (0 by default). */
  close(lingerMs?: number): Promise<void>;
}

/** What a link tells its owner. */
export interface LinkHandler {
  onMessage(frames: readonly Uint8Array[]): void;
  /** The connection ended. Everything that had arrived on it was given to `onMessage` before. */
  onLost(): void;
  /** For people: what was seen on the way to the peer. */
  onNotice(notice: LinkNotice): void;
}

/** Seen at an endpoint, for the message of a failed `connect()`. */
export type LinkNotice = 'refused' | 'connected' | 'handshake-failed' | 'unresolved';

/** The accepting end of many connections. */
export interface Listener {
  /** Where it listens: the endpoint with the port that the system chose, where that was left open. */
  readonly endpoint: string;
  send(peer: PeerId, frames: readonly Uint8Array[]): Promise<SendResult>;
  close(lingerMs?: number): Promise<void>;
}

/** What a listener tells its owner. A peer's number is its own in the whole process, whatever listener gave it out. */
export interface ListenerHandler {
  onMessage(peer: PeerId, frames: readonly Uint8Array[]): void;
  /** The connection ended. It comes after everything that the peer had sent. */
  onLost(peer: PeerId): void;
}

export interface DialOptions {
  /** Largest body in bytes that the listener sends, from which the transport's heartbeat timeout follows. */
  readonly bodyBytesMax?: number;
  /** Silence in ms after which the listener may give this end up. Default: the transport's heartbeat timeout. */
  readonly silenceMsMax?: number;
  /**
   * Whether a thread answers for this end while its loop is blocked, as by a user's handler: so a listener tells what
   * is busy from what stands still. Default: false.
   */
  readonly lifeline?: boolean;
}

export interface ListenOptions {
  /** Largest frame in bytes that is read at all. Default: the largest body and some room. */
  readonly messageBytesMax?: number;
  /** Largest body in bytes, from which the transport's heartbeat timeout follows. */
  readonly bodyBytesMax?: number;
  /** Whether peers are pinged, and given up if they are silent then. Default: true. */
  readonly transportHeartbeats?: boolean;
}

export type SendResult = 'sent' | Refusal;

/**
 * Messages that wait for a peer, after which a transport is full: 1,024, as many as a session's window holds if each
 * carries the smallest body that has one to itself.
 */
export const QUEUE_MESSAGES_MAX: number = LIMITS.windowBytes / LIMITS.largeBodyBytes;
