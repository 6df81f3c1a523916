import type { Validated, ValidationIssue } from '@reeve/contract';
import type { Logger } from '@reeve/protocol';
import { VERDICTS, encodeValue } from '@reeve/protocol';
import type { BoundMethod } from './bound-method.ts';
import type { ContextHost } from './context.ts';
import { Context } from './context.ts';
import type { Dispatch } from './core/dispatch.ts';
import type { WorkerFailure } from './core/worker-event.ts';
import type { InterceptedHandler, Interceptor } from './interceptor.ts';
import { NotStarted } from './not-started.ts';

/** Where the results of handlers go. */
export interface AnswerDesk {
  now(): number;
  complete(dispatch: Dispatch, body: Uint8Array): void;
  fail(dispatch: Dispatch, failure: WorkerFailure): void;
  extend(dispatch: Dispatch): void;
}

export interface HandlerRunnerArgs {
  readonly methods: readonly BoundMethod[];
  readonly desk: AnswerDesk;
  readonly logger: Logger;
  readonly interceptors?: readonly Interceptor[];
}

/**
 * Runs handlers: decodes and checks the input, calls the handler, checks and encodes its output, and turns whatever
 * goes wrong on the way into the failure that the caller gets. Each call is answered once.
 *
 * Every step may be synchronous or not. A step that is costs no promise: most schemas and many handlers are.
 */
export class HandlerRunner {
  /** The method whose code ran last, for the warning about a blocked loop. */
  lastMethod: BoundMethod | undefined;
  readonly #runs: readonly MethodRun[];

  constructor({ methods, desk, logger, interceptors = [] }: HandlerRunnerArgs) {
    this.#runs = methods.map((method) => new MethodRun(method, desk, logger, interceptors));
  }

  start(dispatch: Dispatch): void {
    const run = this.#runs[dispatch.method]!;
    this.lastMethod = run.method;
    run.start(dispatch);
  }
}

class MethodRun implements ContextHost {
  readonly method: BoundMethod;
  readonly methodName: string;
  readonly #desk: AnswerDesk;
  readonly #logger: Logger;
  /** The handler within the interceptors, if there are any. */
  readonly #intercepted: InterceptedHandler | undefined;

  constructor(method: BoundMethod, desk: AnswerDesk, logger: Logger, interceptors: readonly Interceptor[]) {
    this.method = method;
    this.methodName = method.fullName;
    this.#desk = desk;
    this.#logger = logger;
    const innermost: InterceptedHandler = (call) => method.handler(call.input, call.context);
    if (interceptors.length > 0) this.#intercepted = interceptors.reduceRight((next, wrap) => wrap(next), innermost);
  }

  now(): number {
    return this.#desk.now();
  }

  extend(dispatch: Dispatch): void {
    this.#desk.extend(dispatch);
  }

  declaredError(name: string, data: unknown): ReturnType<BoundMethod['declaredError']> {
    return this.method.declaredError(name, data);
  }

  start(dispatch: Dispatch): void {
    let checked: Validated<unknown> | Promise<Validated<unknown>>;
    try {
      checked = this.method.readInput(dispatch.decode());
    } catch (error) {
      return this.#failInputCheck(dispatch, error);
    }
    if (!(checked instanceof Promise)) return this.#handle(dispatch, checked);
    checked.then(
      (settled) => this.#handle(dispatch, settled),
      (error: unknown) => this.#failInputCheck(dispatch, error),
    );
  }

