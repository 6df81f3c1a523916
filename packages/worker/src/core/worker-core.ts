import type {
  DescribedOutcome,
  EnvelopeReader as Reader,
  Instant,
  PeerChange,
  PeerId,
  Refusal,
  Session,
  Timed,
  Transmit,
  UplinkHost,
  UplinkNews,
} from '@reeve/protocol';
import {
  BYE,
  CANCEL,
  CREDIT,
  CallView,
  DEMAND,
  DESCRIBE,
  DISPATCH,
  DRAIN,
  EnvelopeReader,
  Fifo,
  GOAWAY,
  LIMITS,
  NO_BYTES,
  Outbox,
  READY,
  RECORD_FLAGS,
  TimerNode,
  TimerWheel,
  Uplink,
  readDescribe,
  readMap,
  readNumber,
  writeDescription,
  writeMap,
  writeNumber,
} from '@reeve/protocol';
import { BrokerLink } from './broker-link.ts';
import { Calls } from './calls.ts';
import type { CreditShare } from './credit.ts';
import { CreditPool } from './credit.ts';
import type { Dispatch } from './dispatch.ts';
import { Offers } from './offers.ts';
import { SentAnswers } from './sent-answers.ts';
import { SentBodies } from './sent-bodies.ts';
import type {
  DescribeQuestion,
  WorkerCommand,
  WorkerCoreArgs,
  WorkerCoreOptions,
  WorkerCounters,
  WorkerEvent,
  WorkerFailure,
} from './worker-event.ts';

/**
 * The worker without its sockets and clocks: a session with each broker, the calls that came in over them, and the
 * credit that decides how many may come.
 *
 *     serving ──drain──▶ draining ──nothing at work and all heard, or out of time──▶ closed
 *        └─────────────────────────────close────────────────────────────────────────────▲
 */
export class WorkerCore implements Session<WorkerCommand, WorkerEvent> {
  state: 'serving' | 'draining' | 'closed' = 'serving';

  readonly #options: WorkerCoreOptions;
  readonly #links: BrokerLink[];
  readonly #makeLink: (endpoint: string, share: CreditShare) => BrokerLink;
  readonly #outbox = new Outbox();
  readonly #timers = new TimerWheel<Timed>();
  readonly #events = new Fifo<WorkerEvent>();
  readonly #pool: CreditPool;
  readonly #offers: Offers;
  readonly #calls: Calls;
  readonly #reader: Reader = new EnvelopeReader();
  readonly #view = new CallView();
  readonly #drainTimer = new TimerNode<Timed>({ onTimer: (now) => this.close(now) });
  readonly #fire = (timed: Timed): void => timed.onTimer(this.#firingAt);
  #firingAt: Instant = 0;
  #peers = 0;
  /** Links to be closed once everything that was said over them has been handed out. */
  #hangUps: PeerId[] = [];
  /** Endpoints that were left for good, to be told after that. */
  #removed: string[] = [];
  /** How many links are not simply listed. */
  #leavers = 0;

