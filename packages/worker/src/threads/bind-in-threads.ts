import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { integerOption } from '@reeve/protocol/io';
import type { BindServiceArgs, Handler, ServiceBinding } from '../bind-service.ts';
import { bindService } from '../bind-service.ts';
import type { Context } from '../context.ts';
import type { ThreadMethod } from './thread-call.ts';
import { ThreadPool } from './thread-pool.ts';

/** How to serve a service in threads. Nothing must be given. */
export interface ThreadOptions {
  /**
   * How many threads, 1 to 1,024; each runs one call at a time. Default: one less than there are cores, at least 1, so
   * that one is left to the loop that talks to the brokers.
   */
  readonly threads?: number | undefined;
  /**
   * How many MiB the values of one thread may take up, 16 to 1,048,576; one that needs more is ended and replaced.
   * Default: Node's own limit.
   */
  readonly heapMaxMib?: number | undefined;
}

export interface BindInThreadsArgs extends Omit<BindServiceArgs, 'handlers'>, ThreadOptions {
  /** The module whose default export are the handlers, as a `file:` URL. */
  readonly module: URL;
}

/**
 * Puts a contract and a module with its handlers together; the handlers run in threads of their own. Generated
 * `serve….inThreads` functions call it.
 *
 * Throws a `TypeError` that says what does not fit, as far as it shows before the module is loaded; `serve` says the
 * rest.
 */
export function bindInThreads({ module, threads, heapMaxMib, ...args }: BindInThreadsArgs): ServiceBinding {
  const { descriptor, contract, concurrency, describe } = args;
  const methods = Object.values(descriptor.methods);
  const errorsOf = ({ errors }: (typeof methods)[number]) =>
    Object.fromEntries(Object.entries(errors).map(([name, { code }]) => [name, code]));
  const pool = new ThreadPool({
    setup: {
      service: descriptor.name,
      path: findModule(module),
      methods: Object.fromEntries(methods.map((method) => [method.name, errorsOf(method)])),
    },
    threads: integerOption('threads', threads ?? Math.max(1, availableParallelism() - 1), 1, THREADS_MAX),
    heapMaxMib:
      heapMaxMib === undefined ? undefined : integerOption('heapMaxMib', heapMaxMib, HEAP_MIN_MIB, HEAP_MAX_MIB),
  });
  const handlerOf =
    (method: ThreadMethod): Handler =>
    (input: unknown, context: Context) =>
      pool.run(method, input, context);
  const handlers = Object.fromEntries(methods.map((method) => [method.name, handlerOf(method)]));
  return { ...bindService({ descriptor, contract, handlers, concurrency, describe }), threads: pool };
}

/** The module's path. A URL may name what the file is compiled to, as imports do, or what it was compiled from. */
function findModule(module: URL): string {
  if (module.protocol !== 'file:')
    throw new TypeError(`${module.href} is not a file: write new URL(…, import.meta.url)`);
  const path = fileURLToPath(module);
  const others = [path.replace(/\.([cm]?)js$/, '.$1ts'), path.replace(/\.([cm]?)ts$/, '.$1js')];
  const found = [path, ...others].find((candidate) => existsSync(candidate));
  if (found === undefined) throw new TypeError(`there is no module ${path} with handlers to run in threads`);
  return found;
}

/** A thread costs some MiB and some time to start; more than this on one machine is a slip. */
const THREADS_MAX = 1_024;
/** Node itself needs about as much. */
const HEAP_MIN_MIB = 16;
/** One TiB: more than one process has. */
const HEAP_MAX_MIB = 1_048_576;
