import type { Instant, PeerChange, PeerId, Session, Transmit } from '@reeve/protocol';
import { randomBytes } from '@reeve/protocol';
import type { World } from '@reeve/testing/world';
import { SimulatedNode } from '@reeve/testing/world';

/** A node that connects to a broker and is none of ours. */
export abstract class Outsider extends SimulatedNode<never, { readonly kind: string }> {
  protected override handleEvent(): void {}
}

/** Speaks no protocol, or another one, or ours with mistakes. */
export class Stranger extends Outsider {
  /** What it may say again: forged replies and stale tokens are among it. */
  overheard: readonly (readonly Uint8Array[])[] = [];
  readonly #babble: Babble;

  constructor(world: World, name: string, endpoint: string) {
    super(world, name);
    this.#babble = new Babble(endpoint);
    world.enter(this);
    this.input(() => {});
  }

  /** Says something every few milliseconds. */
  chatter(ms: number): void {
    const until = this.world.now + ms;
    const say = (): void => {
      this.input(() => this.#babble.say(this.#message()));
      const next = this.world.now + this.world.random.unit() * 10;
      if (next < until) this.world.agenda.add(next, say);
    };
    say();
  }

  protected override get session(): Babble {
    return this.#babble;
  }

  #message(): Uint8Array[] {
    const { random } = this.world;
    const kind = random.u32() % (this.overheard.length > 0 ? 8 : 4);
    if (kind >= 4) return [...this.overheard[random.u32() % this.overheard.length]!];
    const text = (words: string): Uint8Array => new TextEncoder().encode(words);
    if (kind === 0) return [randomBytes(random, random.u32() % 100)];
    if (kind === 1) return [text(''), text('MDPW01'), Uint8Array.of(1), text('echo')];
    if (kind === 2) return [text('GET / HTTP/1.1\r\n\r\n')];
    // The head of one of ours, of any version, and noise.
    return [Uint8Array.of(0xab, 0x52, 0x56, random.u32() % 3, ...randomBytes(random, 60))];
  }
}

class Babble implements Session<never, { readonly kind: string }> {
  readonly #out: Transmit[] = [];
  readonly #events: { kind: string }[];

  constructor(endpoint: string) {
    this.#events = [{ kind: 'dial', peer: 1, endpoint } as { kind: string }];
  }

  say(frames: Uint8Array[]): void {
    this.#out.push({ peer: 1, frames });
  }

  handleMessage(_now: Instant, _peer: PeerId, _frames: readonly Uint8Array[]): void {}

  handlePeer(_now: Instant, _peer: PeerId, _change: PeerChange): void {}

  handleRefused(): void {}

  handleCommand(): void {}

  handleTimeout(): void {}

  readonly hasFull = false;

  pollFull(): undefined {}

  pollTransmit(): Transmit | undefined {
    return this.#out.shift();
  }

  pollTimeout(): Instant | undefined {
    return undefined;
  }

  pollEvent(): { kind: string } | undefined {
    return this.#events.shift();
  }
}
