/**
 * The one shape that the broker, the client and the worker have in common, after quinn-proto: `handle…` takes in
 * what happened, `poll…` says what must now be done. A session has no clock, no socket and no randomness of its own.
 *
 * A driver feeds it, then polls transmits, then events, then the timeout, and starts again.
 */
export interface Session<Command, Event> {
  /** Takes one message from a peer. Never throws for a peer's bytes. Frames are valid during this call only. */
  handleMessage(now: Instant, peer: PeerId, frames: readonly Uint8Array[]): void;
  /** Takes the news that a connection came up or ended. After `disconnected` no more messages of it come. */
  handlePeer(now: Instant, peer: PeerId, change: PeerChange): void;
  /** Takes back a transmit that the transport would not have. The session keeps the order and tries again. */
  handleRefused(now: Instant, transmit: Transmit, why: Refusal): void;
  /** Takes a command of the application. */
  handleCommand(now: Instant, command: Command): void;
  /** Tells that the instant of `pollTimeout` has come. Too early does no harm. */
  handleTimeout(now: Instant): void;
  /** Takes out one whole message for one peer. */
  pollTransmit(now: Instant): Transmit | undefined;
  /** Whether a message is full: it gains nothing by waiting for more. */
  readonly hasFull: boolean;
  /** Takes out one message that is full. It may overtake those for other peers. */
  pollFull(now: Instant): Transmit | undefined;
  /** Says when `handleTimeout` wants to be called next. */
  pollTimeout(): Instant | undefined;
  /** Takes out one thing that the application must know or do. */
  pollEvent(): Event | undefined;
}

/** Milliseconds of a monotonic clock. Only differences mean anything. */
export type Instant = number;

/** A connection, as its driver numbers it: never reused within a process, never shown to a peer. */
export type PeerId = number;

export type PeerChange = 'connected' | 'disconnected';

/** Why a transport would not take a message: its queue is full for now, or the connection is no more. */
export type Refusal = 'full' | 'gone';

/** One whole message for one peer. The frames must not be changed once they are handed over. */
export interface Transmit {
  readonly peer: PeerId;
  readonly frames: readonly Uint8Array[];
}
