import { Request } from 'zeromq';

/** A client in the manner of the ZeroMQ guide: it waits, gives up, and asks again on a new connection. */
export class LazyPirate {
  replies = 0;
  readonly #endpoint: string;
  readonly #service: string;
  readonly #head: readonly string[];
  #socket: Request;
  #isOver = false;

  constructor(endpoint: string, version: '0.1' | '0.2', service: string) {
    this.#endpoint = endpoint;
    this.#service = service;
    // A REQ socket puts the empty frame in front by itself, also for 0.2.
    this.#head = version === '0.1' ? ['MDPC01'] : ['MDPC02', '\x01'];
    this.#socket = this.#connect();
  }

  /** The body of the reply. */
  async ask(body: string): Promise<string> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.#socket.send([...this.#head, this.#service, body]);
      const reply = await this.#socket.receive().catch(() => undefined);
      if (reply !== undefined) {
        this.replies += 1;
        return String(reply.at(-1));
      }
      this.#socket.close();
      this.#socket = this.#connect();
    }
    throw new Error(`no reply after ${ATTEMPTS} attempts`);
  }

  /** Asks one thing after the other until it is told to stop. Rejects if a reply is not the one to its request. */
  async keepAsking(): Promise<void> {
    for (let i = 0; !this.#isOver; i++) {
      const reply = await this.ask(`${this.#service} ${i}`);
      if (!reply.endsWith(` ${this.#service} ${i}`)) throw new Error(`${reply} is no reply to ${i}`);
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  close(): void {
    this.#socket.close();
  }

  #connect(): Request {
    const socket = new Request({ linger: 0, receiveTimeout: PATIENCE_MS });
    socket.connect(this.#endpoint);
    return socket;
  }
}

/** That of the guide. */
const PATIENCE_MS = 2_500;
const ATTEMPTS = 10;
