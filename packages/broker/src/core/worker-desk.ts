import type { EnvelopeReader, Instant } from '@reeve/protocol';
import {
  AnswerView,
  CREDIT,
  DESCRIPTION,
  DRAIN,
  EXTEND,
  FAILURE,
  OFFER,
  PARTIAL,
  READY,
  REJECT,
  REPLY,
  readDescription,
  readMap,
  readNumber,
  readOffer,
} from '@reeve/protocol';
import { NOT_MINE } from './client-desk.ts';
import type { DescribeDesk } from './describe-desk.ts';
import type { Dispatcher } from './dispatcher.ts';
import { isReserved } from './introspection.ts';
import type { BrokerEvent } from './options.ts';
import type { RecoveryDesk } from './recovery-desk.ts';
import type { Registry } from './registry.ts';
import type { Service } from './route.ts';
import type { WorkerSession } from './worker-session.ts';

/** Reads what workers say. */
export class WorkerDesk {
  readonly #registry: Registry;
  readonly #dispatcher: Dispatcher;
  readonly #recovery: RecoveryDesk;
  readonly #descriptions: DescribeDesk;
  readonly #emit: (event: BrokerEvent) => void;
  readonly #answer = new AnswerView();

  constructor(parts: WorkerDeskParts) {
    this.#registry = parts.registry;
    this.#dispatcher = parts.dispatcher;
    this.#recovery = parts.recovery;
    this.#descriptions = parts.descriptions;
    this.#emit = parts.emit;
  }

  /** Acts on the record that the reader stands at. Returns what is wrong with it, or `undefined`. */
  handleRecord(now: Instant, worker: WorkerSession, reader: EnvelopeReader): string | undefined {
    switch (reader.type) {
      case REPLY.type:
        if (!this.#answer.readReply(reader)) return 'a REPLY whose lengths do not agree';
        this.#dispatcher.finish(now, worker, this.#answer, true);
        return undefined;
      case FAILURE.type:
        if (!this.#answer.readFailure(reader)) return 'a FAILURE whose lengths do not agree';
        this.#dispatcher.finish(now, worker, this.#answer, false);
        return undefined;
      case CREDIT.type:
        return this.#handleCredit(worker, reader);
      case REJECT.type:
        return this.#handleReject(now, worker, reader);
      case READY.type:
        return this.#handleReady(now, worker, reader);
      case DRAIN.type:
        worker.isDraining = true;
        this.#dispatcher.refresh(worker);
        return undefined;
      case EXTEND.type:
        return this.#handleExtend(now, worker, reader);
      case PARTIAL.type:
        if (!this.#answer.readPartial(reader)) return 'a PARTIAL whose lengths do not agree';
        this.#dispatcher.pass(now, worker, this.#answer);
        return undefined;
      case OFFER.type:
        return this.#handleOffer(now, worker, reader);
      case DESCRIPTION.type:
        return this.#handleDescription(worker, reader);
      default:
        return NOT_MINE;
    }
  }

  /** Gives the calls of a worker that is gone to others. `isDeath`: it did not say goodbye. */
  leave(now: Instant, worker: WorkerSession, why: string, isDeath: boolean): void {
    if (!worker.isReady) return;
    const calls = worker.load;
    this.#dispatcher.refresh(worker);
    this.#note(now, this.#registry.leave(now, worker));
    this.#dispatcher.loseWorker(now, worker, isDeath);
    this.#descriptions.leaveWorker(worker);
    this.#emit({ kind: 'worker-left', label: worker.label, why, calls });
  }

  #handleExtend(now: Instant, worker: WorkerSession, reader: EnvelopeReader): string | undefined {
    const dispatch = readNumber(reader);
    if (dispatch === undefined) return 'an EXTEND that is cut off';
    this.#dispatcher.extend(now, worker, dispatch);
    return undefined;
  }

  #handleOffer(now: Instant, worker: WorkerSession, reader: EnvelopeReader): string | undefined {
    const offered = readOffer(reader);
    if (offered === undefined) return 'an OFFER whose lengths do not agree';
    const method = worker.methods[offered.method];
    if (method === undefined) return 'an OFFER for a method that it did not list';
    this.#recovery.handleOffer(now, method, offered);
    return undefined;
  }

  #handleDescription(worker: WorkerSession, reader: EnvelopeReader): string | undefined {
    const described = readDescription(reader);
    if (described === undefined) return 'a DESCRIPTION whose lengths do not agree';
    this.#descriptions.answer(worker, described);
    return undefined;
  }

  #handleReject(now: Instant, worker: WorkerSession, reader: EnvelopeReader): string | undefined {
    const dispatch = readNumber(reader);
    if (dispatch === undefined) return 'a REJECT that is cut off';
    this.#dispatcher.handBack(now, worker, dispatch);
    return undefined;
  }

  #handleCredit(worker: WorkerSession, reader: EnvelopeReader): string | undefined {
    const granted = readNumber(reader);
    if (granted === undefined) return 'a CREDIT that is cut off';
    if (granted > worker.granted) {
      worker.granted = granted;
      this.#dispatcher.refresh(worker);
    }
    return undefined;
  }

  #handleReady(now: Instant, worker: WorkerSession, reader: EnvelopeReader): string | undefined {
    if (worker.isReady) return 'a second READY';
    const ready = readMap(reader, READY);
    if (ready === undefined) return 'a READY that is not what it should be';
    const reserved = ready.methods.find((m) => isReserved(m.service));
    if (reserved !== undefined) return `the service ${reserved.service}: names beginning with reeve. are the broker's`;
    worker.offer(ready.methods, ready.described);
    if (ready.label !== undefined) worker.label = ready.label;
    const services = this.#registry.join(now, worker);
    this.#note(now, services);
    this.#emit({ kind: 'worker-ready', label: worker.label, services: services.map((s) => s.name) });
    return undefined;
  }

  /** Marks what may move now that the workers of services have changed. */
  #note(now: Instant, services: readonly Service[]): void {
    for (const service of services) {
      for (const pool of service.lanes.keys()) this.#dispatcher.mark(pool);
      this.#dispatcher.reviewWaiting(now, service);
    }
    this.#dispatcher.dissolve(this.#registry.takeDissolved());
  }
}

export interface WorkerDeskParts {
  readonly registry: Registry;
  readonly dispatcher: Dispatcher;
  readonly recovery: RecoveryDesk;
  readonly descriptions: DescribeDesk;
  readonly emit: (event: BrokerEvent) => void;
}
