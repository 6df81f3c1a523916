import type {
  Instant,
  PeerChange,
  PeerId,
  Random,
  Refusal,
  Session,
  Timed,
  Transmit,
  UplinkHost,
  UplinkLost,
  UplinkNews,
} from '@reeve/protocol';
import { BYE, EnvelopeReader, Fifo, LIMITS, Outbox, TimerWheel, Uplink, writeMap } from '@reeve/protocol';
import { Answers } from './answers.ts';
import { BrokerChoice } from './broker-choice.ts';
import { BrokerLink, LiveSession } from './broker-link.ts';
import type { Call } from './call.ts';
import type { ClientCommand, ClientEvent } from './client-event.ts';
import type { ClientCoreOptions } from './client-options.ts';
import type { ClientStats } from './client-stats.ts';
import type { CallRequest } from './ledger.ts';
import { Ledger } from './ledger.ts';
import { Patience } from './patience.ts';
import { requestNumbers } from './request-numbers.ts';
import { Recovery } from './recovery.ts';
import { Retries } from './retries.ts';
import { Roster } from './roster.ts';
import type { Route } from './route.ts';
import { RouteTable } from './route.ts';
import { REQUEST_BYTES, Sender } from './sender.ts';

/**
 * The client, without clock and sockets: sessions with its brokers, and calls over them.
 *
 * The core only passes on: `Ledger` has the calls, `Sender` encodes them, `Answers` reads what brokers say,
 * `Retries` and `Recovery` decide what becomes of a call that was refused or whose session was lost.
 */
export class ClientCore implements Session<ClientCommand, ClientEvent> {
  readonly #options: ClientCoreOptions;
  readonly #random: Random;
  readonly #outbox = new Outbox();
  readonly #timers = new TimerWheel<Timed>();
  readonly #events = new Fifo<ClientEvent>();
  readonly #reader = new EnvelopeReader();
  readonly #routes = new RouteTable();
  readonly #roster: Roster;
  readonly #links: readonly BrokerLink[];
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #retries: Retries;
  readonly #recovery: Recovery;
  readonly #answers: Answers;
  /** Links to close once everything is sent. */
  #hangUps: PeerId[] = [];
  /** Endpoints that were left for good, to be told after that. */
  #removed: string[] = [];
  #lastPeer: PeerId = 0;
  /** Bytes of the calls that were started since messages were last made. */
  #gatheredBytes = 0;
  #polledAt: Instant = 0;
  #end: 'open' | 'draining' | 'closing' | 'closed' = 'open';

