import type {
  EnvelopeReader,
  Instant,
  Limits,
  Malformed,
  OfferedMethod,
  PeerChange,
  PeerId,
  Refusal,
  Session,
  Transmit,
} from '@reeve/protocol';
import {
  BYE,
  EnvelopeReader as Reader,
  Fifo,
  GOAWAY,
  HEARTBEAT,
  LIMITS,
  Outbox,
  RECORD_FLAGS,
  TimerWheel,
  drawHashKey,
  randomToken,
  readMap,
  writeHeartbeat,
  writeMap,
} from '@reeve/protocol';
import type { Bye } from '@reeve/protocol';
import { ClientDesk, NOT_MINE } from './client-desk.ts';
import type { Counters } from './counters.ts';
import { newCounters } from './counters.ts';
import { Demand } from './demand.ts';
import { DescribeDesk } from './describe-desk.ts';
import { Dispatcher } from './dispatcher.ts';
import { Farewell } from './farewell.ts';
import type { ServiceStatus } from './introspection.ts';
import { Introspection } from './introspection.ts';
import type { BrokerCommand, BrokerCoreOptions, BrokerEvent } from './options.ts';
import type { PeerSession } from './peer-session.ts';
import { Reception, readHello } from './reception.ts';
import { RecoveryDesk } from './recovery-desk.ts';
import { Registry } from './registry.ts';
import { Responder } from './responder.ts';
import { MemoryResultStore } from './result-store.ts';
import type { ResultStore } from './result-store.ts';
import type { TimerOwner } from './timers.ts';
import { WaitingRoom } from './waiting-room.ts';
import { WorkerDesk } from './worker-desk.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * The broker without its sockets: sessions in, calls through, answers out.
 *
 * Reception makes sessions, the desks read what clients and workers say, the dispatcher moves calls, the registry
 * knows who offers what. This class only passes each input to the one that it concerns.
 */
export class BrokerCore implements Session<BrokerCommand, BrokerEvent> {
  readonly counters: Counters = newCounters();
  readonly #limits: Limits;
  readonly #outbox = new Outbox();
  readonly #timers = new TimerWheel<TimerOwner>();
  readonly #events = new Fifo<BrokerEvent>();
  readonly #reader: EnvelopeReader = new Reader();
  readonly #registry: Registry;
  readonly #brokers: readonly string[];
  readonly #reception: Reception;
  readonly #room: WaitingRoom;
  readonly #responder: Responder;
  readonly #store: ResultStore;
  readonly #dispatcher: Dispatcher;
  readonly #demand: Demand;
  readonly #recovery: RecoveryDesk;
  readonly #clients: ClientDesk;
  readonly #workers: WorkerDesk;
  readonly #introspection: Introspection;
  readonly #descriptions: DescribeDesk;
  readonly #farewell: Farewell;
  #complainedAt: Instant = -Infinity;
  #isStopped = false;

