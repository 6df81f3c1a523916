import { sep } from 'node:path';
import type { CodegenError } from '@reeve/codegen';
import { ReeveError } from '@reeve/protocol';
import type { EndpointErrorCode } from '@reeve/protocol/io';
import { EndpointError } from '@reeve/protocol/io';
import type { Failure, FailureExitCode } from './failure.ts';
import { CommandError } from './failure.ts';
import { toJson } from './to-json.ts';

/** Says of anything that a command threw how it failed, and with which exit code. Files are named from `cwd`. */
export function describeFailure(thrown: unknown, cwd: string): DescribedFailure {
  if (thrown instanceof CommandError) return thrown;
  if (thrown instanceof ReeveError) return { failure: ofReeveError(thrown), exitCode: 1 };
  if (thrown instanceof EndpointError) return ofEndpointError(thrown);
  if (isCodegenError(thrown)) return { failure: ofCodegenError(thrown, cwd), exitCode: 1 };
  if (isHandlersError(thrown)) return { failure: ofHandlersError(thrown), exitCode: 1 };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const next = 'add --debug to see where it comes from; if that is in Reeve, please report it';
  return { failure: { code: 'internal', reason: 'unexpected', message, next }, exitCode: 1 };
}

export interface DescribedFailure {
  readonly failure: Failure;
  readonly exitCode: FailureExitCode;
}

function ofReeveError(error: ReeveError): Failure {
  const { code, reason, executed, declared } = error;
  const [message, own] = withoutAdvice(error.message);
  const advice = NEXT[reason] ?? 'reeve services shows what the broker has';
  const failure = { code, reason, executed, message, next: own ?? advice };
  if (declared === undefined) return failure;
  const data = toJson(error.data);
  const next = `the contract declares this failure${data === null ? '' : `; its data: ${JSON.stringify(data)}`}`;
  return { ...failure, next, declared, data };
}

/** A message may end with advice of its own. */
function withoutAdvice(message: string): [message: string, advice: string | undefined] {
  const aboutNames = message.indexOf(NAME_ADVICE);
  if (aboutNames !== -1) return [message.slice(0, aboutNames), `p${message.slice(aboutNames + '. P'.length)}`];
  const at = message.indexOf(ADVICE);
  if (at === -1) return [message, undefined];
  const start = `start one with: ${message.slice(at + ADVICE.length)}`;
  // To start a broker helps nobody where something else has the port.
  if (/does not (?:speak ZeroMQ|answer as a Reeve broker)/.test(message)) return [message.slice(0, at), OCCUPIED];
  const isSilent = message.includes('nothing was heard from there');
  return [message.slice(0, at), isSilent ? `check host and port; if no broker runs there, ${start}` : start];
}

function ofEndpointError({ code, endpoint, message }: EndpointError): DescribedFailure {
  const failure = {
    code: ENDPOINT_CODES[code],
    reason: `endpoint_${code}`,
    message,
    next: endpointAdvice(code, endpoint, message),
  };
  return { failure, exitCode: code === 'bad_endpoint' ? 2 : 1 };
}

function endpointAdvice(code: EndpointErrorCode, endpoint: string, message: string): string {
  const port = /^tcp:\/\/.*:(\d+)$/.exec(endpoint)?.[1];
  if (code === 'taken' && port !== undefined) {
    return `reeve broker --listen ${endpoint.slice(0, -port.length)}${Number(port) + 1}`;
  }
  // A broker cannot listen on a name; there it is an unknown scheme.
  if (endpoint.startsWith('dns') && !message.includes('unknown scheme')) {
    return 'write it like dns://broker.example:5555 or dns+srv://_reeve._tcp.example';
  }
  if (code === 'bad_endpoint') return 'write it like tcp://127.0.0.1:5555 or ipc:///run/reeve/broker.sock';
  return 'reeve broker --help shows what can be listened on';
}

/** By its name: its class would bring ts-morph along, which takes longer to load than most commands take to run. */
function isCodegenError(thrown: unknown): thrown is CodegenError {
  return thrown instanceof Error && thrown.name === 'CodegenError';
}

/** By its name: the user's module may use another copy of the package. */
function isHandlersError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === 'HandlersError';
}

function ofHandlersError({ message }: Error): Failure {
  return { code: 'invalid_argument', reason: 'bad_module', message, next: 'put right the module that inThreads names' };
}

function ofCodegenError(error: CodegenError, cwd: string): Failure {
  const { message, hint } = error;
  const problem = message.endsWith(hint) ? message.slice(0, -hint.length).trim() : message;
  const near = problem.replaceAll(cwd + sep, '');
  return { code: 'invalid_argument', reason: 'bad_contract', message: near, next: hint };
}

const ADVICE = '. Start one with: ';
const NAME_ADVICE = '. Put the name';
const OCCUPIED = "give the broker's own endpoint, with --brokers or in REEVE_BROKERS";

/** What to do, by the reason of a `ReeveError`. */
const NEXT: Readonly<Record<string, string>> = {
  invalid_input: 'put the input right; the contract says what fits',
  request_too_large: 'send less, or a reference to the data instead of the data',
  no_broker: 'check that a broker runs, and name it with --brokers or in REEVE_BROKERS',
  unknown_service: 'start a worker that serves it: reeve worker worker.ts',
  unknown_method: 'reeve services --json lists the methods that there are',
  no_worker: 'start a worker that serves it: reeve worker worker.ts',
  incompatible_contract: 'generate the stubs again from the contract that the worker serves: reeve gen',
  queue_full: 'start more workers, or try again when they have caught up',
  expired_in_queue: 'start more workers, or give it longer: --timeout-ms 30000',
  draining: 'try again: the broker is shutting down, another one may be up by then',
  key_conflict: 'use another key, or send the same input as before',
  handler_error: "see the worker's log for the cause",
  invalid_output: "put the worker's handler right; its log says what does not fit",
  reply_too_large: 'let the handler return less, or a reference to the data instead of the data',
  worker_lost: 'look at why the worker went away; whether to call again depends on the method',
  broker_lost: 'look at why the broker went away; whether to call again depends on the method',
  no_reply: 'look at what the worker is doing, or give it longer: --timeout-ms 30000',
  canceled: 'it was stopped before it had an answer',
};

const ENDPOINT_CODES: Readonly<Record<EndpointErrorCode, string>> = {
  bad_endpoint: 'invalid_argument',
  taken: 'already_exists',
  permission: 'permission_denied',
  no_such_address: 'not_found',
  no_such_directory: 'not_found',
  unsupported: 'unimplemented',
  failed: 'internal',
};
