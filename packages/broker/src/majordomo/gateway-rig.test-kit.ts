import type { Instant, PeerId, Refusal, Transmit } from '@reeve/protocol';
import { LIMITS, seededRandom } from '@reeve/protocol';
import type { Counters } from '../core/index.ts';
import { BrokerCore } from '../core/index.ts';
import { resolveConfig } from './config.ts';
import { MajordomoGateway } from './gateway.ts';
import type { MajordomoOptions } from './options.ts';

/** A gateway and its core among peers that are typed by hand, with a clock that stands still unless it is moved. */
export class GatewayRig {
  now: Instant = 1_000_000;
  readonly gateway: MajordomoGateway;
  readonly counters: Counters;
  readonly #core: BrokerCore;
  /** What the transport says to a message of the broker. */
  transport: (transmit: Transmit) => 'sent' | Refusal = () => 'sent';
  readonly #inboxes = new Map<PeerId, string[][]>();

  constructor(
    options: MajordomoOptions = {},
    backlogBytesMax: number = LIMITS.peerBacklogBytesMax,
    warmUpMs: number = 0,
  ) {
    const random = seededRandom(1);
    this.#core = new BrokerCore(this.now, { name: 'broker', random, limits: { warmUpMs } });
    this.counters = this.#core.counters;
    this.gateway = new MajordomoGateway(this.#core, {
      config: resolveConfig(options),
      random,
      backlogBytesMax,
      warmUntil: this.now + warmUpMs,
    });
  }

  /** A connection whose messages are written as text, one text a frame. */
  peer(): TextPeer {
    const id = this.#inboxes.size + 1;
    this.#inboxes.set(id, []);
    this.gateway.handlePeer(this.now, id, 'connected');
    return {
      id,
      say: (...frames) => this.say(id, frames),
      heard: () => this.#inboxes.get(id)!.splice(0),
      cut: () => {
        this.gateway.handlePeer(this.now, id, 'disconnected');
        this.run();
      },
    };
  }

  say(id: PeerId, frames: readonly string[]): void {
    const bytes = frames.map((frame) => Uint8Array.from(frame, (character) => character.charCodeAt(0)));
    this.gateway.handleMessage(this.now, id, bytes);
    this.run();
    // Frames are good only while their message is handled.
    for (const frame of bytes) frame.fill(0xee);
  }

  /** Moves the clock, stopping wherever the broker wants to. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      this.run();
      const wake = this.gateway.pollTimeout();
      if (wake === undefined || wake > end) break;
      this.now = Math.max(this.now, wake);
      this.gateway.handleTimeout(this.now);
    }
    this.now = end;
    this.run();
  }

  run(): void {
    for (let t = this.gateway.pollTransmit(this.now); t !== undefined; t = this.gateway.pollTransmit(this.now)) {
      const fate = this.transport(t);
      if (fate === 'sent') this.#inboxes.get(t.peer)?.push(t.frames.map((frame) => String.fromCharCode(...frame)));
      else this.gateway.handleRefused(this.now, t, fate);
    }
    while (this.gateway.pollEvent() !== undefined);
  }

  command(kind: 'drain' | 'stop'): void {
    this.gateway.handleCommand(this.now, { kind });
    this.run();
  }

  sizes(): Record<string, number> {
    return this.#core.sizes();
  }
}

export interface TextPeer {
  readonly id: PeerId;
  say(...frames: string[]): void;
  /** What came since this was asked last. */
  heard(): string[][];
  cut(): void;
}
