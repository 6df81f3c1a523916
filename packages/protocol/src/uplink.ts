import { Channel } from './channel.ts';
import { readMap, strayMessage, writeHeartbeat, writeMap } from './cold-codec.ts';
import type { EnvelopeReader, Malformed } from './envelope.ts';
import { LIMITS } from './limits.ts';
import type { Outbox } from './outbox.ts';
import type { Random } from './random.ts';
import { randomToken } from './random.ts';
import type { Bye, Hello, Refused, Welcome } from './records.ts';
import { BYE, HELLO, REFUSED, WELCOME } from './records.ts';
import type { Instant, PeerId } from './session.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { TimerNode } from './timer-wheel.ts';

/**
 * The way from a client or worker to one broker: greets it, keeps the session alive, notices its loss and greets
 * again. What the records of a live session mean is the role's business.
 *
 * Theory of operation. An uplink has one link at a time, under one PeerId. It sends HELLO at once; the transport
 * holds it until a broker listens. WELCOME makes it live. When the transport says that the connection ended, the
 * session is over, and HELLO goes out on the same link, which connects again by itself. Only after silence on an
 * open connection, where the transport saw nothing wrong, is the link closed and a new one dialled.
 *
 *            start            WELCOME
 *     idle ────────▶ greeting ────────▶ live
 *                     ▲  │ silence       │ connection ended, gap, REFUSED, BYE ──▶ greeting
 *                     │  ▼               │ silence ──▶ resting
 *                     resting ◀──────────┘
 *
 * A rest is short and random, so that the peers of a broker that came back do not all arrive in one moment.
 */
export class Uplink implements Timed {
  readonly endpoint: string;
  state: UplinkState = 'idle';
  peer: PeerId = 0;
  /** Set while live. */
  channel: Channel | undefined;
  welcome: Welcome | undefined;
  /** Token of the session that was live last. 0 = none yet. */
  lastSession = 0;
  /** The broker said GOAWAY: it takes nothing new in this session. */
  isLeaving = false;
  /** Nothing was heard for two heartbeats: nothing new should go there. */
  isSuspect = false;
  /** What is wrong at this endpoint, for people. */
  trouble: string | undefined;
  /** When the session became live. */
  liveSince: Instant = 0;

  readonly #host: UplinkHost;
  readonly #timer = new TimerNode<Timed>(this);
  #nonce = 0;
  #isConnected = false;
  #dueAt: Instant = 0;
  /** The transport had no room for the HELLO. */
  #mustGreetAgain = false;

  constructor(host: UplinkHost, endpoint: string) {
    this.#host = host;
    this.endpoint = endpoint;
  }

  /** Dials the endpoint. */
  start(now: Instant): void {
    this.peer = this.#host.nextPeer();
    this.#isConnected = false;
    this.#host.dial(this.peer, this.endpoint);
    this.#greet(now);
  }

  /** Says BYE if there is a session, and hangs up. */
  stop(now: Instant, why: Bye['why']): void {
    if (this.state === 'idle') return;
    this.#sayBye(now, why);
    this.#leaveSession();
    this.#host.timers.clear(this.#timer);
    // A link that rests is closed already.
    if (this.state !== 'resting') this.#host.hangUp(this.peer);
    this.state = 'idle';
  }

  /** Says BYE if there is a session, and makes a new one after a rest. */
  renew(now: Instant, why: Bye['why']): void {
    if (this.state === 'idle' || this.state === 'resting') return;
    this.#sayBye(now, why);
    this.#leaveSession();
    this.#rest(now);
  }

  /** Takes a message of this link's peer. Says what the role has to do with it. */
  handleMessage(now: Instant, reader: EnvelopeReader, malformed: Malformed | undefined): UplinkNews | undefined {
    if (malformed !== undefined) {
      this.trouble =
        malformed.kind === 'foreign' ? 'something answers there that is not a Reeve broker' : malformed.why;
      return this.channel === undefined ? undefined : this.#lose(now, malformed.why);
    }
    if (this.channel !== undefined && reader.session === this.channel.session) return this.#accept(now, reader);
    if (!reader.next()) return undefined;
    if (reader.type === WELCOME.type && reader.session !== 0) return this.#handleWelcome(now, reader);
    if (reader.type === REFUSED.type) return this.#handleRefused(now, reader);
    return undefined;
  }

