import type { Instant } from '@reeve/protocol';
import type { VirtualProcess } from './virtual-process.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Who is at one end of a connection. */
export interface EndOwner {
  readonly process: VirtualProcess;
  handleMessage(frames: readonly Uint8Array[]): void;
  /** The connection is over: it is told last. */
  handleLost(): void;
}

/** What a connection needs of its network. */
export interface ConnectionHost {
  readonly time: VirtualTime;
  latencyMs(): number;
  /** A message is about to be read. What is done to the connection here befalls this message too. */
  handleArrival(connection: VirtualConnection, to: VirtualProcess): void;
  handleOver(connection: VirtualConnection): void;
}

/**
 * One connection, from its beginning to its end. Messages of one direction keep their order. Each end learns by itself
 * that the connection is over, in its own time; what it sends until then goes nowhere.
 */
export class VirtualConnection {
  readonly #host: ConnectionHost;
  readonly #dialler: End;
  readonly #listener: End;

  constructor(host: ConnectionHost, dialler: EndOwner, listener: EndOwner) {
    this.#host = host;
    this.#dialler = new End(dialler);
    this.#listener = new End(listener);
  }

  get processes(): readonly [dialler: VirtualProcess, listener: VirtualProcess] {
    return [this.#dialler.owner.process, this.#listener.owner.process];
  }

  send(from: VirtualProcess, frames: readonly Uint8Array[]): void {
    const to = this.#other(from);
    if (from.isDead || to.isDeaf) return;
    to.inbox.push(frames.map((frame) => Uint8Array.from(frame)));
    this.#expect(to, this.#host.latencyMs());
  }

  /** Ends it once what was sent has arrived. */
  finish(from: VirtualProcess): void {
    const [own, other] = [this.#end(from), this.#other(from)];
    own.deafen();
    own.hasNoticed = true;
    if (other.isDeaf) return;
    other.inbox.push('end');
    this.#expect(other, 0);
  }

  /** Ends it as a broken cable does: nothing arrives any more, and each end notices by itself. */
  cut(diallerNoticesMs: number, listenerNoticesMs: number): void {
    this.#lose(this.#dialler, diallerNoticesMs);
    this.#lose(this.#listener, listenerNoticesMs);
  }

  /** Lets nothing arrive at one process for a while. */
  delay(to: VirtualProcess, ms: number): void {
    const end = this.#end(to);
    end.clogUntil = Math.max(end.clogUntil, this.#host.time.now + ms);
  }

  /** Lets the message that is read next come a second time, after what is under way already. */
  duplicate(to: VirtualProcess): void {
    const end = this.#end(to);
    const first = end.inbox[0];
    if (first === undefined || first === 'end') return;
    end.inbox.push(first);
    this.#expect(end, this.#host.latencyMs());
  }

  #expect(to: End, ms: number): void {
    const { time } = this.#host;
    to.lastArrival = Math.max(to.lastArrival, time.now + ms);
    time.at(to.lastArrival, () => this.#arrive(to));
  }

  /** Each message has one turn of this; whichever is first in the inbox takes it, so the order is kept. */
  #arrive(to: End): void {
    if (to.isDeaf || to.inbox.length === 0) return;
    const { time } = this.#host;
    if (to.clogUntil <= time.now && to.inbox[0] !== 'end') this.#host.handleArrival(this, to.owner.process);
    if (to.clogUntil > time.now) return time.at(to.clogUntil, () => this.#arrive(to));
    const message = to.inbox.shift();
    if (message === undefined) return;
    if (message === 'end') this.#lose(to, 0);
    else to.owner.process.enter(() => to.owner.handleMessage(message));
  }

  #lose(end: End, noticesMs: number): void {
    end.deafen();
    this.#host.handleOver(this);
    const { owner } = end;
    this.#host.time.after(noticesMs, () => {
      if (end.hasNoticed) return;
      end.hasNoticed = true;
      owner.process.enter(() => owner.handleLost());
    });
  }

  #end(process: VirtualProcess): End {
    return this.#dialler.owner.process === process ? this.#dialler : this.#listener;
  }

  #other(process: VirtualProcess): End {
    return this.#dialler.owner.process === process ? this.#listener : this.#dialler;
  }
}

/** One end: what is on its way there, and what it knows. */
class End {
  readonly owner: EndOwner;
  readonly inbox: (readonly Uint8Array[] | 'end')[] = [];
  lastArrival: Instant = 0;
  /** Until when nothing arrives. */
  clogUntil: Instant = 0;
  /** Nothing arrives any more. */
  isDeaf = false;
  hasNoticed = false;

  constructor(owner: EndOwner) {
    this.owner = owner;
  }

  deafen(): void {
    this.isDeaf = true;
    this.inbox.length = 0;
  }
}
