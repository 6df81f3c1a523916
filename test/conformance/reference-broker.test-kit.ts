import { Router } from 'zeromq';

/**
 * A small Majordomo broker of the three dialects, strict and in memory, so that the suite has something to be tried on.
 * Faults are planted by changing its text, so it has no switches, and imports nothing but zeromq.
 */
export class ReferenceBroker {
  readonly #socket = new Router({
    mandatory: true,
    linger: 0,
    sendHighWaterMark: 10_000,
    receiveHighWaterMark: 10_000,
  });
  readonly #workers = new Map<string, Worker>();
  readonly #waiting: Job[] = [];
  readonly #running = new Map<string, { readonly job: Job; readonly worker: Worker }>();
  #heartbeatMs = 0;
  #sending: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #addresses = 0;
  #tickedAtMs = 0;

  static async start(heartbeatMs: number): Promise<ReferenceBroker> {
    const broker = new ReferenceBroker();
    broker.#heartbeatMs = heartbeatMs;
    await broker.#socket.bind('tcp://127.0.0.1:0');
    broker.#timer = setInterval(() => broker.#tick(), heartbeatMs);
    void broker.#read();
    return broker;
  }

  get endpoint(): string {
    return this.#socket.lastEndpoint ?? '';
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  async #read(): Promise<void> {
    for await (const [peer, ...frames] of this.#socket) this.#handle(peer!, frames);
  }

  #handle(peer: Buffer, frames: Buffer[]): void {
    const isDelimited = frames[0]?.length === 0;
    const [header, ...rest] = isDelimited ? frames.slice(1) : frames;
    const name = textOf(header);
    const isOld = name.endsWith('01');
    if (isOld && !isDelimited) return;
    const from: Peer = { peer, isDelimited, isOld };
    if (name === 'MDPC01' || name === 'MDPC02') this.#handleClient(from, rest);
    if (name === 'MDPW01' || name === 'MDPW02') this.#handleWorker(from, rest);
  }

  #handleClient(from: Peer, frames: Buffer[]): void {
    if (!from.isOld && !isByte(frames.shift(), 1)) return;
    const [service, ...body] = frames;
    if (service === undefined || service.length === 0 || body.length === 0) return;
    const job: Job = { from, service: textOf(service), body, expiresAtMs: performance.now() + HOLD_MS };
    if (job.service.startsWith('mmi.')) return this.#reply(job, FINAL, [Buffer.from(this.#manage(job))]);
    this.#waiting.push(job);
    this.#dispatch();
  }

  #manage({ service, body }: Job): string {
    if (service !== 'mmi.service') return '501';
    return this.#isOffered(textOf(body[0])) ? '200' : '404';
  }

  #isOffered(service: string): boolean {
    return [...this.#workers.values()].some((worker) => worker.service === service);
  }

  #handleWorker(from: Peer, [command, ...fields]: Buffer[]): void {
    const kind = COMMANDS.find((_, at) => isByte(command, (from.isOld ? OLD_NUMBERS : NUMBERS)[at]));
    const key = from.peer.toString('hex');
    const worker = this.#workers.get(key);
    if (kind === 'disconnect') return this.#remove(key);
    if (kind === undefined || kind === 'request' || (kind === 'ready' && fields.length !== 1)) return;
    if (kind === 'ready' && fields[0]!.length === 0) return;
    const service = textOf(fields[0]);
    if ((kind === 'ready') === (worker !== undefined) || (kind === 'ready' && service.startsWith('mmi.'))) {
      this.#sendWorker(from, 'disconnect');
      return this.#remove(key);
    }
    const now = performance.now();
    this.#expire(now);
    if (worker === undefined) this.#workers.set(key, { ...from, key, service, seenAtMs: now, busy: '' });
    else worker.seenAtMs = now;
    if (worker !== undefined && (kind === 'partial' || kind === 'final')) this.#answer(worker, kind, fields);
    this.#dispatch();
  }

  #answer(worker: Worker, kind: 'partial' | 'final', [address, ...fields]: Buffer[]): void {
    const running = this.#running.get(textOf(address));
    if (running?.worker !== worker) return;
    const body = fields[0]?.length === 0 && fields.length > 1 ? fields.slice(1) : fields;
    this.#reply(running.job, kind === 'partial' ? PARTIAL : FINAL, body);
    if (kind === 'partial') return;
    this.#running.delete(textOf(address));
    worker.busy = '';
  }

  #reply({ from, service }: Job, command: number, body: readonly Buffer[]): void {
    const { isOld, isDelimited } = from;
    const head = isOld ? ['MDPC01'] : ['MDPC02', Buffer.of(command)];
    this.#send([from.peer, ...(isDelimited ? [''] : []), ...head, service, ...body]);
  }

  #sendWorker({ peer, isOld, isDelimited }: Peer, kind: (typeof COMMANDS)[number], ...rest: (string | Buffer)[]): void {
    const command = Buffer.of((isOld ? OLD_NUMBERS : NUMBERS)[COMMANDS.indexOf(kind)]!);
    const frames = [peer, ...(isDelimited ? [''] : []), isOld ? 'MDPW01' : 'MDPW02', command, ...rest];
    this.#send(frames, () => this.#remove(peer.toString('hex')));
  }

  /** A peer that is gone is no reason to stop. */
  #send(frames: (string | Buffer)[], onGone = (): void => {}): void {
    this.#sending = this.#sending.then(() => this.#socket.send(frames)).catch(onGone);
  }

  #remove(key: string): void {
    const worker = this.#workers.get(key);
    this.#workers.delete(key);
    const running = this.#running.get(worker?.busy ?? '');
    this.#running.delete(worker?.busy ?? '');
    if (running?.job.service.startsWith('safe')) this.#waiting.unshift(running.job);
    this.#dispatch();
  }

  #dispatch(): void {
    const idle = [...this.#workers.values()].filter(({ busy }) => busy === '');
    for (const worker of idle) {
      const at = this.#waiting.findIndex(({ service }) => service === worker.service);
      if (at < 0) continue;
      const [job] = this.#waiting.splice(at, 1);
      const address = `a${this.#addresses++}`;
      worker.busy = address;
      this.#running.set(address, { job: job!, worker });
      this.#sendWorker(worker, 'request', address, '', ...job!.body);
    }
  }

  #tick(): void {
    const now = performance.now();
    // Who comes late itself has not read what peers sent in time.
    const isLate = now - this.#tickedAtMs > 2 * this.#heartbeatMs;
    this.#tickedAtMs = now;
    for (const worker of this.#workers.values()) {
      const silentMs = isLate ? 0 : now - worker.seenAtMs;
      if (worker.busy === '' && silentMs > LIVENESS * this.#heartbeatMs) this.#remove(worker.key);
      else this.#sendWorker(worker, 'heartbeat');
    }
    this.#expire(now);
  }

  #expire(now: number): void {
    const kept = this.#waiting.filter(({ service, expiresAtMs }) => expiresAtMs > now || this.#isOffered(service));
    this.#waiting.splice(0, this.#waiting.length, ...kept);
  }
}

interface Peer {
  readonly peer: Buffer;
  readonly isDelimited: boolean;
  /** MDP/0.1. */
  readonly isOld: boolean;
}

interface Worker extends Peer {
  readonly key: string;
  readonly service: string;
  seenAtMs: number;
  /** The client address of what it has in hand. */
  busy: string;
}

interface Job {
  readonly from: Peer;
  readonly service: string;
  readonly body: readonly Buffer[];
  readonly expiresAtMs: number;
}

function textOf(frame: Buffer | undefined): string {
  return frame?.toString() ?? '';
}

function isByte(frame: Buffer | undefined, value: number | undefined): boolean {
  return frame?.length === 1 && frame[0] === value;
}

const COMMANDS = ['ready', 'request', 'partial', 'final', 'heartbeat', 'disconnect'] as const;
const NUMBERS = [1, 2, 3, 4, 5, 6];
const OLD_NUMBERS = [1, 2, undefined, 3, 4, 5];
const PARTIAL = 2;
const FINAL = 3;
const HOLD_MS = 1_000;
const LIVENESS = 4;
