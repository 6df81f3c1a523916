import type { Channel } from './channel.ts';
import { Fifo } from './fifo.ts';
import { LIMITS } from './limits.ts';
import type { Instant, Transmit } from './session.ts';

/**
 * What a role has to send: the channels with something to say, each up to its window, and the few messages that
 * belong to no session.
 */
export class Outbox {
  readonly #strays = new Fifo<Transmit>();
  readonly #listed = new Fifo<Channel>();
  /** Channels with an envelope that is full, as often as one was filled. */
  readonly #full = new Fifo<Channel>();
  #waiting: Channel[] = [];
  readonly #scratches = new Map<number, Uint8Array[]>(SCRATCH_SIZES.map((size) => [size, []]));

  /** Whether an envelope is full: it gains nothing by waiting. */
  get hasFull(): boolean {
    return this.#full.size > 0;
  }

  /** Queues a message that belongs to no session. */
  post(transmit: Transmit): void {
    this.#strays.push(transmit);
  }

  /** @internal Called by a channel that has something to say. */
  list(channel: Channel): void {
    channel.isListed = true;
    this.#listed.push(channel);
  }

  /** @internal Called by a channel that has filled an envelope. */
  listFull(channel: Channel): void {
    this.#full.push(channel);
  }

  /** @internal Called by a channel that is closed. Its place in the list is passed over. */
  unlist(channel: Channel): void {
    channel.isListed = false;
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.filter((c) => c !== channel);
  }

  /** @internal Called by a channel whose pause is over before its time. */
  resume(channel: Channel): void {
    if (!this.#waiting.includes(channel)) return;
    this.#waiting = this.#waiting.filter((c) => c !== channel);
    this.#listed.push(channel);
  }

  /** Hands out one message. Channels take turns: one with much to say does not hold the others up. */
  poll(now: Instant): Transmit | undefined {
    const stray = this.#strays.shift();
    if (stray !== undefined) return stray;
    for (let channel = this.#listed.shift(); channel !== undefined; channel = this.#listed.shift()) {
      if (!channel.isListed) continue;
      const transmit = channel.poll(now);
      if (transmit !== undefined) {
        this.#listed.push(channel);
        return transmit;
      }
      // Paused by the transport: looked at again at its time. Blocked by the window: its next ack lists it again.
      if (now < channel.pausedUntil) this.#waiting.push(channel);
      else channel.isListed = false;
    }
    return undefined;
  }

  /** Hands out an envelope that is full, and nothing else. What must wait is handed out by `poll`. */
  pollFull(now: Instant): Transmit | undefined {
    for (let channel = this.#full.shift(); channel !== undefined; channel = this.#full.shift()) {
      const transmit = channel.isListed ? channel.pollFull(now) : undefined;
      if (transmit !== undefined) return transmit;
    }
    return undefined;
  }

  /** Says when a paused channel wants another try. */
  timeout(): Instant | undefined {
    let earliest: Instant | undefined;
    for (const { pausedUntil } of this.#waiting) {
      if (earliest === undefined || pausedUntil < earliest) earliest = pausedUntil;
    }
    return earliest;
  }

  /** Lists the paused channels whose time has come. */
  handleTimeout(now: Instant): void {
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter((c) => c.pausedUntil <= now);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((c) => c.pausedUntil > now);
    for (const channel of due) this.#listed.push(channel);
  }

  /** @internal Lends a buffer to gather an envelope in: idle channels hold none. */
  takeScratch(bytes: number): Uint8Array {
    const size = SCRATCH_SIZES.find((s) => s >= bytes);
    return size === undefined ? new Uint8Array(bytes) : (this.#scratches.get(size)!.pop() ?? new Uint8Array(size));
  }

  /** @internal */
  giveScratch(buffer: Uint8Array): void {
    const kept = this.#scratches.get(buffer.length);
    if (kept !== undefined && kept.length * buffer.length < SCRATCH_BYTES_KEPT) kept.push(buffer);
  }
}

/** Most peers get one small answer per turn; a thousand of them must not take a whole envelope each. */
const SCRATCH_SIZES = [1_024, 4_096, LIMITS.envelopeBytes];
/** 2 MiB of each size: as many peers as are usually served in one turn. */
const SCRATCH_BYTES_KEPT = 2_097_152;
