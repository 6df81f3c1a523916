import type { Instant, Uplink } from '@reeve/protocol';
import type { CreditShare } from './credit.ts';
import type { Dispatch } from './dispatch.ts';
import type { SentAnswers } from './sent-answers.ts';

/** The way to one broker, the credit it has, and the calls that came from it in the live session. */
export class BrokerLink {
  readonly uplink: Uplink;
  readonly share: CreditShare;
  readonly host: DeadlineHost;
  /** Answers of the live session that may be lost with the broker. */
  readonly sent: SentAnswers;
  /** Without order: the last one takes the place of one that goes. */
  readonly held: Dispatch[] = [];

  constructor(uplink: Uplink, share: CreditShare, host: DeadlineHost, sent: SentAnswers) {
    this.uplink = uplink;
    this.share = share;
    this.host = host;
    this.sent = sent;
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

/** What a call needs of the core at its deadline. */
export interface DeadlineHost {
  handleDeadline(now: Instant, dispatch: Dispatch): void;
}