  constructor(args: { random: Random; instance: Uint8Array; options: ClientCoreOptions }) {
    this.#options = args.options;
    this.#random = args.random;
    const host = this.#uplinkHost(args.instance);
    this.#roster = new Roster(args.options.brokers, (endpoint) => new BrokerLink(new Uplink(host, endpoint)));
    this.#links = this.#roster.links;
    this.#ledger = new Ledger(args.options, this.#links, this.#timers, this.#events);
    this.#sender = new Sender(this.#ledger, this.#links, new BrokerChoice(this.#links, args.options.policy));
    this.#retries = new Retries(args.options, this.#ledger, args.random);
    const patience = new Patience(args.options, this.#ledger, this.#retries, this.#links);
    this.#ledger.handleLate = (now, call) => patience.handleLate(now, call);
    this.#recovery = new Recovery(args.options, this.#ledger, this.#retries);
    this.#answers = new Answers(this.#ledger, this.#retries);
  }

  get stats(): ClientStats {
    return this.#ledger.stats;
  }

  /** Calls that are not settled. */
  get pendingCalls(): number {
    return this.#ledger.size;
  }

  /** The calls that are not settled, in no order. */
  get outstandingCalls(): readonly Call[] {
    return this.#ledger.all();
  }

  /** Bytes of calls that wait here. */
  get unsentBytes(): number {
    return this.#ledger.unsentBytes;
  }

  /** How it stands with each broker of the list. */
  get brokers(): BrokerStatus[] {
    return this.#links.map(({ uplink, session, isListed }) => ({
      endpoint: uplink.endpoint,
      isConnected: session !== undefined,
      isLeaving: uplink.isLeaving || !isListed,
      broker: session?.broker,
      trouble: uplink.trouble,
    }));
  }

  /** Numbers a method for use in calls. Throws a `ReeveError` if there are too many. */
  addRoute(route: Omit<Route, 'route'>): Route {
    return this.#routes.add(route);
  }

  /** Starts a call. It ends with one `settled` event, also if it is over a limit. */
  startCall(now: Instant, request: CallRequest): Call {
    this.#retries.deposit();
    const call = this.#ledger.admit(now, request);
    this.#gatheredBytes += REQUEST_BYTES + call.bodyBytes;
    return call;
  }

  /** Ends a call that its caller does not want any more. One that is over is left alone. */
  cancel(call: Call): void {
    this.#ledger.cancel(call);
    this.#checkDrained();
  }

  handleCommand(now: Instant, command: ClientCommand): void {
    switch (command.kind) {
      case 'start':
        for (const { uplink } of this.#links) uplink.start(now);
        break;
      case 'brokers':
        this.#relist(now, command.endpoints);
        break;
      case 'call':
        this.startCall(now, command.request);
        break;
      case 'cancel':
        this.cancel(command.call);
        break;
      case 'drain':
        this.#ledger.isClosing = true;
        if (this.#end === 'open') this.#end = 'draining';
        this.#checkDrained();
        break;
      case 'close':
        this.#close(now);
        break;
    }
  }

  handleMessage(now: Instant, peer: PeerId, frames: readonly Uint8Array[]): void {
    const link = this.#linkOf(peer);
    if (link === undefined) return;
    const malformed = this.#reader.reset(frames);
    const news = link.uplink.handleMessage(now, this.#reader, malformed);
    if (news !== undefined) this.#handleNews(now, link, news);
    this.#checkDrained();
  }

  handlePeer(now: Instant, peer: PeerId, change: PeerChange): void {
    const link = this.#linkOf(peer);
    if (link === undefined) return;
    if (change === 'connected') {
      link.uplink.handleConnected(now);
      return;
    }
    const news = link.uplink.handleLost(now);
    if (news !== undefined) this.#handleNews(now, link, news);
    this.#checkDrained();
  }

  handleRefused(now: Instant, transmit: Transmit, why: Refusal): void {
    const link = this.#linkOf(transmit.peer);
    const { token, numbers } = requestNumbers(this.#reader, transmit);
    const isLive = link?.session !== undefined && link.session.token === token;
    if (isLive && why === 'full') {
      link.session!.isRefused = true;
      link.session!.channel.pause(now, transmit);
      return;
    }
    if (token === 0) {
      link?.uplink.handleGreetingRefused(now);
      return;
    }
    // A message that never left proves more than any answer could: none of its calls was executed.
    this.#recovery.handleUnsent(now, token, numbers);
    if (isLive) this.#handleNews(now, link, link.uplink.end(now, 'the connection is gone'));
  }

  handleTimeout(now: Instant): void {
    this.#outbox.handleTimeout(now);
    this.#timers.advance(now, (timed) => timed.onTimer(now));
    this.#checkDrained();
  }

  /** Calls are encoded late. Once as many were started as fill a message, it is time. */
  get hasFull(): boolean {
    return this.#gatheredBytes >= LIMITS.envelopeBytes;
  }

  pollFull(now: Instant): Transmit | undefined {
    return this.hasFull ? this.pollTransmit(now) : undefined;
  }

  pollTransmit(now: Instant): Transmit | undefined {
    this.#gatheredBytes = 0;
    do {
      const transmit = this.#outbox.poll(now);
      if (transmit === undefined) continue;
      const session = this.#linkOf(transmit.peer)?.session;
      if (session !== undefined) session.isRefused = false;
      return transmit;
    } while (this.#sender.pump(now) || this.#leaveUnlisted(now));
    this.#hangUp();
    this.#polledAt = now;
    return undefined;
  }

  pollTimeout(): Instant | undefined {
    // What came up while messages were made must not wait for the next one, if its driver has not asked since.
    if (this.#events.size > 0) return this.#polledAt;
    const timer = this.#timers.next();
    const pause = this.#outbox.timeout();
    return timer === undefined || (pause !== undefined && pause < timer) ? pause : timer;
  }

  pollEvent(): ClientEvent | undefined {
    return this.#events.shift();
  }

  #relist(now: Instant, endpoints: readonly string[]): void {
    if (this.#end === 'closing' || this.#end === 'closed') return;
    for (const { uplink } of this.#roster.relist(endpoints)) uplink.start(now);
  }

  /** Says goodbye to brokers that are not listed and have answered everything. Returns false if there were none. */
  #leaveUnlisted(now: Instant): boolean {
    if (this.#end === 'closing' || this.#end === 'closed') return false;
    const done = this.#roster.takeDone();
    for (const link of done) {
      link.uplink.stop(now, 'closed');
      link.session = undefined;
      this.#removed.push(link.uplink.endpoint);
    }
    return done.length > 0;
  }

  #handleNews(now: Instant, link: BrokerLink, news: UplinkNews): void {
    switch (news.kind) {
      case 'welcome':
        this.#handleWelcome(now, link);
        this.#handleRecords(now, link);
        break;
      case 'records':
        this.#handleRecords(now, link);
        break;
      case 'refused':
        // Of a session before the last one everything was read before the WELCOME that came since: what is refused now
        // was repeated on its way, and may have been acted on when it came first.
        if (news.refused.session === link.uplink.lastSession) {
          this.#recovery.handleProof(now, news.refused.session, news.refused.calls);
        }
        if (news.lost !== undefined) this.#handleLost(now, link, news.lost);
        break;
      case 'lost':
        this.#handleLost(now, link, news);
        break;
    }
  }

  #handleWelcome(now: Instant, link: BrokerLink): void {
    const { uplink } = link;
    const session = new LiveSession(now, uplink.channel!, uplink.welcome!, this.#options.failbackMs, this.#random);
    link.session = session;
    this.#ledger.noteBodyBytesMax(session.bodyBytesMax);
    this.#ledger.awaiting.askAll(now, session);
    this.#events.push({ kind: 'connected', endpoint: uplink.endpoint, broker: session.broker });
  }

  #handleRecords(now: Instant, link: BrokerLink): void {
    const news = this.#answers.handleRecords(now, link, this.#reader);
    if (news === 'leaving' && !link.uplink.isLeaving) {
      link.uplink.isLeaving = true;
      // The broker waits for this: it must know that its last answers have arrived.
      link.uplink.channel?.acknowledgeSoon();
      this.#events.push({ kind: 'leaving', endpoint: link.uplink.endpoint });
    } else if (typeof news === 'object') {
      if (news.isProtocolError) this.#sayProtocolError(now, link, news.why);
      this.#handleNews(now, link, link.uplink.end(now, news.why));
    }
  }

  /** Tells the broker why, before the session is left. */
  #sayProtocolError(now: Instant, { session }: BrokerLink, detail: string): void {
    const { channel } = session!;
    writeMap(channel, BYE, { why: 'protocol', detail });
    for (let t = channel.poll(now); t !== undefined; t = channel.poll(now)) this.#outbox.post(t);
  }

  #handleLost(now: Instant, link: BrokerLink, lost: UplinkLost): void {
    const { session } = link;
    // Only a greeting was lost.
    if (session === undefined) return;
    link.session = undefined;
    this.#events.push({ kind: 'disconnected', endpoint: link.uplink.endpoint, why: lost.why });
    this.#sender.release(link);
    this.#recovery.handleLost(now, link, session);
  }

  #close(now: Instant): void {
    if (this.#end === 'closing' || this.#end === 'closed') return;
    this.#ledger.isClosing = true;
    for (const call of this.#ledger.all()) this.#ledger.close(call);
    for (const link of this.#links) {
      link.uplink.stop(now, 'closed');
      link.session = undefined;
    }
    this.#end = 'closing';
  }

  #checkDrained(): void {
    if (this.#end === 'draining' && this.#ledger.size === 0) {
      this.#end = 'open';
      this.#events.push({ kind: 'drained' });
    }
  }

  #hangUp(): void {
    if (this.#hangUps.length > 0) {
      for (const peer of this.#hangUps) this.#events.push({ kind: 'hangUp', peer });
      this.#hangUps = [];
    }
    if (this.#removed.length > 0) {
      for (const endpoint of this.#removed) this.#events.push({ kind: 'removed', endpoint });
      this.#removed = [];
    }
    if (this.#end === 'closing') {
      this.#end = 'closed';
      this.#events.push({ kind: 'closed' });
    }
  }

  #linkOf(peer: PeerId): BrokerLink | undefined {
    for (const link of this.#links) if (link.uplink.peer === peer) return link;
    return undefined;
  }

  #uplinkHost(instance: Uint8Array): UplinkHost {
    return {
      role: 'client',
      instance,
      outbox: this.#outbox,
      random: this.#random,
      timers: this.#timers,
      nextPeer: () => (this.#lastPeer += 1),
      dial: (peer, endpoint) => {
        this.#events.push({ kind: 'dial', peer, endpoint });
        this.#events.push({ kind: 'connecting', endpoint });
      },
      hangUp: (peer) => this.#hangUps.push(peer),
      onLost: (now, { peer }, lost) => this.#handleLost(now, this.#linkOf(peer)!, lost),
    };
  }
}

/** How it stands with one broker. */
export interface BrokerStatus {
  readonly endpoint: string;
  readonly isConnected: boolean;
  readonly isLeaving: boolean;
  /** The broker's name, while connected. */
  readonly broker: string | undefined;
  /** What is wrong there, for people. */
  readonly trouble: string | undefined;
}
