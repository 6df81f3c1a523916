import type { Service } from '@reeve/contract';
import type { ServiceDescriptor } from '@reeve/protocol';
import { BoundMethod } from './bound-method.ts';
import type { Context } from './context.ts';
import type { ThreadPool } from './threads/thread-pool.ts';

/**
 * One handler. It may return its output or a promise of it. Generated code gives the exact types; here only the number
 * of arguments counts.
 */
export type Handler = (input: never, context: never) => unknown;

export interface BindServiceArgs {
  /** Plain data about the service, made by `reeve gen`. */
  readonly descriptor: ServiceDescriptor;
  /** The live contract with its schemas. */
  readonly contract: Service;
  /** One for each method. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** For a method: how many of its handlers may be at work at once, at least 1. Default: as many as the worker runs. */
  readonly concurrency?: Readonly<Record<string, number>> | undefined;
  /**
   * Loads what the contract says to people, a `ServiceDescription`, for who asks a broker. It is sent as it is.
   * Default: the service is not described.
   */
  readonly describe?: (() => Promise<unknown>) | undefined;
}

/** A service with its handlers, ready to be served. */
export interface ServiceBinding {
  readonly descriptor: ServiceDescriptor;
  /** @internal */
  readonly methods: readonly BoundMethod[];
  /** @internal Where the handlers run, if not here. */
  readonly threads?: ThreadPool | undefined;
  /** @internal Loads what the contract says to people. */
  readonly describe?: (() => Promise<unknown>) | undefined;
}

/**
 * Puts a contract and its handlers together. Generated `serve…` functions call it.
 *
 * Throws one `TypeError` that names everything that does not fit: handlers that are missing or that the contract does
 * not know, a contract that is not the generated one, limits that are none.
 */
export function bindService(args: BindServiceArgs): ServiceBinding {
  const { descriptor, contract, handlers, concurrency = {}, describe } = args;
  const wrong = findWrong(args);
  if (wrong.length > 0) throw new TypeError(`service "${descriptor.name}" cannot be served: ${wrong.join('; ')}`);
  const methods = Object.values(descriptor.methods).map(
    (method) =>
      new BoundMethod({
        service: descriptor,
        descriptor: method,
        contract: contract.methods[method.name]!,
        handler: handlers[method.name]!.bind(handlers) as (input: unknown, context: Context) => unknown,
        limit: concurrency[method.name],
      }),
  );
  return { descriptor, methods, describe };
}

/** What does not fit between methods and handlers: a line for each. */
export function wrongHandlers(methods: readonly string[], handlers: Readonly<Record<string, Handler>>): string[] {
  const missing = methods.filter((name) => typeof handlers[name] !== 'function');
  const unknown = handlerNames(handlers).filter((name) => !methods.includes(name));
  return [
    ...missing.map((name) => `the handler of "${name}" is missing`),
    ...unknown.map((name) => `there is no method "${name}" to handle`),
  ];
}

function findWrong({ descriptor, contract, handlers, concurrency = {} }: BindServiceArgs): string[] {
  const wrong: string[] = [];
  if (contract.name !== descriptor.name) wrong.push(`the contract is of "${contract.name}"`);
  for (const name of Object.keys(descriptor.methods)) {
    if (!Object.hasOwn(contract.methods, name)) wrong.push(`the contract has no method "${name}": run reeve gen again`);
  }
  for (const name of Object.keys(contract.methods)) {
    if (!Object.hasOwn(descriptor.methods, name)) wrong.push(`method "${name}" is not generated: run reeve gen again`);
  }
  wrong.push(...wrongHandlers(Object.keys(descriptor.methods), handlers));
  for (const [name, limit] of Object.entries(concurrency)) {
    if (!Object.hasOwn(descriptor.methods, name)) wrong.push(`there is no method "${name}" to limit`);
    else if (!Number.isInteger(limit) || limit < 1)
      wrong.push(`the concurrency of "${name}" must be an integer from 1`);
  }
  return wrong;
}

/** Handlers may be an object or an instance of a class: then what else the class has is its own business. */
function handlerNames(handlers: Readonly<Record<string, Handler>>): string[] {
  const prototype: unknown = Object.getPrototypeOf(handlers);
  return prototype === Object.prototype || prototype === null ? Object.keys(handlers) : [];
}