  /** Takes the transport's word that the connection came up. */
  handleConnected(now: Instant): void {
    this.#isConnected = true;
    if (this.state === 'greeting' && !this.#mustGreetAgain) this.#arm(now, LIMITS.helloTimeoutMs);
  }

  /** Takes the transport's word that the connection ended. It connects again by itself. */
  handleLost(now: Instant): UplinkNews | undefined {
    this.#isConnected = false;
    return this.state === 'idle' || this.state === 'resting' ? undefined : this.#lose(now, 'the connection ended');
  }

  /** Takes the transport's word that it had no room for the HELLO. Tries again after a pause. */
  handleGreetingRefused(now: Instant): void {
    if (this.state !== 'greeting') return;
    this.#mustGreetAgain = true;
    this.#arm(now, LIMITS.reconnectMs);
  }

  /**
   * Ends the session because the broker said BYE, or broke the protocol. Rests before the next one: whatever led to
   * this may be there still, and greeting at once would run in circles as fast as messages travel.
   */
  end(now: Instant, why: string): UplinkNews {
    const lost = this.#leave(why);
    this.#rest(now);
    return lost;
  }

  /** Called by the wheel. */
  onTimer(now: Instant): void {
    if (this.state === 'resting') this.start(now);
    else if (this.state === 'greeting') this.#checkGreeting(now);
    else if (this.channel !== undefined) this.#checkLife(now, this.channel, this.welcome!.heartbeatMs);
  }

  #greet(now: Instant): void {
    this.state = 'greeting';
    this.#mustGreetAgain = false;
    this.#nonce = randomToken(this.#host.random);
    const previous = this.lastSession === 0 ? {} : { previous: this.lastSession };
    const hello: Hello = { role: this.#host.role, instance: this.#host.instance, nonce: this.#nonce, ...previous };
    this.#host.outbox.post(strayMessage(now, this.peer, HELLO, hello));
    this.#arm(now, LIMITS.helloTimeoutMs);
  }

  #handleWelcome(now: Instant, reader: EnvelopeReader): UplinkNews | undefined {
    const welcome = readMap(reader, WELCOME);
    // A WELCOME for an earlier HELLO of this link is out of date: its session was replaced.
    if (welcome === undefined || welcome.nonce !== this.#nonce || this.state !== 'greeting') return undefined;
    const channel = new Channel(this.#host.outbox, this.peer, reader.session, now, welcome.windowBytes);
    // It begins its session, or what came before it is missing.
    if (channel.accept(now, reader) !== 'ok') return undefined;
    this.channel = channel;
    this.welcome = welcome;
    this.lastSession = reader.session;
    this.state = 'live';
    this.isLeaving = false;
    this.isSuspect = false;
    this.trouble = undefined;
    this.liveSince = now;
    this.#isConnected = true;
    this.#arm(now, welcome.heartbeatMs);
    return { kind: 'welcome', welcome };
  }

  #handleRefused(now: Instant, reader: EnvelopeReader): UplinkNews | undefined {
    const refused = readMap(reader, REFUSED);
    if (refused === undefined) return undefined;
    if (refused.why !== 'unknown_session') this.trouble = refused.detail ?? `the broker refused: ${refused.why}`;
    // The broker does not know the session that we think is live: it is over.
    const isOurs = this.channel !== undefined && refused.session === this.channel.session;
    return { kind: 'refused', refused, lost: isOurs ? this.#lose(now, 'the broker does not know it') : undefined };
  }

  #accept(now: Instant, reader: EnvelopeReader): UplinkNews | undefined {
    const acceptance = this.channel!.accept(now, reader);
    if (acceptance === 'gap') return this.#lose(now, 'a message is missing');
    this.isSuspect = false;
    // A broker that shuts down waits for this: it must know that its last answers have arrived.
    if (this.isLeaving) this.channel!.acknowledgeSoon();
    return acceptance === 'ok' ? { kind: 'records' } : undefined;
  }

  #checkGreeting(now: Instant): void {
    if (this.#mustGreetAgain) return this.#greet(now);
    if (!this.#isConnected) return this.#arm(now, LIMITS.helloTimeoutMs);
    this.trouble ??= 'something accepts connections there but does not answer as a Reeve broker';
    this.#rest(now);
  }

  #checkLife(now: Instant, channel: Channel, heartbeatMs: number): void {
    // Our own loop was late: what the broker sent may still lie unread, so its silence proves nothing yet.
    if (now - this.#dueAt > heartbeatMs / 2) channel.heardAt = now;
    const silentMs = now - channel.heardAt;
    if (silentMs > heartbeatMs * LIMITS.lostHeartbeats) {
      // No HELLO here: should the old link still carry it, it would make a session that nobody keeps.
      const lost = this.#leave('the broker fell silent');
      this.#rest(now);
      this.#host.onLost(now, this, lost);
      return;
    }
    this.isSuspect = silentMs > heartbeatMs * LIMITS.suspectHeartbeats;
    // Looked at again when the next one is due, not an interval from now: that could be nearly two after the last.
    const dueInMs = channel.sentAt + heartbeatMs - now;
    if (dueInMs <= 0) writeHeartbeat(channel);
    this.#arm(now, dueInMs <= 0 ? heartbeatMs : dueInMs);
  }

  #lose(now: Instant, why: string): UplinkLost {
    const lost = this.#leave(why);
    this.#greet(now);
    return lost;
  }

  #leave(why: string): UplinkLost {
    const session = this.channel === undefined ? 0 : this.lastSession;
    this.#leaveSession();
    return { kind: 'lost', session, why };
  }

