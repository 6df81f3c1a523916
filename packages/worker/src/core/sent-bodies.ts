import type { Channel } from '@reeve/protocol';
import { Fifo, LIMITS } from '@reeve/protocol';

/** Large bodies of replies that a broker has not acknowledged: their memory is used again once it has. */
export class SentBodies {
  readonly #sent = new Fifo<SentBody>();
  readonly #onRead: (body: Uint8Array) => void;

  /** `onRead`: takes each body that nobody reads any more. */
  constructor(onRead: (body: Uint8Array) => void) {
    this.#onRead = onRead;
  }

  /** Notes the body of the reply that was just written into the channel of the session. */
  note(channel: Pick<Channel, 'envelope'>, body: Uint8Array): void {
    if (body.length > LIMITS.largeBodyBytes) this.#sent.push({ body, envelope: channel.envelope });
  }

  /** Lets go of what was acknowledged since. */
  trim(channel: Pick<Channel, 'isAcknowledged'>): void {
    for (let first = this.#sent.peek(); first !== undefined; first = this.#sent.peek()) {
      if (!channel.isAcknowledged(first.envelope)) return;
      this.#onRead(this.#sent.shift()!.body);
    }
  }

  /** The session ended: who knows whether a transport still holds them. */
  forget(): void {
    while (this.#sent.size > 0) this.#sent.shift();
  }
}

interface SentBody {
  readonly body: Uint8Array;
  /** The envelope of the session that it left in. */
  readonly envelope: number;
}
