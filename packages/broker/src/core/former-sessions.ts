import type { EnvelopeReader } from '@reeve/protocol';
import type { PeerSession } from './peer-session.ts';

/**
 * The sessions that one connection has had and has no more.
 *
 * Theory of operation. What is of a session that is over is refused by name, which proves that it was not acted on.
 * That must be true of a message that comes a second time, too, even when several sessions have begun and ended since:
 * so each of them is remembered with the number it got to. A HELLO has no number, but a nonce that is never used again;
 * acted on twice it would put an old session in the place of the present one.
 */
export class FormerSessions {
  readonly #latest: FormerSession[] = [];

  add({ token, nonce, channel: { seqIn } }: PeerSession): void {
    this.#latest.push({ token, nonce, seqIn });
    if (this.#latest.length > REMEMBERED_MAX) this.#latest.shift();
  }

  /** Whether one of them was made for the HELLO with this nonce. */
  hasHad(nonce: number): boolean {
    return this.#latest.some((former) => former.nonce === nonce);
  }

  /** Whether a message was acted on in one of them. */
  hasRead({ session, seq }: EnvelopeReader): boolean {
    // On the circle of 32-bit numbers.
    return this.#latest.some(({ token, seqIn }) => token === session && ((seq - seqIn) | 0) <= 0);
  }
}

interface FormerSession {
  readonly token: number;
  readonly nonce: number;
  /** Number of the last message that was accepted. */
  readonly seqIn: number;
}

/** What comes twice comes again soon, before a connection has had as many sessions as this. */
const REMEMBERED_MAX = 8;