  constructor({ instance, random, options }: WorkerCoreArgs) {
    this.#options = options;
    this.#pool = new CreditPool(
      options.concurrency + options.prefetch,
      options.brokers.length,
      options.brokersMayChange,
    );
    const [timers, events] = [this.#timers, this.#events];
    const limits = { ...LIMITS, ...options.limits };
    this.#offers = new Offers({ limits, methods: options.methods, timers, links: () => this.links });
    this.#calls = new Calls({ options, pool: this.#pool, timers, events, offers: this.#offers });
    const host: UplinkHost = {
      role: 'worker',
      instance,
      outbox: this.#outbox,
      random,
      timers,
      nextPeer: () => ++this.#peers,
      dial: (peer, endpoint) => this.#events.push({ kind: 'dial', peer, endpoint }),
      hangUp: (peer) => void this.#hangUps.push(peer),
      onLost: (now, { peer }, lost) => this.#handleNews(now, this.#linkOf(peer)!, lost),
    };
    const deadlines = { handleDeadline: (now: Instant, dispatch: Dispatch) => this.#calls.expire(now, dispatch) };
    this.#makeLink = (endpoint, share) =>
      new BrokerLink({
        uplink: new Uplink(host, endpoint),
        share,
        host: deadlines,
        sent: new SentAnswers(limits),
        sentBodies: new SentBodies((body) => this.#events.push({ kind: 'read', body })),
      });
    this.#links = options.brokers.map((endpoint, index) => this.#makeLink(endpoint, this.#pool.shares[index]!));
  }

  /** The ways to all brokers, those that are being left included. */
  get links(): readonly BrokerLink[] {
    return this.#links;
  }

  /** Handlers at work, those of lost sessions included. */
  get running(): number {
    return this.#calls.admission.running;
  }

  /** Calls that wait for a handler. */
  get waiting(): number {
    return this.#calls.admission.waiting;
  }

  get counters(): Readonly<WorkerCounters> {
    return this.#calls.counters;
  }

  /** Dials all brokers. */
  open(now: Instant): void {
    for (const link of this.#links) link.uplink.start(now);
  }

  handleMessage(now: Instant, peer: PeerId, frames: readonly Uint8Array[]): void {
    const link = this.#linkOf(peer);
    if (link === undefined) return;
    const malformed = this.#reader.reset(frames);
    const news = link.uplink.handleMessage(now, this.#reader, malformed);
    if (news === undefined) return;
    if (news.kind === 'records') {
      link.sent.trim();
      link.sentBodies.trim(link.uplink.channel!);
      this.#readRecords(now, link);
    } else this.#handleNews(now, link, news);
  }

  handlePeer(now: Instant, peer: PeerId, change: PeerChange): void {
    const link = this.#linkOf(peer);
    if (link === undefined) return;
    if (change === 'connected') return link.uplink.handleConnected(now);
    const news = link.uplink.handleLost(now);
    if (news !== undefined) this.#handleNews(now, link, news);
  }

  handleRefused(now: Instant, transmit: Transmit, why: Refusal): void {
    const uplink = this.#linkOf(transmit.peer)?.uplink;
    if (uplink === undefined || this.#reader.reset(transmit.frames) !== undefined) return;
    const { session } = this.#reader;
    // What is neither a greeting nor of the live session was for nobody any more.
    if (session === 0) uplink.handleGreetingRefused(now);
    else if (session !== uplink.channel?.session) return;
    else if (why === 'full') uplink.channel.pause(now, transmit);
    else this.handlePeer(now, transmit.peer, 'disconnected');
  }

  handleCommand(now: Instant, command: WorkerCommand): void {
    switch (command.kind) {
      case 'complete':
        return this.complete(now, command.dispatch, command.body);
      case 'fail':
        return this.fail(now, command.dispatch, command.failure);
      case 'extend':
        return this.extend(now, command.dispatch);
      case 'described':
        return this.#answerDescribe(command.question, command.outcome, command.body);
      case 'open':
        return this.open(now);
      case 'brokers':
        return this.relist(now, command.endpoints);
      case 'drain':
        return this.drain(now, command.drainMs);
      case 'close':
        return this.close(now);
    }
  }

  handleTimeout(now: Instant): void {
    this.#firingAt = now;
    this.#timers.advance(now, this.#fire);
    this.#outbox.handleTimeout(now);
  }

  get hasFull(): boolean {
    return this.#outbox.hasFull;
  }

  pollFull(now: Instant): Transmit | undefined {
    return this.#outbox.pollFull(now);
  }

  pollTransmit(now: Instant): Transmit | undefined {
    if (this.#leavers > 0 && this.state === 'serving') this.#leaveDone(now);
    this.#writeCredit();
    const transmit = this.#outbox.poll(now);
    if (transmit !== undefined) return transmit;
    if (this.state === 'draining' && this.#isDrained()) {
      this.#end(now, 'drained');
      return this.#outbox.poll(now);
    }
    for (const peer of this.#hangUps) this.#events.push({ kind: 'hangUp', peer });
    if (this.#hangUps.length > 0) this.#hangUps = [];
    for (const endpoint of this.#removed) this.#events.push({ kind: 'removed', endpoint });
    if (this.#removed.length > 0) this.#removed = [];
    return undefined;
  }

  pollTimeout(): Instant | undefined {
    const timer = this.#timers.next();
    const outbox = this.#outbox.timeout();
    return timer === undefined || (outbox !== undefined && outbox < timer) ? outbox : timer;
  }

  pollEvent(): WorkerEvent | undefined {
    return this.#events.shift();
  }

  /** The handler ended with an encoded result. A second answer to a call is ignored. */
  complete(now: Instant, dispatch: Dispatch, body: Uint8Array): void {
    this.#calls.complete(now, dispatch, body);
  }

  /** The handler, or the check of its input, failed. A second answer to a call is ignored. */
  fail(now: Instant, dispatch: Dispatch, failure: WorkerFailure): void {
    this.#calls.fail(now, dispatch, failure);
  }

  /** The handler says that it is at work: its lease is prolonged. */
  extend(now: Instant, dispatch: Dispatch): void {
    this.#calls.extend(now, dispatch);
  }

  /** Serves these brokers from now on. Those that are not among them get no credit, and are left when all is done. */
  relist(now: Instant, endpoints: readonly string[]): void {
    if (this.state !== 'serving') return;
    for (const link of this.#links) {
      const isListed = endpoints.includes(link.uplink.endpoint);
      if (!isListed && link.standing === 'listed') this.#beginLeaving(link);
      else if (link.standing !== 'listed') link.standing = isListed ? 'returning' : 'leaving';
    }
    for (const endpoint of endpoints) {
      if (this.#links.some(({ uplink }) => uplink.endpoint === endpoint)) continue;
      const link = this.#makeLink(endpoint, this.#pool.add());
      this.#links.push(link);
      link.uplink.start(now);
    }
  }

  /** Takes no more calls, hands back what has not started, finishes what runs within `drainMs`, and leaves. */
  drain(now: Instant, drainMs: number): void {
    if (this.state !== 'serving') return;
    this.state = 'draining';
    this.#events.push({ kind: 'draining' });
    this.#refuse();
    for (const { uplink, standing } of this.#links) {
      if (uplink.channel !== undefined && standing === 'listed') writeMap(uplink.channel, DRAIN, {});
    }
    this.#timers.set(this.#drainTimer, now + drainMs);
  }

  /** Leaves now. What has not started is handed back, the signals of what runs are raised. */
  close(now: Instant): void {
    if (this.state === 'closed') return;
    this.#refuse();
    this.#calls.abortRunning(this.#links);
    this.#end(now, this.running === 0 ? 'drained' : 'closed');
  }

  #refuse(): void {
    this.#calls.isRefusing = true;
    this.#pool.stop();
    for (const link of this.#links) this.#calls.handBackWaiting(link);
  }

  #end(now: Instant, why: 'drained' | 'closed'): void {
    this.#timers.clear(this.#drainTimer);
    this.state = 'closed';
    this.#offers.close();
    for (const link of this.#links) {
      link.uplink.stop(now, why);
      this.#calls.lose(now, link);
    }
    this.#events.push({ kind: 'closed', drained: why === 'drained' });
  }

  /**
   * Whether no handler is at work and every broker has read all that was said, DRAIN above all. What a broker
   * dispatched before it read that is on its way still: who left earlier would lose it, and nobody could say that it
   * never began.
   */
  #isDrained(): boolean {
    if (this.running > 0) return false;
    return this.#links.every(({ uplink: { channel } }) => channel === undefined || channel.isSettled);
  }

  #beginLeaving(link: BrokerLink): void {
    link.standing = 'leaving';
    this.#leavers += 1;
    this.#pool.leave(link.share);
    if (link.uplink.channel !== undefined) writeMap(link.uplink.channel, DRAIN, {});
  }

  /** Leaves the brokers that are not listed, where all is done and, as in a drain of all, DRAIN was read. */
  #leaveDone(now: Instant): void {
    for (const link of [...this.#links]) {
      const { uplink, standing, held } = link;
      if (standing === 'listed' || held.length > 0 || uplink.channel?.isSettled === false) continue;
      this.#leavers -= 1;
      if (standing === 'returning') {
        link.standing = 'listed';
        uplink.renew(now, 'drained');
        this.#calls.lose(now, link);
      } else {
        uplink.stop(now, 'drained');
        this.#calls.lose(now, link);
        this.#links.splice(this.#links.indexOf(link), 1);
        this.#pool.remove(link.share);
        this.#removed.push(uplink.endpoint);
      }
    }
  }

  #handleNews(now: Instant, link: BrokerLink, news: UplinkNews): void {
    if (news.kind === 'welcome') {
      this.#beginSession(link, news.welcome.broker);
      this.#readRecords(now, link);
    } else if (news.kind === 'lost') {
      // Without a session only a greeting was lost.
      if (news.session === 0) return;
      this.#calls.lose(now, link);
      this.#events.push({ kind: 'disconnected', endpoint: link.uplink.endpoint, why: news.why });
    } else if (news.kind === 'refused' && news.lost !== undefined) {
      this.#handleNews(now, link, news.lost);
    }
  }

  #beginSession(link: BrokerLink, broker: string): void {
    const channel = link.uplink.channel!;
    const { methods, label, described = [] } = this.#options;
    writeMap(channel, READY, {
      methods,
      ...(label === undefined ? {} : { label }),
      ...(described.length === 0 ? {} : { described }),
    });
    const isWanted = this.state === 'serving' && link.standing === 'listed';
    if (isWanted || this.state === 'draining') this.#pool.open(link.share);
    if (!isWanted) writeMap(channel, DRAIN, {});
    link.sent.begin(channel);
    this.#offers.offerAll(link);
    this.#events.push({ kind: 'connected', endpoint: link.uplink.endpoint, broker });
  }

  #readRecords(now: Instant, link: BrokerLink): void {
    const reader = this.#reader;
    const { channel } = link.uplink;
    while (link.uplink.channel === channel && reader.next()) {
      if (reader.type === DISPATCH.type) {
        if (this.#view.readDispatch(reader)) this.#calls.take(now, link, this.#view);
        else this.#breakOff(now, link, 'a DISPATCH is cut off');
      } else {
        this.#readRarer(now, link);
      }
    }
  }

  #readRarer(now: Instant, link: BrokerLink): void {
    const reader = this.#reader;
    switch (reader.type) {
      case CANCEL.type:
        return this.#withNumber(now, link, (id) => this.#calls.cancel(now, link, id));
      case DEMAND.type:
        return this.#withNumber(now, link, (waiting) => this.#pool.demand(link.share, waiting));
      case DESCRIBE.type:
        return this.#takeDescribe(now, link);
      case GOAWAY.type:
        link.uplink.isLeaving = true;
        this.#pool.leave(link.share);
        return this.#events.push({ kind: 'leaving', endpoint: link.uplink.endpoint });
      case BYE.type:
        return this.#handleNews(now, link, link.uplink.end(now, byeText(reader)));
      default:
        // Heartbeats and what a newer broker may say besides; it marks what must not be passed over.
        if ((reader.flags & RECORD_FLAGS.mustUnderstand) === 0) return;
        return this.#breakOff(now, link, `record type ${reader.type} is not understood here`);
    }
  }

  #takeDescribe(now: Instant, link: BrokerLink): void {
    const describe = readDescribe(this.#reader);
    if (describe === undefined) return this.#breakOff(now, link, 'a DESCRIBE is cut off');
    this.#events.push({ kind: 'describe', question: { ...describe, channel: link.uplink.channel! } });
  }

  #answerDescribe({ id, channel }: DescribeQuestion, outcome: DescribedOutcome, body: Uint8Array): void {
    const link = this.#links.find(({ uplink }) => uplink.channel === channel);
    if (link === undefined) return;
    const isTooLarge = body.length > link.uplink.welcome!.bodyBytesMax;
    writeDescription(channel, isTooLarge ? { id, outcome: 'too_large', body: NO_BYTES } : { id, outcome, body });
  }

  #withNumber(now: Instant, link: BrokerLink, act: (value: number) => void): void {
    const value = readNumber(this.#reader);
    if (value === undefined) this.#breakOff(now, link, 'a record is cut off');
    else act(value);
  }

  /** The broker broke the protocol: says so, and begins anew. */
  #breakOff(now: Instant, link: BrokerLink, detail: string): void {
    this.#calls.counters.protocolErrors += 1;
    const channel = link.uplink.channel!;
    writeMap(channel, BYE, { why: 'protocol', detail });
    for (let t = channel.poll(now); t !== undefined; t = channel.poll(now)) this.#outbox.post(t);
    this.#handleNews(now, link, link.uplink.end(now, detail));
  }

  /** Tells each broker its credit, once for all that changed since the last message. */
  #writeCredit(): void {
    for (const { share, uplink } of this.#links) {
      if (!share.isDirty) continue;
      const { channel } = uplink;
      // A broker that does not read the answers must not send for more of them.
      if (channel === undefined || channel.isBlocked) continue;
      share.isDirty = false;
      writeNumber(channel, CREDIT, share.granted);
    }
  }

  #linkOf(peer: PeerId): BrokerLink | undefined {
    for (const link of this.#links) if (link.uplink.peer === peer) return link;
    return undefined;
  }
}

function byeText(reader: Reader): string {
  const bye = readMap(reader, BYE);
  return bye === undefined ? 'the broker ended it' : `the broker ended it: ${bye.detail ?? bye.why}`;
}
