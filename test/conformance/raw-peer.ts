import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer } from 'zeromq';
import type { Dialect, Frame, ToClient, ToWorker } from './dialect.ts';
import { clientRequest, readForClient, readForWorker, showFrames, workerCommand } from './dialect.ts';
import type { Timings } from './rule.ts';
import { demand, RuleFailure } from './rule.ts';

/** A DEALER socket that keeps what arrives until somebody asks for it. It checks nothing. */
export class RawPeer {
  readonly #socket: Dealer;
  readonly #inbox: Buffer[][] = [];
  readonly #reading: Promise<void>;
  #sending: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  /** The identity is what a ROUTER sees; the default is none, so that it makes one up. */
  constructor(endpoint: string, identity?: string) {
    this.#socket = new Dealer({ linger: LINGER_MS, ...(identity === undefined ? {} : { routingId: identity }) });
    this.#socket.connect(endpoint);
    this.#reading = this.#read();
  }

  /** Resolves when the message is with libzmq, in the order of the calls. */
  send(frames: readonly Frame[]): Promise<void> {
    this.#sending = this.#sending.then(() => this.#socket.send(frames.map((frame) => Buffer.from(frame))));
    return this.#sending;
  }

  /** The next message, or `undefined` when none came in time. */
  async receive(timeoutMs: number): Promise<Buffer[] | undefined> {
    if (this.#inbox.length === 0 && !this.isClosed) {
      const timer = new AbortController();
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const late = sleep(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([woken, late]);
      timer.abort();
    }
    return this.#inbox.shift();
  }

  get isClosed(): boolean {
    return this.#socket.closed;
  }

  async close(): Promise<void> {
    await this.#sending.catch(() => undefined);
    if (!this.isClosed) this.#socket.close();
    await this.#reading;
    this.#wake();
  }

  /** Whether to keep a message for `receive`. */
  protected keeps(_frames: Buffer[]): boolean {
    return true;
  }

  async #read(): Promise<void> {
    for await (const frames of this.#socket) {
      if (!this.keeps(frames)) continue;
      this.#inbox.push(frames);
      this.#wake();
    }
  }
}

/** A client of one dialect. What it waits for and does not get fails the rule. */
export class RawClient extends RawPeer {
  readonly #dialect: Dialect;
  readonly #timings: Timings;

  constructor(endpoint: string, dialect: Dialect, timings: Timings, identity?: string) {
    super(endpoint, identity);
    this.#dialect = dialect;
    this.#timings = timings;
  }