  #sayBye(now: Instant, why: Bye['why']): void {
    if (this.channel === undefined) return;
    writeMap(this.channel, BYE, { why });
    for (let t = this.channel.poll(now); t !== undefined; t = this.channel.poll(now)) this.#host.outbox.post(t);
  }

  #leaveSession(): void {
    this.channel?.close();
    this.channel = undefined;
    this.welcome = undefined;
  }

  #rest(now: Instant): void {
    this.state = 'resting';
    this.#host.hangUp(this.peer);
    this.#arm(now, LIMITS.reconnectMs + this.#host.random.unit() * (LIMITS.reconnectMaxMs - LIMITS.reconnectMs));
  }

  #arm(now: Instant, inMs: number): void {
    this.#dueAt = now + inMs;
    this.#host.timers.set(this.#timer, this.#dueAt);
  }
}

export type UplinkState = 'idle' | 'greeting' | 'live' | 'resting';

/** What a message, or its absence, means for the role. */
export type UplinkNews =
  | { readonly kind: 'welcome'; readonly welcome: Welcome }
  /** The records that follow in the reader belong to the live session. */
  | { readonly kind: 'records' }
  /** The calls that it names were not executed. `lost`, to be handled after, says that the live session ended too. */
  | { readonly kind: 'refused'; readonly refused: Refused; readonly lost: UplinkLost | undefined }
  | UplinkLost;

/** The session is over. 0 = there was none: only the greeting was lost. */
export interface UplinkLost {
  readonly kind: 'lost';
  readonly session: number;
  readonly why: string;
}

/** What an uplink needs of the role that it belongs to. */
export interface UplinkHost {
  readonly role: Hello['role'];
  readonly instance: Uint8Array;
  readonly outbox: Outbox;
  readonly random: Random;
  readonly timers: TimerWheel<Timed>;
  nextPeer(): PeerId;
  dial(peer: PeerId, endpoint: string): void;
  hangUp(peer: PeerId): void;
  /** The session ended by a timer, not by a message. */
  onLost(now: Instant, uplink: Uplink, lost: UplinkLost): void;
}

/** Something that a timer wheel can wake. */
export interface Timed {
  onTimer(now: Instant): void;
}
