import { vi } from 'vitest';
import type { PeerId } from '../session.ts';
import type {
  DialOptions,
  Link,
  LinkHandler,
  LinkNotice,
  Listener,
  ListenerHandler,
  ListenOptions,
  Transport,
} from './transport.ts';

/** A link and everything that it told, in order. */
export class RecordedLink implements LinkHandler {
  readonly link: Link;
  /** Messages as text, frames joined by `|`, and `(lost)`. */
  readonly log: string[] = [];
  readonly frames: (readonly Uint8Array[])[] = [];
  readonly notices: LinkNotice[] = [];

  constructor(transport: Transport, endpoint: string, options?: DialOptions) {
    this.link = transport.dial(endpoint, this, options);
  }

  onMessage(frames: readonly Uint8Array[]): void {
    this.frames.push(frames);
    this.log.push(textOf(frames));
  }

  onLost(): void {
    this.log.push(LOST);
  }

  onNotice(notice: LinkNotice): void {
    this.notices.push(notice);
  }

  /** Sends one message of text frames. */
  send(...texts: string[]): ReturnType<Link['send']> {
    return this.link.send(texts.map((text) => new TextEncoder().encode(text)));
  }
}

/** A listener and everything that it told, in order. */
export class RecordedListener implements ListenerHandler {
  listener!: Listener;
  readonly log: [peer: PeerId, text: string][] = [];
  readonly frames: (readonly Uint8Array[])[] = [];

  static async on(transport: Transport, endpoint: string, options?: ListenOptions): Promise<RecordedListener> {
    const recorded = new RecordedListener();
    recorded.listener = await transport.listen(endpoint, recorded, options);
    return recorded;
  }

  get endpoint(): string {
    return this.listener.endpoint;
  }

  /** What was told, without whom of. */
  get texts(): string[] {
    return this.log.map(([, text]) => text);
  }

  /** The peer that was heard last. */
  get lastPeer(): PeerId {
    return this.log.at(-1)![0];
  }

  onMessage(peer: PeerId, frames: readonly Uint8Array[]): void {
    this.frames.push(frames);
    this.log.push([peer, textOf(frames)]);
  }

  onLost(peer: PeerId): void {
    this.log.push([peer, LOST]);
  }

  send(peer: PeerId, ...texts: string[]): ReturnType<Listener['send']> {
    return this.listener.send(
      peer,
      texts.map((text) => new TextEncoder().encode(text)),
    );
  }
}

/** Waits until a check no longer throws, as long as a loaded machine may need. */
export function until<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 });
}

/** How the end of a connection stands in a log. */
export const LOST = '(lost)';

function textOf(frames: readonly Uint8Array[]): string {
  return frames.map((frame) => new TextDecoder().decode(frame.subarray(0, 100))).join('|');
}
