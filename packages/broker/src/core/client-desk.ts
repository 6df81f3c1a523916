import type { EnvelopeReader, Instant } from '@reeve/protocol';
import {
  AWAIT,
  CANCEL,
  CallView,
  DECLARE,
  HEDGE,
  LIMITS,
  REQUEST,
  VERDICTS,
  readAwait,
  readMap,
  readNumber,
} from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { DescribeDesk } from './describe-desk.ts';
import type { Dispatcher } from './dispatcher.ts';
import { RETRY_AFTER_FULL_MS } from './dispatcher.ts';
import type { Introspection } from './introspection.ts';
import { ASK_A_WORKER } from './introspection.ts';
import type { RecoveryDesk } from './recovery-desk.ts';
import type { Registry } from './registry.ts';
import type { Responder } from './responder.ts';

/** Reads what clients say. */
export class ClientDesk {
  readonly #registry: Registry;
  readonly #dispatcher: Dispatcher;
  readonly #responder: Responder;
  readonly #introspection: Introspection;
  readonly #descriptions: DescribeDesk;
  readonly #recovery: RecoveryDesk;
  readonly #view = new CallView();

  constructor(parts: ClientDeskParts) {
    this.#registry = parts.registry;
    this.#dispatcher = parts.dispatcher;
    this.#responder = parts.responder;
    this.#introspection = parts.introspection;
    this.#descriptions = parts.descriptions;
    this.#recovery = parts.recovery;
  }

  /** Acts on the record that the reader stands at. Returns what is wrong with it, or `undefined`. */
  handleRecord(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    switch (reader.type) {
      case REQUEST.type:
        return this.#handleRequest(now, client, reader);
      case DECLARE.type:
        return this.#handleDeclare(now, client, reader);
      case CANCEL.type:
        return this.#handleCancel(now, client, reader);
      case HEDGE.type:
        return this.#handleHedge(now, client, reader);
      case AWAIT.type:
        return this.#handleAwait(now, client, reader);
      default:
        return NOT_MINE;
    }
  }

  /** Forgets what a client that is gone has asked for. */
  leave(now: Instant, client: ClientSession): void {
    this.#dispatcher.loseClient(now, client);
    this.#recovery.leave(client);
    this.#descriptions.leaveClient(client);
    for (const route of client.routes) if (route !== undefined) this.#registry.release(now, route);
    client.routes.length = 0;
    this.#dispatcher.dissolve(this.#registry.takeDissolved());
  }

  #handleRequest(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    const view = this.#view;
    if (!view.readRequest(reader)) return 'a REQUEST whose lengths do not agree';
    if (view.keyBytes > LIMITS.keyBytesMax) return 'a REQUEST whose key is too long';
    if (view.metadataBytes > LIMITS.metadataBytesMax) return 'a REQUEST whose metadata is too long';
    const route = client.routes[view.target];
    if (route === undefined) return 'a REQUEST for a route that was not declared';
    if (route.answer === undefined) this.#dispatcher.take(now, client, route, view);
    else if (route.answer === ASK_A_WORKER) this.#descriptions.ask(now, client, view);
    else this.#answer(client, view.call, route.answer);
    return undefined;
  }

  /** Answers for the broker itself. A question is small and its answer is not, so who does not read gets none. */
  #answer(client: ClientSession, call: number, answer: () => Uint8Array): void {
    if (client.channel.isBlocked) {
      this.#responder.refuseQuestion(client, call, VERDICTS.queueFull, undefined, RETRY_AFTER_FULL_MS);
    } else {
      this.#responder.giveBody(client, call, answer());
    }
  }

  #handleCancel(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    const call = readNumber(reader);
    if (call === undefined) return 'a CANCEL that is cut off';
    this.#dispatcher.cancel(now, client, call);
    this.#descriptions.cancel(client, call);
    return undefined;
  }

  #handleHedge(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    const call = readNumber(reader);
    if (call === undefined) return 'a HEDGE that is cut off';
    this.#dispatcher.hedge(now, client, call);
    return undefined;
  }

  #handleAwait(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    const awaited = readAwait(reader);
    if (awaited === undefined) return 'an AWAIT that is cut off';
    const route = client.routes[awaited.route];
    if (route === undefined) return 'an AWAIT for a route that was not declared';
    this.#recovery.handleAwait(now, client, route, awaited);
    return undefined;
  }

  #handleDeclare(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    const declare = readMap(reader, DECLARE);
    if (declare === undefined) return 'a DECLARE that is not what it should be';
    if (client.routes[declare.route] !== undefined) return 'a route that was declared already';
    const answer = this.#introspection.answerFor(declare.service, declare.method);
    client.routes[declare.route] = this.#registry.declare(now, declare, answer);
    return undefined;
  }
}

export interface ClientDeskParts {
  readonly registry: Registry;
  readonly dispatcher: Dispatcher;
  readonly responder: Responder;
  readonly introspection: Introspection;
  readonly descriptions: DescribeDesk;
  readonly recovery: RecoveryDesk;
}

/** The record is none that this role sends. */
export const NOT_MINE = 'not mine';
