import { inspect } from 'node:util';
import type { MessagePort } from 'node:worker_threads';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ReeveError } from '@reeve/protocol';
import type { Handler } from '../bind-service.ts';
import { wrongHandlers } from '../bind-service.ts';
import type { AbortCause } from '../core/dispatch.ts';
import type { CallFacts, ContextHost } from '../context.ts';
import { Context } from '../context.ts';
import { declaredError } from '../declared-error.ts';
import { importModule } from './import-module.ts';
import type { ThreadNotice, ThreadOutcome, ThreadReport, ThreadSetup, ThreadTask } from './thread-messages.ts';

// This file runs in each thread of a pool; the pool calls what it exports.

/** Runs one call. Rejects, with one line, only if the handler was not started; else the outcome goes over the port. */
export async function runInThread(task: ThreadTask): Promise<void> {
  const handlers = await loading;
  const call = new CallInThread(task);
  try {
    call.lookForAbort();
    if (call.isAborted) throw new Error('nobody wants the result any more');
    await call.run(handlers[task.method] as ThreadHandler, handlers);
  } finally {
    task.port.close();
  }
}

/** Says what is wrong with the handlers, once they are loaded. Rejects, with one line, if they cannot be. */
export async function checkInThread(): Promise<readonly string[]> {
  return wrongHandlers(Object.keys(setup.methods), await loading);
}

/** The call on this side: its context, and what is said of it. */
class CallInThread implements ContextHost {
  readonly methodName: string;
  readonly #task: ThreadTask;
  readonly #port: MessagePort;
  readonly #facts: CallFacts;
  readonly #context: Context;
  #reportedAt = -Infinity;

  constructor(task: ThreadTask) {
    const { remainingMs, at, ...rest } = task.facts;
    const waitedMs = Number(process.hrtime.bigint() - at) / NS_PER_MS;
    this.methodName = `${setup.service}.${task.method}`;
    this.#task = task;
    this.#port = task.port;
    this.#facts = { ...rest, deadlineAt: this.now() + remainingMs - waitedMs, abortedBy: undefined };
    this.#context = new Context(this.#facts, this);
    this.#port.on('message', (why: ThreadNotice) => this.#abort(why));
  }

  get isAborted(): boolean {
    return this.#facts.abortedBy !== undefined;
  }

  async run(handler: ThreadHandler, handlers: object): Promise<void> {
    this.#report({ kind: 'started' });
    let outcome: ThreadOutcome;
    try {
      outcome = { kind: 'returned', output: await handler.call(handlers, this.#task.input, this.#context) };
    } catch (thrown) {
      outcome = outcomeOf(thrown);
    }
    try {
      this.#report(outcome);
    } catch (thrown) {
      // An output, or the data of an error, that cannot be carried.
      this.#report(threw(thrown));
    }
  }

  now(): number {
    return performance.now();
  }

  extend(): void {
    const now = this.now();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    this.#report({ kind: 'heartbeat' });
  }

  declaredError(name: string, data: unknown): ReeveError {
    const codes = Object.entries(setup.methods[this.#task.method]!);
    return declaredError(this.methodName, new Map(codes.map(([known, code]) => [known, { code }])), name, data);
  }

  /** A handler that computes lets no message in, so whoever asks for the signal looks for one. */
  lookForAbort(): void {
    const received = receiveMessageOnPort(this.#port);
    if (received !== undefined) this.#abort(received.message as ThreadNotice);
  }

  #abort(why: AbortCause): void {
    this.#facts.abortedBy = why;
    this.#context.abort(why);
  }

  #report(report: ThreadReport): void {
    this.#port.postMessage(report);
  }
}

function outcomeOf(thrown: unknown): ThreadOutcome {
  if (!(thrown instanceof ReeveError) || thrown.declared === undefined) return threw(thrown);
  return { kind: 'declared', name: thrown.declared, data: thrown.data };
}

function threw(thrown: unknown): ThreadOutcome {
  const { name, message } = thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) };
  return { kind: 'threw', name, message, text: inspect(thrown) };
}

async function loadHandlers(path: string): Promise<Handlers> {
  const { default: handlers } = await importModule(path).catch((thrown: unknown) => {
    // Only words, as always: what a module throws may hold what cannot be carried.
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`${path} cannot be loaded: ${message}`);
  });
  if (typeof handlers === 'object' && handlers !== null) return handlers as Handlers;
  throw new Error(`${path} must have the handlers as its default export`);
}

type Handlers = Readonly<Record<string, Handler>>;
type ThreadHandler = (input: unknown, context: Context) => unknown;

const NS_PER_MS = 1e6;
/** A handler may say so in a tight loop, and the main thread has others to listen to. A tenth of the shortest lease. */
const REPORT_EVERY_MS = 10;
const setup = workerData as ThreadSetup;
const loading = loadHandlers(setup.path);
// Each call says so itself.
loading.catch(() => undefined);