  #handle(dispatch: Dispatch, checked: Validated<unknown>): void {
    if (!checked.ok) return this.#failInvalid(dispatch, VERDICTS.invalidInput, 'invalid input', checked.issues);
    // The check of the input took its time, and nobody wants the result any more.
    if (dispatch.abortedBy !== undefined || dispatch.isExpired) return this.#failUnstarted(dispatch);
    const context = new Context(dispatch, this);
    dispatch.attached = context;
    let output: unknown;
    try {
      output = this.#call(checked.value, context);
    } catch (error) {
      return this.#failThrown(dispatch, error);
    }
    if (!isThenable(output)) return this.#checkOutput(dispatch, output);
    output.then(
      (settled) => this.#checkOutput(dispatch, settled),
      (error: unknown) => this.#failThrown(dispatch, error),
    );
  }

  #call(input: unknown, context: Context): unknown {
    const { method } = this;
    if (this.#intercepted === undefined) return method.handler(input, context);
    return this.#intercepted({ service: method.service, method: method.name, input, context });
  }

  #checkOutput(dispatch: Dispatch, output: unknown): void {
    let checked: Validated<unknown> | Promise<Validated<unknown>>;
    try {
      checked = this.method.checkOutput(output);
    } catch (error) {
      return this.#failOutput(dispatch, error);
    }
    if (!(checked instanceof Promise)) return this.#complete(dispatch, checked);
    checked.then(
      (settled) => this.#complete(dispatch, settled),
      (error: unknown) => this.#failOutput(dispatch, error),
    );
  }

  #complete(dispatch: Dispatch, checked: Validated<unknown>): void {
    if (!checked.ok) return this.#failInvalid(dispatch, VERDICTS.invalidOutput, 'invalid output', checked.issues);
    const lowered = this.method.lowerOutput(checked.value);
    if (!lowered.ok) return this.#failInvalid(dispatch, VERDICTS.invalidOutput, 'invalid output', lowered.issues);
    let body: Uint8Array;
    try {
      body = encodeValue(lowered.value);
    } catch (error) {
      return this.#failOutput(dispatch, error);
    }
    this.#desk.complete(dispatch, body);
  }

  #failThrown(dispatch: Dispatch, thrown: unknown): void {
    if (this.method.declares(thrown)) return this.#failDeclared(dispatch, thrown);
    if (thrown instanceof NotStarted) return this.#failNotStarted(dispatch, thrown);
    const fields = this.#fields(dispatch, thrown);
    if (dispatch.abortedBy !== undefined) {
      // A handler that stops because its signal was raised does what it should, and failed for that reason.
      this.#logger.debug(fields, 'the handler stopped after its signal was raised');
      return this.#desk.fail(dispatch, { verdict: STOPPED[dispatch.abortedBy], detail: {} });
    }
    this.#logger.error(fields, `the handler of ${this.methodName} failed`);
    this.#failInternal(dispatch, VERDICTS.handlerError, 'failed');
  }

  #failDeclared(dispatch: Dispatch, thrown: Parameters<BoundMethod['declaredFailure']>[0]): void {
    const settle = (declared: Awaited<ReturnType<BoundMethod['declaredFailure']>>): void => {
      if (declared.ok) this.#desk.fail(dispatch, declared.failure);
      else this.#failInvalid(dispatch, VERDICTS.invalidOutput, `invalid data of ${thrown.declared}`, declared.issues);
    };
    try {
      const declared = this.method.declaredFailure(thrown);
      if (!(declared instanceof Promise)) return settle(declared);
      declared.then(settle, (error: unknown) => this.#failOutput(dispatch, error));
    } catch (error) {
      this.#failOutput(dispatch, error);
    }
  }

  #failInvalid(
    dispatch: Dispatch,
    verdict: WorkerFailure['verdict'],
    what: string,
    issues: readonly ValidationIssue[],
  ): void {
    const message = `${this.methodName}: ${what}: ${issues.map(issueText).join('; ')}`;
    // A wrong input is the caller's mistake and it is told; a wrong output is one of this worker.
    if (verdict === VERDICTS.invalidInput) this.#logger.debug(this.#fields(dispatch), message);
    else this.#logger.error(this.#fields(dispatch), message);
    this.#desk.fail(dispatch, { verdict, detail: { message } });
  }

  #failInputCheck(dispatch: Dispatch, error: unknown): void {
    this.#logger.error(this.#fields(dispatch, error), `the schema of the input of ${this.methodName} threw`);
    // The handler was not started, so `executed` must not say that it was.
    this.#failInternal(dispatch, VERDICTS.invalidInput, 'could not check its input');
  }

  #failOutput(dispatch: Dispatch, error: unknown): void {
    this.#logger.error(this.#fields(dispatch, error), `the output of ${this.methodName} cannot be checked or encoded`);
    this.#failInternal(dispatch, VERDICTS.invalidOutput, 'returned what cannot be sent');
  }

  #failNotStarted(dispatch: Dispatch, thrown: NotStarted): void {
    if (dispatch.abortedBy !== undefined) return this.#failUnstarted(dispatch);
    this.#logger.error(this.#fields(dispatch, thrown), `the handler of ${this.methodName} could not be started`);
    this.#failInternal(dispatch, thrown.verdict, 'could not be started');
  }

  #failUnstarted(dispatch: Dispatch): void {
    const isLate = dispatch.abortedBy === 'deadline' || dispatch.abortedBy === undefined;
    const verdict = isLate ? VERDICTS.expiredInQueue : VERDICTS.canceledUnsent;
    this.#desk.fail(dispatch, { verdict, detail: {} });
  }

  /** What a handler throws stays here: it may hold anything. */
  #failInternal(dispatch: Dispatch, verdict: WorkerFailure['verdict'], what: string): void {
    const message = `the handler of ${this.methodName} ${what}; see the worker's log for call ${dispatch.callId}`;
    this.#desk.fail(dispatch, { verdict, detail: { message } });
  }

  #fields({ callId }: Dispatch, error?: unknown): object {
    return error === undefined ? { callId, method: this.methodName } : { callId, method: this.methodName, err: error };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function issueText({ path, message }: ValidationIssue): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** What a call came to whose handler stopped at its signal. */
const STOPPED = {
  canceled: VERDICTS.canceledSent,
  deadline: VERDICTS.noReply,
  closing: VERDICTS.workerLost,
} as const;