  constructor(now: Instant, options: BrokerCoreOptions) {
    const limits: Limits = { ...LIMITS, ...options.limits };
    const { random, name } = options;
    const emit = (event: BrokerEvent): void => this.#events.push(event);
    this.#limits = limits;
    this.#registry = new Registry(limits);
    this.#brokers = options.brokers ?? [];
    const greeting = { name, epoch: randomToken(random), brokers: this.#brokers };
    this.#reception = new Reception({ ...greeting, limits, outbox: this.#outbox, random });
    this.#demand = new Demand(this.#timers);
    this.#room = new WaitingRoom(limits, this.#timers, now + limits.warmUpMs);
    this.#responder = new Responder(limits, this.counters);
    this.#store = new MemoryResultStore(limits);
    this.#dispatcher = new Dispatcher({
      limits,
      timers: this.#timers,
      counters: this.counters,
      demand: this.#demand,
      room: this.#room,
      responder: this.#responder,
      store: this.#store,
      emit,
      hashKey: drawHashKey(random),
    });
    this.#introspection = new Introspection(this.#registry, this.counters);
    this.#recovery = new RecoveryDesk(limits, this.#timers, this.counters, this.#responder);
    this.#descriptions = new DescribeDesk(limits, this.#timers, this.#registry, this.#responder);
    const desks = {
      registry: this.#registry,
      dispatcher: this.#dispatcher,
      recovery: this.#recovery,
      descriptions: this.#descriptions,
    };
    this.#clients = new ClientDesk({ ...desks, responder: this.#responder, introspection: this.#introspection });
    this.#workers = new WorkerDesk({ ...desks, emit });
    this.#farewell = new Farewell(limits);
  }

  /** The name that peers are told. */
  get name(): string {
    return this.#reception.name;
  }

  /** Gives it another name, before anybody has learned of it: where it listens may be known late. */
  rename(name: string): void {
    this.#reception.name = name;
  }

  /** All services that somebody offers, or did not long ago. */
  services(): ServiceStatus[] {
    return this.#introspection.services();
  }

  /**
   * How much stands in each table. Without calls all but the last six are 0, offers after their window; without peers,
   * only the last two are not.
   */
  sizes(): Record<string, number> {
    const sessions = [...this.#reception.byPeer.values()];
    const clients = sessions.filter((s) => s.kind === 'client');
    const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
    return {
      pendingCalls: sum(clients.map((c) => c.pending.size)),
      clientQueuedBytes: sum(clients.map((c) => c.queuedBytes)),
      workerLoads: sum(sessions.map((s) => (s.kind === 'worker' ? s.load : 0))),
      dispatchedCalls: this.#dispatcher.dispatchedCalls,
      queuedBytes: this.#room.queuedBytes,
      waitingCalls: this.#room.waitingCalls,
      parkedCalls: this.#room.parkedCalls,
      keyRuns: this.#dispatcher.keys.runs,
      questions: this.#descriptions.questions,
      awaitedCalls: this.#recovery.awaits,
      offeredResults: this.#recovery.offers,
      offeredBytes: this.#recovery.offerBytes,
      queuedCalls: sum([...this.#registry.services.values()].map((s) => s.queuedCalls)),
      timers: this.#timers.size,
      sessions: sessions.length,
      routes: this.#registry.routeCount,
      pools: this.#registry.poolCount,
      results: this.#store.size,
      poisonBodies: this.#dispatcher.poison.size,
    };
  }

  /** Whether a connection has a session. */
  knows(peer: PeerId): boolean {
    return this.#reception.byPeer.has(peer);
  }

  /** What live workers offer under a name. */
  offersOf(service: string, method: string): OfferedMethod[] {
    return this.#registry.offersOf(service, method);
  }

  /** What one live worker offers under a name, if any does. */
  offerOf(service: string, method: string): OfferedMethod | undefined {
    return this.#registry.offerOf(service, method);
  }

  handleMessage(now: Instant, peer: PeerId, frames: readonly Uint8Array[]): void {
    const reader = this.#reader;
    const malformed = reader.reset(frames);
    const session = this.#reception.byPeer.get(peer);
    if (malformed !== undefined) this.#handleMalformed(now, peer, session, malformed);
    else if (session !== undefined && reader.session === session.token) this.#handleSession(now, session, reader);
    else if (reader.session === 0) this.#handleStranger(now, peer, reader);
    else this.#refuseMessage(now, peer, reader);
    this.#settle(now);
  }

  handlePeer(now: Instant, peer: PeerId, change: PeerChange): void {
    const session = this.#reception.byPeer.get(peer);
    if (change === 'disconnected') {
      if (session !== undefined) this.#end(now, session, 'the connection ended');
      this.#reception.forget(peer);
    }
    this.#settle(now);
  }

  handleRefused(now: Instant, transmit: Transmit, why: Refusal): void {
    const session = this.#reception.byPeer.get(transmit.peer);
    const isInSession = this.#reader.reset(transmit.frames) === undefined && this.#reader.session === session?.token;
    // Also if the connection is gone: the session then knows that this one never left.
    if (isInSession) session.channel.pause(now, transmit);
    // What belongs to no session is not kept: nobody says when there is room for it, and its receiver asks again.
    else if (why === 'full') this.counters.droppedMessages += 1;
    if (session === undefined) return;
    if (why === 'gone') this.#end(now, session, 'the connection ended');
    else if (session.kind === 'worker') this.#dispatcher.refresh(session);
    this.#settle(now);
  }

  handleCommand(now: Instant, command: BrokerCommand): void {
    if (command.kind === 'drain') this.#drain(now);
    else this.#stop(now);
    this.#settle(now);
  }

  handleTimeout(now: Instant): void {
    this.#outbox.handleTimeout(now);
    this.#timers.advance(now, (owner) => {
      if (owner.kind === 'call') this.#dispatcher.expire(now, owner);
      else if (owner.kind === 'pool') this.#demand.review(now, owner);
      else if (owner.kind === 'placement') this.#dispatcher.checkLease(now, owner);
      else if (owner.kind === 'awaited' || owner.kind === 'offered') this.#recovery.expire(owner);
      else if (owner.kind === 'question') this.#descriptions.expire(owner);
      else this.#checkLife(now, owner);
    });
    this.#registry.expire(now);
    this.#store.expire(now);
    this.#dispatcher.poison.expire(now);
    this.#settle(now);
  }

  get hasFull(): boolean {
    return this.#outbox.hasFull;
  }

  pollFull(now: Instant): Transmit | undefined {
    return this.#outbox.pollFull(now);
  }

  pollTransmit(now: Instant): Transmit | undefined {
    return this.#outbox.poll(now);
  }

  pollTimeout(): Instant | undefined {
    const next = Math.min(this.#timers.next() ?? Infinity, this.#outbox.timeout() ?? Infinity, this.#farewell.endsAt);
    return next === Infinity ? undefined : next;
  }

  pollEvent(): BrokerEvent | undefined {
    return this.#events.shift();
  }

  #handleSession(now: Instant, session: PeerSession, reader: EnvelopeReader): void {
    const acceptance = session.channel.accept(now, reader);
    if (acceptance === 'duplicate') {
      this.counters.duplicateMessages += 1;
      return;
    }
    if (acceptance === 'gap') {
      this.#end(now, session, 'a message is missing');
      this.#refuseMessage(now, session.peer, reader);
      return;
    }
    while (reader.next()) {
      const wrong = this.#handleRecord(now, session, reader);
      if (wrong !== undefined) return this.#dismiss(now, session, 'protocol', wrong);
      if (session.isEnded) return;
    }
    this.#noteHeard(session);
  }

  /** Returns what is wrong with the record, or `undefined`. */
  #handleRecord(now: Instant, session: PeerSession, reader: EnvelopeReader): string | undefined {
    if (reader.type === HEARTBEAT.type) return undefined;
    if (reader.type === BYE.type) {
      this.#end(now, session, readMap(reader, BYE)?.why ?? 'it said BYE', false);
      return undefined;
    }
    const wrong =
      session.kind === 'client'
        ? this.#clients.handleRecord(now, session, reader)
        : this.#workers.handleRecord(now, session, reader);
    if (wrong !== NOT_MINE) return wrong;
    const mustUnderstand = (reader.flags & RECORD_FLAGS.mustUnderstand) !== 0;
    return mustUnderstand ? `a record of type ${reader.type}, which a ${session.kind} does not send` : undefined;
  }

  /** A worker that was heard is not suspect, and its acknowledgement may have made room for more. */
  #noteHeard(session: PeerSession): void {
    if (session.kind !== 'worker') return;
    if (session.isSuspect) this.#events.push({ kind: 'worker-heard', label: session.label });
    session.isSuspect = false;
    // It leaves only when it knows that nothing was dispatched to it since.
    if (session.isDraining) session.channel.acknowledgeSoon();
    if (session.isOverlooked) this.#dispatcher.refresh(session);
  }

  #handleStranger(now: Instant, peer: PeerId, reader: EnvelopeReader): void {
    const hello = readHello(reader);
    if (hello === undefined) {
      this.counters.malformedMessages += 1;
      this.#reception.refusePeer(now, peer, 'protocol', 'the first message of a peer is one HELLO that can be read');
      return;
    }
    if (this.#reception.isWelcome(peer, hello)) return;
    for (const old of this.#reception.replacedBy(peer, hello)) this.#end(now, old, 'it said HELLO again');
    if (this.#farewell.state !== 'open') {
      this.#reception.refusePeer(now, peer, 'draining', 'the broker is shutting down');
      return;
    }
    const session = this.#reception.welcome(now, peer, hello);
    if (session !== undefined) this.#watch(now, session);
  }

  #handleMalformed(now: Instant, peer: PeerId, session: PeerSession | undefined, malformed: Malformed): void {
    this.counters.malformedMessages += 1;
    if (malformed.kind === 'version') this.#reception.refusePeer(now, peer, 'version', malformed.why);
    if (session !== undefined) this.#dismiss(now, session, 'protocol', malformed.why);
    else if (now - this.#complainedAt > COMPLAIN_EVERY_MS) {
      this.#complainedAt = now;
      this.#events.push({ kind: 'peer-refused', why: malformed.why });
    }
  }

  #refuseMessage(now: Instant, peer: PeerId, reader: EnvelopeReader): void {
    if (this.#reception.isRepeat(peer, reader)) {
      this.counters.duplicateMessages += 1;
      return;
    }
    this.counters.refusedMessages += 1;
    this.#reception.refuseMessage(now, peer, reader);
  }

  #watch(now: Instant, session: PeerSession): void {
    session.timerDueAt = now + session.heartbeatMs;
    this.#timers.set(session.timer, session.timerDueAt);
  }

  #checkLife(now: Instant, session: PeerSession): void {
    const { channel, heartbeatMs } = session;
    // Our own loop was late: what the peer sent may still lie unread, so its silence proves nothing yet.
    if (now - session.timerDueAt > heartbeatMs / 2) channel.heardAt = now;
    if (session.kind === 'worker') this.#checkWorker(now, session);
    // Half an interval: who has sent just after one look must not be silent until the one after next.
    if (now - channel.sentAt >= heartbeatMs / 2) writeHeartbeat(channel);
    this.#watch(now, session);
  }

  #checkWorker(now: Instant, worker: WorkerSession): void {
    const isSilent = now - worker.channel.heardAt > worker.heartbeatMs * this.#limits.suspectHeartbeats;
    if (isSilent && !worker.isSuspect) {
      worker.isSuspect = true;
      this.#events.push({ kind: 'worker-silent', label: worker.label, calls: worker.load });
      if (this.#dispatcher.isDraining) this.#dispatcher.giveBack(worker);
    }
    // What it still has is as good as a probe.
    worker.health.mayProbe = worker.health.isHeldBack && worker.load === 0;
    if (worker.isSuspect || worker.health.isHeldBack) this.#dispatcher.refresh(worker);
  }

  /** Ends a session by our own will, and says so. */
  #dismiss(now: Instant, session: PeerSession, why: Bye['why'], detail: string): void {
    writeMap(session.channel, BYE, { why, detail });
    this.#flush(now, session);
    this.#end(now, session, detail);
  }

  /** Ends a session: its calls get their verdicts, or other workers. `isDeath`: the peer did not mean it to end. */
  #end(now: Instant, session: PeerSession, why: string, isDeath: boolean = true): void {
    session.isEnded = true;
    this.#timers.clear(session.timer);
    this.#reception.leave(session);
    if (session.kind === 'client') this.#clients.leave(now, session);
    else {
      if (why !== 'drained') this.counters.workersLost += 1;
      this.#workers.leave(now, session, why, isDeath);
    }
    session.channel.close();
  }

  /** Moves what a session still has to say to the messages that need none. */
  #flush(now: Instant, session: PeerSession): void {
    const { channel } = session;
    for (let t = channel.poll(now); t !== undefined; t = channel.poll(now)) this.#outbox.post(t);
  }

  #drain(now: Instant): void {
    if (this.#farewell.state !== 'open') return;
    this.#farewell.begin(now);
    // First, so that nobody sends here again what is refused next.
    for (const session of this.#reception.byPeer.values()) {
      writeMap(session.channel, GOAWAY, { brokers: this.#brokers });
    }
    this.#refuseWaiting();
    for (const session of this.#reception.byPeer.values()) {
      if (session.kind === 'worker' && session.isSuspect) this.#dispatcher.giveBack(session);
    }
  }

  #refuseWaiting(): void {
    this.#dispatcher.isDraining = true;
    for (const service of this.#registry.services.values()) {
      for (const lane of [service.held, ...service.lanes.values()]) this.#dispatcher.refuseWaiting(lane.calls());
    }
  }

  /** Ends everything now. */
  #stop(now: Instant): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const unfinished = this.#dispatcher.callsInHand;
    this.#refuseWaiting();
    for (const session of [...this.#reception.byPeer.values()]) {
      writeMap(session.channel, BYE, { why: 'closed' });
      this.#flush(now, session);
    }
    for (const session of [...this.#reception.byPeer.values()]) this.#end(now, session, 'the broker was closed');
    this.#farewell.end();
    this.#events.push({ kind: 'drained', unfinished });
  }

  /** What every input ends with. */
  #settle(now: Instant): void {
    this.#dispatcher.pump(now);
    const { overfull } = this.#responder;
    for (let client = overfull.pop(); client !== undefined; client = overfull.pop()) {
      if (!client.isEnded) this.#dismiss(now, client, 'slow', 'it does not read what it is sent');
    }
    if (this.#farewell.state === 'open' || this.#farewell.state === 'closed') return;
    const isAcknowledged = (): boolean =>
      [...this.#reception.byPeer.values()].every((s) => s.kind === 'worker' || s.channel.isSettled);
    if (this.#farewell.advance(now, this.#dispatcher.callsInHand, isAcknowledged)) this.#stop(now);
  }
}

/** A scanner that tries the port must not fill the log. */
const COMPLAIN_EVERY_MS = 60_000;
