import { pack, unpack } from 'msgpackr';
import { Dealer } from 'zeromq';
import type { Connection } from '../load.ts';
import { serveLoad } from '../load-process.ts';
import { BARE_SOCKET } from './bare-socket.ts';

/** The load on the bare relay: one message for each call, matched by a number: `bare-client.ts ENDPOINT`. */
const endpoint = process.argv[2];
if (endpoint === undefined) throw new Error('usage: bare-client.ts ENDPOINT');

class BareConnection implements Connection {
  readonly #socket = new Dealer(BARE_SOCKET);
  readonly #sums = new Map<number, (sum: number) => void>();
  readonly #bodies = new Map<number, (body: Uint8Array) => void>();
  readonly #unsent: (Uint8Array | Uint8Array[])[] = [];
  #isSending = false;
  #calls = 0;

  constructor(to: string) {
    this.#socket.connect(to);
    void this.#readAll();
  }

  readonly add = (a: number, b: number): Promise<number> =>
    new Promise((resolve) => {
      this.#calls += 1;
      this.#sums.set(this.#calls, resolve);
      this.#send(pack({ id: this.#calls, a, b }));
    });

  readonly echo = (body: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve) => {
      this.#calls += 1;
      this.#bodies.set(this.#calls, resolve);
      this.#send([pack(this.#calls), body]);
    });

  readonly close = (): void => this.#socket.close();

  #send(message: Uint8Array | Uint8Array[]): void {
    this.#unsent.push(message);
    if (!this.#isSending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let i = 0; i < this.#unsent.length; i++) await this.#socket.send(this.#unsent[i]!);
    this.#unsent.length = 0;
    this.#isSending = false;
  }

  async #readAll(): Promise<void> {
    for await (const [head, body] of this.#socket) {
      if (body === undefined) {
        const { id, sum } = unpack(head!) as { id: number; sum: number };
        this.#sums.get(id)!(sum);
        this.#sums.delete(id);
      } else {
        const id = unpack(head!) as number;
        this.#bodies.get(id)!(body);
        this.#bodies.delete(id);
      }
    }
  }
}

serveLoad(() => new BareConnection(endpoint));
