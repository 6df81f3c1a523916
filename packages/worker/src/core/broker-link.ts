import type { Instant, Uplink } from '@reeve/protocol';
import type { CreditShare } from './credit.ts';
import type { Dispatch } from './dispatch.ts';
import type { SentAnswers } from './sent-answers.ts';
import type { SentBodies } from './sent-bodies.ts';

/** The way to one broker, the credit it has, and the calls that came from it in the live session. */
export class BrokerLink {
  readonly uplink: Uplink;
  readonly share: CreditShare;
  readonly host: DeadlineHost;
  /** Answers of the live session that may be lost with the broker. */
  readonly sent: SentAnswers;
  readonly sentBodies: SentBodies;
  standing: Standing = 'listed';
  /** Without order: the last one takes the place of one that goes. */
  readonly held: Dispatch[] = [];

  constructor({ uplink, share, host, sent, sentBodies }: BrokerLinkParts) {
    this.uplink = uplink;
    this.share = share;
    this.host = host;
    this.sent = sent;
    this.sentBodies = sentBodies;
  }

  hold(dispatch: Dispatch): void {
    dispatch.heldAt = this.held.length;
    this.held.push(dispatch);
  }

  drop(dispatch: Dispatch): void {
    const last = this.held.pop()!;
    if (last === dispatch) return;
    this.held[dispatch.heldAt] = last;
    last.heldAt = dispatch.heldAt;
  }

  /** Finds a call by its dispatch id. Walks the list: a map would cost every call what only a cancelled one needs. */
  find(id: number): Dispatch | undefined {
    return this.held.find((dispatch) => dispatch.id === id);
  }
}

export type BrokerLinkParts = Pick<BrokerLink, 'uplink' | 'share' | 'host' | 'sent' | 'sentBodies'>;

/**
 * Where a broker stands in the list that may change. One that is `leaving` was told that nothing new is wanted, and is
 * left when what it has sent is done. That cannot be taken back within a session: one that is listed again meanwhile is
 * `returning`, and gets a new session after this one.
 */
export type Standing = 'listed' | 'leaving' | 'returning';

/** What a call needs of the core at its deadline. */
export interface DeadlineHost {
  handleDeadline(now: Instant, dispatch: Dispatch): void;
}
