import type { Instant, PeerChange, PeerId, Session, Transmit } from '../session.ts';
import type { Clock, TimerHandle } from './clock.ts';
import { systemClock } from './clock.ts';
import type { SendResult } from './transport.ts';

/** What a driver needs besides the session. */
export interface DriverOptions<Command, Event> {
  readonly session: Session<Command, Event>;
  /** Hands a message to the link or listener of its peer. The next one is handed over when this one's fate is known. */
  readonly send: (transmit: Transmit) => Promise<SendResult>;
  /** Takes what the session wants done. May call the driver. Must not throw. */
  readonly onEvent: (event: Event) => void;
  /** Takes what the session or `onEvent` threw: a bug in Reeve. The driver has stopped by then. */
  readonly onCrash: (thrown: unknown) => void;
  /** Default: the clock of the process. */
  readonly clock?: Clock;
  /** Whether the process may end although the session waits for a time. Default: no. */
  readonly unrefTimer?: boolean;
}

/**
 * Runs a session: the one loop that broker, client and worker share.
 *
 * Theory of operation. Whatever is fed in changes the session at once. What the session wants done (events) follows a
 * message directly, so that a handler or a waiting caller goes on within the same turn of the event loop. What it
 * wants sent waits for the end of the turn: then one flush drains the transmits, one after the other, and arms the
 * one timer. So a hundred calls of one turn leave as one message, and a call that is alone leaves as soon as the
 * turn is over. A message that is full leaves before that: the peer can work on it while this turn goes on. Else a
 * thousand calls of one client would travel as a convoy, and of client, broker and worker one would work at a time.
 *
 * Why the end of the turn is `setImmediate`: it comes right after the loop has polled its sockets, and the
 * continuations of every promise that the turn has settled have run, so what they call rides along. A microtask comes
 * before most of them: with 100 clients of one call each a broker then sent 1.38 messages a call instead of 1.09 and
 * took a fifth more CPU for it. A call that is alone was as fast either way.
 */
export class SessionDriver<Command, Event> {
  readonly #session: Session<Command, Event>;
  readonly #options: DriverOptions<Command, Event>;
  readonly #clock: Clock;
  readonly #flushAtTurnEnd: () => void;
  #state: 'running' | 'closing' | 'stopped' = 'running';
  #isScheduled = false;
  #isDraining = false;
  /** The flush under way. */
  #flushing: Promise<void> | undefined;
  /** Whether the flush under way leaves what is not full to the end of the turn. */
  #isFullOnly = false;
  #timer: TimerHandle | undefined;
  /** When the timer goes off; `Infinity` while there is none. */
  #timerAt: Instant = Infinity;

  constructor(options: DriverOptions<Command, Event>) {
    this.#session = options.session;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#flushAtTurnEnd = () => {
      this.#isScheduled = false;
      if (this.#state === 'running') void this.#flush();
    };
  }

  /** Feeds a message of a peer. */
  message(peer: PeerId, frames: readonly Uint8Array[]): void {
    this.#feed((now) => this.#session.handleMessage(now, peer, frames));
    this.#drainEvents();
  }

  /** Feeds the news that a connection came up or ended. */
  peer(peer: PeerId, change: PeerChange): void {
    this.#feed((now) => this.#session.handlePeer(now, peer, change));
    this.#drainEvents();
  }

  /** Feeds a command. Its events come at the end of the turn, never before this returns. */
  command(command: Command): void {
    this.#feed((now) => this.#session.handleCommand(now, command));
  }

  /** Says that a method of the session was called directly: what it left to do is done at the end of the turn. */
  wake(): void {
    if (this.#state !== 'running') return;
    if (this.#session.hasFull && this.#flushing === undefined) this.#flushFull();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.atTurnEnd(this.#flushAtTurnEnd);
  }

  /**
   * The same, and what the session wants done is done at once. For a worker that has a place free: whoever waits for it
   * should not wait until the sockets have been read.
   */
  advance(): void {
    this.wake();
    this.#drainEvents();
  }

  /** Sends what is left to send, then stops: nothing is taken in any more. */
  async close(): Promise<void> {
    if (this.#state !== 'running') return this.#flushing;
    this.#state = 'closing';
    // One that is under way goes on until nothing is left.
    await this.#flush();
    this.#stop();
  }

  #feed(step: (now: Instant) => void): void {
    if (this.#state !== 'running') return;
    this.#guard(() => step(this.#clock.now()));
    this.wake();
  }

  /** Sends what is full and leaves the rest to the end of the turn. */
  #flushFull(): void {
    const first = this.#guard(() => this.#session.pollFull(this.#clock.now()));
    if (first === undefined) return;
    this.#isFullOnly = true;
    this.#flushing = this.#sendFrom(first);
  }

  #flush(): Promise<void> | undefined {
    // One that is under way goes on until nothing is left, also if it was to send no more than what is full.
    this.#isFullOnly = false;
    if (this.#flushing !== undefined) return this.#flushing;
    this.#drainEvents();
    const first = this.#poll();
    if (first === undefined) {
      // With nothing more to send a session may have something to say: that a link can be closed now.
      this.#drainEvents();
      this.#arm();
    } else {
      this.#flushing = this.#sendFrom(first);
    }
    return this.#flushing;
  }

  /** The single writer: the next message leaves when the last one's fate is known, so a refused one keeps its place. */
  async #sendFrom(first: Transmit): Promise<void> {
    for (let next: Transmit | undefined = first; next !== undefined; next = this.#poll()) {
      await this.#sendOne(next);
    }
    this.#flushing = undefined;
    this.#drainEvents();
    this.#arm();
  }

  async #sendOne(transmit: Transmit): Promise<void> {
    try {
      const result = await this.#options.send(transmit);
      if (result === 'sent' || this.#isStopped) return;
      this.#session.handleRefused(this.#clock.now(), transmit, result);
    } catch (thrown) {
      this.#crash(thrown);
    }
  }

  #poll(): Transmit | undefined {
    if (this.#isStopped) return undefined;
    const now = this.#clock.now();
    return this.#guard(() => (this.#isFullOnly ? this.#session.pollFull(now) : this.#session.pollTransmit(now)));
  }

  #drainEvents(): void {
    // An event's consumer may feed the driver, which comes by here again: the loop already under way sees it all.
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#guard(() => {
      while (!this.#isStopped) {
        const event = this.#session.pollEvent();
        if (event === undefined) break;
        this.#options.onEvent(event);
      }
    });
    this.#isDraining = false;
  }

  /** Sets the timer if the session wants to be woken before it would go off. A timer that comes too early is left. */
  #arm(): void {
    if (this.#state !== 'running') return;
    const due = this.#guard(() => this.#session.pollTimeout());
    if (due === undefined || due >= this.#timerAt) return;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timerAt = due;
    this.#timer = this.#clock.setTimer(Math.max(0, due - this.#clock.now()), () => this.#onTimer());
    if (this.#options.unrefTimer === true) this.#timer.unref();
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    this.#feed((now) => {
      const due = this.#session.pollTimeout();
      if (due !== undefined && due <= now) this.#session.handleTimeout(now);
    });
    this.#drainEvents();
  }

  get #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  #stop(): void {
    this.#state = 'stopped';
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** Whatever the session throws is a bug in Reeve: it is told once, and the driver stands still. */
  #guard<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (thrown) {
      this.#crash(thrown);
      return undefined;
    }
  }

  #crash(thrown: unknown): void {
    if (this.#isStopped) return;
    this.#stop();
    this.#options.onCrash(thrown);
  }
}
