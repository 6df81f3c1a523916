import type { Declare, OfferedMethod } from '@reeve/protocol';
import { CallView, Channel, EnvelopeReader, LIMITS, Outbox, writeRequest } from '@reeve/protocol';
import { ClientSession } from './client-session.ts';
import { PendingCall } from './pending-call.ts';
import { Registry } from './registry.ts';
import type { Route } from './route.ts';
import { WorkerSession } from './worker-session.ts';

/** The parts of a broker without the broker: for tests of one part at a time. */
export class CoreParts {
  readonly registry: Registry = new Registry(LIMITS);
  readonly client: ClientSession = new ClientSession(channel(1), new Uint8Array(16), 1, 1_000, 7);
  #workers = 0;
  #calls = 0;

  /** A worker that allows any number of calls, known to the registry. */
  worker(methods: readonly OfferedMethod[], granted: number = 1_000): WorkerSession {
    this.#workers += 1;
    const worker = new WorkerSession(channel(100 + this.#workers), new Uint8Array(16), 1, 1_000, this.#workers);
    worker.granted = granted;
    worker.offer(methods);
    this.registry.join(0, worker);
    return worker;
  }

  leave(worker: WorkerSession, now: number = 0): void {
    worker.isEnded = true;
    this.registry.leave(now, worker);
  }

  route(method: string, more: Partial<Declare> = {}): Route {
    const rest = { route: 0, service: 's', fingerprint: 'f', accepts: [], idempotent: true };
    return this.registry.declare(0, { ...rest, method, ...more });
  }

  /** A call that has arrived. `arrival` is its place in the order of arrival. */
  call(route: Route, arrival: number = this.#calls + 1): PendingCall {
    this.#calls = Math.max(this.#calls, arrival);
    const sender = channel(1);
    const parts = { call: arrival, attempt: 1, priority: 0, remainingMs: 1_000, keyBytes: 0, metadataBytes: 0 };
    writeRequest(sender, 0, { ...parts, payload: new Uint8Array(10), tail: undefined });
    const reader = new EnvelopeReader();
    reader.reset(sender.poll(0)!.frames);
    reader.next();
    const view = new CallView();
    if (!view.readRequest(reader)) throw new Error('the request does not read');
    return new PendingCall(view, this.client, route, arrival, 0);
  }

  /** A call that waits where its route says. */
  waiting(route: Route, arrival?: number): PendingCall {
    const call = this.call(route, arrival);
    call.enter(route.lane.pool === undefined ? 'held' : 'queued');
    route.lane.add(call);
    return call;
  }
}

export function offer(method: string, more: Partial<OfferedMethod> = {}): OfferedMethod {
  const rest = { version: '1.0.0', fingerprint: 'f', accepts: [], refuses: [], idempotent: true, key: [] };
  return { service: 's', method, ...rest, ...more };
}

function channel(peer: number): Channel {
  return new Channel(new Outbox(), peer, peer * 1_000, 0);
}
