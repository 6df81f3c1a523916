import type { Link } from '@reeve/protocol/io';
import { transportFor } from '@reeve/protocol/io';

/** A peer over any transport that says and hears frames as they are. Heartbeats are passed over. */
export class MajordomoPeer {
  readonly #link: Link;
  readonly #inbox: Buffer[][] = [];
  #wake: () => void = () => {};

  constructor(endpoint: string) {
    this.#link = transportFor(endpoint).dial(endpoint, {
      onMessage: (frames) => this.#take(frames.map((frame) => Buffer.from(frame))),
      onLost: () => undefined,
      onNotice: () => undefined,
    });
  }

  async say(...frames: readonly (string | Uint8Array)[]): Promise<void> {
    await this.#link.send(frames.map((frame) => (typeof frame === 'string' ? Buffer.from(frame) : frame)));
  }

  /** The next message. Rejects if none comes in time. */
  async hear(timeoutMs: number = 10_000): Promise<Buffer[]> {
    if (this.#inbox.length === 0) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    const message = this.#inbox.shift();
    if (message === undefined) throw new Error(`nothing came in ${timeoutMs} ms`);
    return message;
  }

  async close(): Promise<void> {
    await this.#link.close(200);
  }

  #take(frames: Buffer[]): void {
    const [empty, header, command] = frames;
    const isHeartbeat =
      (String(header) === 'MDPW01' && command?.[0] === 4) || (String(empty) === 'MDPW02' && header?.[0] === 5);
    if (isHeartbeat) return;
    this.#inbox.push(frames);
    this.#wake();
  }
}

export type Version = '0.1' | '0.2';

/** A worker that answers every request with what `answer` gives: the last is the end, those before it are parts. */
export class MajordomoWorker extends MajordomoPeer {
  /** The bodies of the requests that it got. */
  readonly requests: Buffer[][] = [];
  readonly #version: Version;
  readonly #answer: (body: Buffer[]) => Promise<Bodies> | Bodies;

  private constructor(endpoint: string, version: Version, answer: (body: Buffer[]) => Promise<Bodies> | Bodies) {
    super(endpoint);
    this.#version = version;
    this.#answer = answer;
  }

  static async start(
    endpoint: string,
    service: string,
    version: Version,
    answer: (body: Buffer[]) => Promise<Bodies> | Bodies,
  ): Promise<MajordomoWorker> {
    const worker = new MajordomoWorker(endpoint, version, answer);
    await worker.say(...HEADS[version].worker, '\x01', service);
    void worker.#serve();
    return worker;
  }

  async #serve(): Promise<void> {
    const head = HEADS[this.#version].worker;
    const final = this.#version === '0.1' ? '\x03' : '\x04';
    for (let request = await this.#next(); request !== undefined; request = await this.#next()) {
      const [address, , ...body] = request.slice(head.length + 1);
      this.requests.push(body);
      const bodies = [...(await this.#answer(body))];
      const last = bodies.pop()!;
      for (const part of bodies) await this.say(...head, '\x03', address!, '', part);
      await this.say(...head, final, address!, '', last);
    }
  }

  /** The next request; `undefined` at the end. */
  async #next(): Promise<Buffer[] | undefined> {
    const message = await this.hear(60_000).catch(() => undefined);
    return message?.[HEADS[this.#version].worker.length]?.[0] === 2 ? message : undefined;
  }
}

export type Bodies = readonly (string | Uint8Array)[];

/** The frames that messages begin with. */
export const HEADS: Record<Version, { readonly client: readonly string[]; readonly worker: readonly string[] }> = {
  '0.1': { client: ['', 'MDPC01'], worker: ['', 'MDPW01'] },
  '0.2': { client: ['MDPC02', '\x01'], worker: ['MDPW02'] },
};
