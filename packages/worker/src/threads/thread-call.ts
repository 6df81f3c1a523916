import type { MessagePort } from 'node:worker_threads';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { Logger } from '@reeve/protocol';
import type { MethodDescriptor } from '@reeve/protocol';
import { LIMITS, VERDICTS } from '@reeve/protocol';
import type { AbortCause } from '../core/dispatch.ts';
import type { Context } from '../context.ts';
import { NotStarted } from '../not-started.ts';
import type { Piscina } from './piscina.ts';
import type { CarriedFacts, ThreadNotice, ThreadOutcome, ThreadReport, ThreadTask } from './thread-messages.ts';

/** What a call in a thread needs to know of its method. */
export type ThreadMethod = Pick<MethodDescriptor, 'name' | 'leaseMs'>;

export interface ThreadCallArgs {
  readonly method: ThreadMethod;
  readonly methodName: string;
  readonly context: Context;
  readonly logger: Logger;
}

/**
 * One call that a thread runs, seen from the main thread.
 *
 * Theory of operation. A channel of its own joins the two sides for as long as the call runs: signals go one way;
 * heartbeats, the start and the outcome come back. The pool says when the thread is done with the call, or gone. By
 * then everything that the thread had said lies at our end of the channel, so that is read before we conclude
 * anything: a thread that died without having said `started` has not run the handler.
 *
 * A handler whose signal was raised is given until its deadline and a grace. Then the pool is told to give the call up,
 * which ends the thread. A method with `leaseMs` owes signs of life: its handler has no longer than that from the
 * signal or from its last sign, so that one that is wedged does not keep a thread until a deadline that may be a day
 * away.
 */
export class ThreadCall {
  readonly #args: ThreadCallArgs;
  readonly #port: MessagePort;
  readonly #farPort: MessagePort;
  readonly #kill = new AbortController();
  #killTimer: NodeJS.Timeout | undefined;
  /** Why the signal was raised, if it was. */
  #why: AbortCause | undefined;
  #ended: Promise<unknown> | undefined;
  #hasStarted = false;
  #outcome: ThreadOutcome | undefined;

  constructor(args: ThreadCallArgs) {
    this.#args = args;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#farPort = port2;
  }

  /** Resolves to what the handler returned; rejects with what it threw, or why there is no knowing. */
  run(pool: Piscina, input: unknown): Promise<unknown> {
    this.#ended = this.#run(pool, input);
    return this.#ended;
  }

  /** Lets it come to its end, within the grace. */
  async finish(): Promise<void> {
    this.#why = 'closing';
    this.#killSoon();
    await this.#ended?.catch(() => undefined);
  }

  async #run(pool: Piscina, input: unknown): Promise<unknown> {
    const { method, context } = this.#args;
    const { signal } = context;
    const onAbort = (): void => this.#abort(context.facts.abortedBy ?? 'canceled');
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    this.#port.on('message', (report: ThreadReport) => this.#hear(report));
    const task: ThreadTask = { method: method.name, input, facts: carried(context), port: this.#farPort };
    let lost: unknown;
    try {
      await pool.run(task, { signal: this.#kill.signal, transferList: [this.#farPort] });
    } catch (thrown) {
      lost = thrown;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#hearAll();
      this.#port.close();
      clearTimeout(this.#killTimer);
    }
    return this.#outcome === undefined ? this.#fail(lost) : this.#settle(this.#outcome);
  }

  #hear(report: ThreadReport): void {
    if (report.kind === 'heartbeat') this.#live();
    else if (report.kind === 'started') this.#hasStarted = true;
    else this.#outcome = report;
  }

  #hearAll(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#hear(received.message as ThreadReport);
    }
  }

  #abort(why: AbortCause): void {
    this.#port.postMessage(why satisfies ThreadNotice);
    this.#why = why;
    this.#killSoon();
  }

  /** The handler says that it is at work. */
  #live(): void {
    const { context } = this.#args;
    context.heartbeat();
    if (this.#why !== undefined && this.#why !== 'closing') this.#killSoon();
  }

  #killSoon(): void {
    const { context, method } = this.#args;
    // One that nobody waits for any more may still be in the midst of something.
    const ownMs = this.#why === 'closing' ? 0 : Math.min(context.remainingMs, method.leaseMs ?? Infinity);
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => this.#kill.abort(), ownMs + LIMITS.threadGraceMs);
  }

  #settle(outcome: ThreadOutcome): unknown {
    if (outcome.kind === 'returned') return outcome.output;
    if (outcome.kind === 'threw') {
      throw Object.assign(new Error(outcome.message), { name: outcome.name, stack: outcome.text });
    }
    throw (this.#args.context as Context<Record<string, unknown>>).error(outcome.name, outcome.data);
  }

  /** The thread has said nothing of how the call ended. */
  #fail(lost: unknown): never {
    const { methodName, context, logger } = this.#args;
    const why = lost instanceof Error ? lost.message : String(lost);
    if (!this.#hasStarted) {
      // An input that cannot be carried is refused before it leaves, and would be anywhere else.
      const isCarried = !(lost instanceof DOMException && lost.name === 'DataCloneError');
      const verdict = isCarried ? VERDICTS.noWorker : VERDICTS.invalidInput;
      throw new NotStarted(verdict, isCarried ? why : `its input cannot be passed to a thread: ${why}`);
    }
    if (!this.#kill.signal.aborted) throw new Error(`its thread ended: ${why}`, { cause: lost });
    const fields = { callId: context.callId, method: methodName };
    const text = `the handler of ${methodName} did not stop in time after its signal; its thread was replaced`;
    logger.warn(fields, text);
    throw new Error('its thread was replaced');
  }
}

function carried(context: Context): CarriedFacts {
  const { attempt, priority, key, metadata, callId } = context.facts;
  // Copies: else the whole message that they are parts of would be carried along.
  const copies = { key: key?.slice(), metadata: metadata.slice() };
  const { remainingMs } = context;
  return { remainingMs, at: process.hrtime.bigint(), attempt, priority, callId, ...copies };
}
