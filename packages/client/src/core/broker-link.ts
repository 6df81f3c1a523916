import type { Channel, Instant, Random, Uplink, Welcome } from '@reeve/protocol';
import { Ring } from '@reeve/protocol';
import type { Call } from './call.ts';
import { SendQueue } from './send-queue.ts';

/** One broker of the list: the way to it, and the calls that are bound to it. */
export class BrokerLink {
  readonly uplink: Uplink;
  /** Set while the session is live. */
  session: LiveSession | undefined = undefined;
  /** Calls that only this broker may have, and that it had no room for. */
  readonly queue: SendQueue = new SendQueue();
  /** At-most-once calls of lost sessions, while proof or a result may still come. */
  readonly held: Ring<Call> = new Ring<Call>();

  constructor(uplink: Uplink) {
    this.uplink = uplink;
  }

  /** Whether anything new may go there at all. */
  get isUsable(): boolean {
    return this.session !== undefined && !this.uplink.isLeaving;
  }

  /** Whether it is also heard as often as it should be. */
  get isHealthy(): boolean {
    return this.session !== undefined && !this.uplink.isLeaving && !this.uplink.isSuspect;
  }
}

/** A live session, as the calls in it see it. */
export class LiveSession {
  readonly token: number;
  readonly channel: Channel;
  readonly callsMax: number;
  readonly bodyBytesMax: number;
  /** The broker's stable name. */
  readonly broker: string;
  /** When calls of another broker may come back to this one. */
  readonly failbackAt: Instant;
  /** Calls that were sent and not answered, oldest first. */
  readonly outstanding: Ring<Call> = new Ring<Call>();
  /** The transport gave back the message that was handed out last. */
  isRefused = false;
  /** Number of the latest message that takes no more records, because it has got a body of its own. */
  fullSeq = 0;
  readonly #declared = new Set<number>();

  constructor(now: Instant, channel: Channel, welcome: Welcome, failbackMs: number, random: Random) {
    this.token = channel.session;
    this.channel = channel;
    this.callsMax = Math.max(1, welcome.callsMax);
    this.bodyBytesMax = welcome.bodyBytesMax;
    this.broker = welcome.broker;
    // Spread out, so that the clients of a broker that came back do not all return in one moment.
    this.failbackAt = now + failbackMs * (1 + random.unit() * FAILBACK_SPREAD);
  }

  /** Whether one more call can be sent. */
  get hasRoom(): boolean {
    return this.outstanding.size < this.callsMax && !this.channel.isBlocked;
  }

  /** Whether a call's message never reached the transport. It says so for the messages of a lost session. */
  isUnsent(call: Call): boolean {
    const lastSent = this.isRefused ? this.channel.seqOut - 1 : this.channel.seqOut;
    // On the circle of 32-bit numbers.
    return ((call.seq - lastSent) | 0) > 0;
  }

  isDeclared(route: number): boolean {
    return this.#declared.has(route);
  }

  declare(route: number): void {
    this.#declared.add(route);
  }
}

const FAILBACK_SPREAD = 0.5;