  async request(service: string, ...body: readonly Frame[]): Promise<void> {
    await this.send(clientRequest(this.#dialect, service, body));
  }

  /** The next message, which must be a reply of the right form. */
  async next(service: string, timeoutMs: number = this.#timings.timeoutMs): Promise<ToClient & { kind: ReplyKind }> {
    const frames = await this.receive(timeoutMs);
    if (frames === undefined)
      throw new RuleFailure(`a reply of ${service} to the client`, `nothing in ${timeoutMs} ms`);
    const reply = readForClient(this.#dialect, frames);
    if (reply.kind === 'malformed') throw new RuleFailure('a well-formed reply', `${showFrames(frames)}: ${reply.why}`);
    demand(reply.service === service, `a reply that names ${service}`, `one that names ${reply.service}`);
    return reply;
  }

  /** The body of the next message, which must be a last or only reply. */
  async final(service: string, timeoutMs?: number): Promise<readonly Buffer[]> {
    const reply = await this.next(service, timeoutMs);
    demand(reply.kind === 'final', 'the last reply', `a PARTIAL ${showFrames(reply.body)}`);
    return reply.body;
  }

  /** Sends a request and returns the body of its reply. */
  async call(service: string, ...body: readonly Frame[]): Promise<readonly Buffer[]> {
    await this.request(service, ...body);
    return this.final(service);
  }

  async expectQuiet(why: string): Promise<void> {
    const frames = await this.receive(this.#timings.quietMs);
    if (frames !== undefined) throw new RuleFailure(`nothing for the client: ${why}`, showFrames(frames));
  }
}

/** A worker of one dialect. Heartbeats are noted and never stand in the way of what it waits for. */
export class RawWorker extends RawPeer {
  /** When each HEARTBEAT arrived. */
  readonly heartbeatsAtMs: number[] = [];
  readonly #dialect: Dialect;
  readonly #timings: Timings;
  #beating: NodeJS.Timeout | undefined;

  constructor(endpoint: string, dialect: Dialect, timings: Timings) {
    super(endpoint);
    this.#dialect = dialect;
    this.#timings = timings;
  }

  async ready(service: string): Promise<void> {
    await this.command('ready', service);
  }

  /** Sends HEARTBEAT from now on, until DISCONNECT either way. */
  beat(): void {
    const everyMs = this.#timings.heartbeatMs / BEATS_PER_INTERVAL;
    this.#beating = setInterval(() => void this.command('heartbeat').catch(() => undefined), everyMs);
  }

  async command(name: keyof Dialect['commands'], ...rest: readonly Frame[]): Promise<void> {
    if (name === 'disconnect') clearInterval(this.#beating);
    const command = this.#dialect.commands[name];
    if (command === undefined) throw new Error(`${this.#dialect.name} has no ${name}`);
    await this.send(workerCommand(this.#dialect, command, ...rest));
  }

  async partial(address: Frame, ...body: readonly Frame[]): Promise<void> {
    await this.command('partial', address, '', ...body);
  }

  async final(address: Frame, ...body: readonly Frame[]): Promise<void> {
    await this.command('final', address, '', ...body);
  }

  /** The next message, which must be a REQUEST. */
  async takeRequest(timeoutMs: number = this.#timings.timeoutMs): Promise<ToWorker & { kind: 'request' }> {
    const command = await this.#next(timeoutMs);
    if (command?.kind === 'request') return command;
    throw new RuleFailure('a REQUEST to the worker', show(command, timeoutMs));
  }

  /** Answers requests with their own bodies until it is closed or disconnected. */
  async echo(): Promise<void> {
    while (!this.isClosed) {
      const command = await this.#next(this.#timings.timeoutMs);
      if (command?.kind === 'request') await this.final(command.address, ...command.body);
      else if (command !== undefined) return;
    }
  }

  async expectDisconnect(): Promise<void> {
    const command = await this.#next(this.#timings.timeoutMs);
    demand(command?.kind === 'disconnect', 'DISCONNECT to the worker', show(command, this.#timings.timeoutMs));
  }

  /** Whether the broker says DISCONNECT within the time. Anything else that it says fails the rule. */
  async isDisconnectedWithin(timeoutMs: number): Promise<boolean> {
    const command = await this.#next(timeoutMs);
    if (command === undefined) return false;
    demand(command.kind === 'disconnect', 'nothing or DISCONNECT to the worker', show(command, timeoutMs));
    return true;
  }

  async expectQuiet(why: string, quietMs: number = this.#timings.quietMs): Promise<void> {
    const command = await this.#next(quietMs);
    demand(command === undefined, `nothing for the worker: ${why}`, show(command, quietMs));
  }

  override async close(): Promise<void> {
    clearInterval(this.#beating);
    await super.close();
  }

  protected override keeps(frames: Buffer[]): boolean {
    const { kind } = readForWorker(this.#dialect, frames);
    if (kind === 'heartbeat') this.heartbeatsAtMs.push(performance.now());
    if (kind === 'disconnect') clearInterval(this.#beating);
    return kind !== 'heartbeat';
  }

  async #next(timeoutMs: number): Promise<ToWorker | undefined> {
    const frames = await this.receive(timeoutMs);
    return frames && readForWorker(this.#dialect, frames);
  }
}

type ReplyKind = 'partial' | 'final';

function show(command: ToWorker | undefined, timeoutMs: number): string {
  if (command === undefined) return `nothing in ${timeoutMs} ms`;
  if (command.kind === 'request') return `a REQUEST ${showFrames(command.body)}`;
  if (command.kind === 'malformed') return `${showFrames(command.frames)}: ${command.why}`;
  return command.kind.toUpperCase();
}

/** What a peer sent just before it closes may leave; it must not keep the process. */
const LINGER_MS = 200;
/** A broker that misses two of them in a row still sees one in each interval. */
const BEATS_PER_INTERVAL = 3;
