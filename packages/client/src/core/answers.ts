import type { EnvelopeReader, Instant } from '@reeve/protocol';
import {
  AnswerView,
  BYE,
  FAILURE,
  GOAWAY,
  HEARTBEAT,
  PARTIAL,
  RECORD_FLAGS,
  REPLY,
  VERDICTS,
  WELCOME,
  copyOut,
  readMap,
} from '@reeve/protocol';
import type { BrokerLink } from './broker-link.ts';
import type { Call } from './call.ts';
import type { Ledger } from './ledger.ts';
import { failureFrom } from './outcome.ts';
import type { Retries } from './retries.ts';

/** Reads what a broker says in a live session. */
export class Answers {
  readonly #ledger: Ledger;
  readonly #retries: Retries;
  readonly #view = new AnswerView();

  constructor(ledger: Ledger, retries: Retries) {
    this.#ledger = ledger;
    this.#retries = retries;
  }

  /** Takes the records that are left in the reader. Says what they mean for the session, if they mean anything. */
  handleRecords(now: Instant, link: BrokerLink, reader: EnvelopeReader): SessionNews | undefined {
    let news: SessionNews | undefined;
    while (reader.next()) {
      switch (reader.type) {
        case REPLY.type:
          if (!this.#view.readReply(reader)) return brokenRule('a REPLY whose lengths do not agree');
          this.#handleReply(link);
          break;
        case FAILURE.type:
          if (!this.#view.readFailure(reader)) return brokenRule('a FAILURE whose lengths do not agree');
          this.#handleFailure(now, link);
          if (this.#view.reason === VERDICTS.draining.number) news = 'leaving';
          break;
        case PARTIAL.type:
          if (!this.#view.readPartial(reader)) return brokenRule('a PARTIAL whose lengths do not agree');
          this.#handlePart(link);
          break;
        case GOAWAY.type:
          news = 'leaving';
          break;
        case BYE.type:
          return { why: farewell(reader), isProtocolError: false };
        case HEARTBEAT.type:
        case WELCOME.type:
          break;
        default:
          if ((reader.flags & RECORD_FLAGS.mustUnderstand) === 0) break;
          return brokenRule(`a record of type ${reader.type}, which this version does not know`);
      }
    }
    return news;
  }

  #handleReply(link: BrokerLink): void {
    const view = this.#view;
    const call = this.#answered(link, true);
    if (call === undefined) return;
    this.#ledger.reply(call, { ok: true, bytes: view.bytes, start: view.bodyStart, end: view.bodyEnd });
  }

  #handleFailure(now: Instant, link: BrokerLink): void {
    const call = this.#answered(link, this.#view.executed === 'yes');
    if (call?.state === 'held') this.#ledger.fail(call, failureFrom(this.#view));
    else if (call !== undefined) this.#retries.handleFailure(now, call, link, this.#view);
  }

  #handlePart(link: BrokerLink): void {
    const call = this.#ledger.find(this.#view.id);
    if (call?.state === 'sent' && call.session === link.session)
      this.#ledger.part(call, copyOut(this.#view.body, 0, this.#view.body.length));
  }

  /** The call that the answer is for, if it is still waited for in this very session. */
  #answered(link: BrokerLink, wasStarted: boolean): Call | undefined {
    const call = this.#ledger.find(this.#view.id);
    if (call?.state === 'sent' && call.session === link.session) {
      if (this.#view.starts > 1) this.#ledger.stats.redispatches += this.#view.starts - 1;
      return call;
    }
    // Every live session was asked for a held call, and its worker can only offer that the handler ran.
    if (call?.state === 'held' && wasStarted) {
      this.#ledger.stats.recovered += 1;
      return call;
    }
    this.#ledger.stats.lateAnswers += 1;
    return undefined;
  }
}

/** The broker is shutting down, or the session is over. */
export type SessionNews = 'leaving' | SessionOver;

export interface SessionOver {
  readonly why: string;
  /** The broker is to be told. */
  readonly isProtocolError: boolean;
}

function brokenRule(what: string): SessionOver {
  return { why: `the broker sent ${what}`, isProtocolError: true };
}

function farewell(reader: EnvelopeReader): string {
  const bye = readMap(reader, BYE);
  if (bye === undefined) return 'the broker said goodbye';
  return bye.detail === undefined ? `the broker said goodbye: ${bye.why}` : `the broker said goodbye: ${bye.detail}`;
}
