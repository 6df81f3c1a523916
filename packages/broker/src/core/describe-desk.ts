import type { CallView, Described, DescribedOutcome, Instant, Limits, TimerWheel } from '@reeve/protocol';
import { TimerNode, VERDICTS, decodeValue, writeDescribe } from '@reeve/protocol';
import type { ClientSession } from './client-session.ts';
import { RETRY_AFTER_FULL_MS } from './dispatcher.ts';
import type { Registry } from './registry.ts';
import type { Responder } from './responder.ts';
import type { TimerOwner } from './timers.ts';
import type { WorkerSession } from './worker-session.ts';

/**
 * Asks workers to describe their services, for clients that want to know.
 *
 * Theory of operation. The broker keeps no description: it passes the question on to one worker of that service and
 * version, and its answer back, unread. A question is no call. It takes no credit of the worker, waits in no queue and
 * starts no handler, so that a service can be looked at while it is overloaded. Whatever ends it takes it out of the
 * table: the answer, a CANCEL, its deadline, the end of its client. If its worker goes, another one is asked.
 */
export class DescribeDesk {
  readonly #limits: Limits;
  readonly #timers: TimerWheel<TimerOwner>;
  readonly #registry: Registry;
  readonly #responder: Responder;
  readonly #questions = new Map<number, Question>();
  #lastId = 0;

  constructor(limits: Limits, timers: TimerWheel<TimerOwner>, registry: Registry, responder: Responder) {
    this.#limits = limits;
    this.#timers = timers;
    this.#registry = registry;
    this.#responder = responder;
  }

  /** Questions that no worker has answered yet. */
  get questions(): number {
    return this.#questions.size;
  }

  /** Takes a call of `describe`. A number that is pending already is dropped, as of any call. */
  ask(now: Instant, client: ClientSession, view: CallView): void {
    const { call } = view;
    if (this.#find(client, call) !== undefined) return;
    const wanted = readWanted(view);
    if (wanted === undefined) {
      return this.#responder.refuseQuestion(client, call, VERDICTS.invalidInput, 'expected { service, version }');
    }
    // A question is small and its answer is not: who does not read gets none.
    if (client.channel.isBlocked || this.#questions.size >= this.#limits.questionsMax) {
      return this.#responder.refuseQuestion(client, call, VERDICTS.queueFull, undefined, RETRY_AFTER_FULL_MS);
    }
    this.#lastId += 1;
    const question = new Question(this.#lastId, client, call, wanted);
    this.#questions.set(question.id, question);
    this.#timers.set(question.timer, now + view.remainingMs);
    this.#send(question);
  }

  /** Takes what a worker answers. It is believed only about what it was asked itself. */
  answer(worker: WorkerSession, { id, outcome, body }: Described): void {
    const question = this.#questions.get(id);
    if (question === undefined || question.worker !== worker) return;
    this.#forget(question);
    const { client, call, wanted } = question;
    if (outcome === 'described') return this.#responder.giveBody(client, call, body);
    const why = `${wanted.service} ${wanted.version}: ${WHY_NONE[outcome]}`;
    this.#responder.refuseQuestion(client, call, VERDICTS.notDescribed, why);
  }

  /** Nobody wants to know any more. */
  cancel(client: ClientSession, call: number): void {
    const question = this.#find(client, call);
    if (question !== undefined) this.#forget(question);
  }

  /** Nobody has answered in time. */
  expire(question: Question): void {
    this.#forget(question);
    this.#responder.refuseQuestion(question.client, question.call, VERDICTS.noReply);
  }

  leaveClient(client: ClientSession): void {
    for (const question of this.#of((one) => one.client === client)) this.#forget(question);
  }

  /** Asks others what a worker that is gone was asked. */
  leaveWorker(worker: WorkerSession): void {
    for (const question of this.#of((one) => one.worker === worker)) this.#send(question);
  }

  /** Passes a question on, or says why there is nobody to ask. */
  #send(question: Question): void {
    const { client, call, wanted } = question;
    const service = this.#registry.services.get(wanted.service);
    const workers = [...(service?.workers ?? [])].filter((worker) => !worker.isEnded);
    const able = workers.filter((worker) => describes(worker, wanted));
    // One that is silent may never answer, and one that does not read cannot.
    const worker = able.find(({ isSuspect, channel }) => !isSuspect && !channel.isBlocked) ?? able[0];
    if (worker !== undefined) {
      question.worker = worker;
      const method = worker.methods.findIndex((one) => one.service === wanted.service);
      return writeDescribe(worker.channel, { id: question.id, method });
    }
    this.#forget(question);
    const without = service?.isKnown === true ? VERDICTS.noWorker : VERDICTS.unknownService;
    const verdict = workers.length === 0 ? without : VERDICTS.notDescribed;
    this.#responder.refuseQuestion(client, call, verdict, `${wanted.service} ${wanted.version}: ${verdict.when}`);
  }

  #find(client: ClientSession, call: number): Question | undefined {
    return this.#of((one) => one.client === client && one.call === call)[0];
  }

  #of(isMeant: (question: Question) => boolean): Question[] {
    return [...this.#questions.values()].filter(isMeant);
  }

  #forget(question: Question): void {
    this.#timers.clear(question.timer);
    this.#questions.delete(question.id);
  }
}

/** A client that waits for the description of a service. */
export class Question {
  readonly kind = 'question' as const;
  readonly id: number;
  readonly client: ClientSession;
  readonly call: number;
  readonly wanted: Wanted;
  /** Who was asked. */
  worker: WorkerSession | undefined;
  readonly timer: TimerNode<TimerOwner> = new TimerNode<TimerOwner>(this);

  constructor(id: number, client: ClientSession, call: number, wanted: Wanted) {
    this.id = id;
    this.client = client;
    this.call = call;
    this.wanted = wanted;
  }
}

/** What is to be described. */
interface Wanted {
  readonly service: string;
  readonly version: string;
}

/** Reads the input of `describe`. It is the one body that a broker reads, so a large one is not even looked at. */
function readWanted(view: CallView): Wanted | undefined {
  if (view.bodyBytes > INPUT_BYTES_MAX || view.tail !== undefined) return undefined;
  const decoded = decodeValue(view.bytes.subarray(view.payloadEnd - view.bodyBytes, view.payloadEnd));
  if (!decoded.ok || typeof decoded.value !== 'object' || decoded.value === null) return undefined;
  const { service, version } = decoded.value as Record<string, unknown>;
  return typeof service === 'string' && typeof version === 'string' ? { service, version } : undefined;
}

function describes(worker: WorkerSession, { service, version }: Wanted): boolean {
  const offered = worker.methods.find((method) => method.service === service);
  return worker.summaries.has(service) && offered?.version === version;
}

const WHY_NONE: Readonly<Record<Exclude<DescribedOutcome, 'described'>, string>> = {
  unknown: 'its worker has no description of it',
  too_large: 'its description is larger than this broker takes, or nested too deeply',
  failed: 'its worker could not load the description',
};

/** Two names of the greatest length in any alphabet, and what is around them. */
const INPUT_BYTES_MAX = 2_048;
