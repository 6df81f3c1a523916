import type { EnvelopeReader, Instant } from '@reeve/protocol';
import { CANCEL, CallView, DECLARE, REQUEST, readMap, readNumber, writeReply } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Introspection } from './introspection.ts';
import type { Registry } from './registry.ts';

/** Reads what clients say. */
export class ClientDesk {
  readonly #registry: Registry;
  readonly #dispatcher: Dispatcher;
  readonly #introspection: Introspection;
  readonly #view = new CallView();

  constructor(registry: Registry, dispatcher: Dispatcher, introspection: Introspection) {
    this.#registry = registry;
    this.#dispatcher = dispatcher;
    this.#introspection = introspection;
  }

  /** Acts on the record that the reader stands at. Returns what is wrong with it, or `undefined`. */
  handleRecord(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    switch (reader.type) {
      case REQUEST.type:
        return this.#handleRequest(now, client, reader);
      case DECLARE.type:
        return this.#handleDeclare(now, client, reader);
      case CANCEL.type:
        this.#dispatcher.cancel(client, readNumber(reader) ?? 0);
        return undefined;
      default:
        return NOT_MINE;
    }
  }

  /** Forgets what a client that is gone has asked for. */
  leave(now: Instant, client: ClientSession): void {
    this.#dispatcher.loseClient(client);
    for (const route of client.routes) if (route !== undefined) this.#registry.release(now, route);
    client.routes.length = 0;
  }

  #handleRequest(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    const view = this.#view;
    if (!view.readRequest(reader)) return 'a REQUEST whose lengths do not agree';
    const route = client.routes[view.target];
    if (route === undefined) return 'a REQUEST for a route that was not declared';
    if (route.answer === undefined) this.#dispatcher.take(now, client, route, view);
    else writeReply(client.channel, view.call, 0, 1, route.answer());
    return undefined;
  }

  #handleDeclare(now: Instant, client: ClientSession, reader: EnvelopeReader): string | undefined {
    const declare = readMap(reader, DECLARE);
    if (declare === undefined) return 'a DECLARE that is not what it should be';
    if (client.routes[declare.route] !== undefined) return 'a route that was declared already';
    // Numbers are given out from 0: a gap would let one peer make a large array of nothing.
    if (declare.route !== client.routes.length) return 'a route number out of turn';
    const answer = this.#introspection.answerFor(declare.service, declare.method);
    client.routes.push(this.#registry.declare(now, declare, answer));
    return undefined;
  }
}

/** The record is none that this role sends. */
export const NOT_MINE = 'not mine';
