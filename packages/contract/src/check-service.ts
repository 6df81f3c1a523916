import { ContractError } from './contract-error.ts';
import { isSchema } from './declared-error.ts';
import { ERROR_CODES } from './error-code.ts';
import { keyPathProblem } from './key-path.ts';
import type { Method } from './method.ts';
import { errorNameProblem, methodNameProblem, serviceNameProblem } from './names.ts';
import type { Methods, ServiceOptions } from './service.ts';

/** Throws at the first thing in a contract that cannot work. Trusts no type: contracts may be plain JavaScript. */
export function checkService(name: string, options: ServiceOptions<Methods>): void {
  const where = `Service ${JSON.stringify(name)}`;
  const problem = serviceNameProblem(name);
  if (problem !== undefined) throw new ContractError(where, `the name ${problem}.`, 'Take one like "orders".');
  if (typeof options !== 'object' || options === null) {
    throw new ContractError(where, 'has no description.', 'Write service(name, { version, methods }).');
  }
  if (!VERSION.test(options.version)) {
    throw new ContractError(where, `version ${JSON.stringify(options.version)} is none.`, 'Write it like "1.0.0".');
  }
  const methods = Object.entries(options.methods ?? {});
  if (methods.length === 0)
    throw new ContractError(where, 'has no methods.', 'Add one: methods: { add: method({…}) }.');
  for (const [methodName, method] of methods) checkMethod(`${name}.${methodName}`, methodName, method);
}

function checkMethod(where: string, name: string, method: Method): void {
  const problem = methodNameProblem(name);
  if (problem !== undefined) throw new ContractError(where, `the name ${problem}.`, 'Choose another name.');
  if (method?.kind !== 'reeve.method') {
    throw new ContractError(where, 'is not a method.', 'Wrap it: method({ input, output }).');
  }
  for (const side of ['input', 'output'] as const) {
    if (!isSchema(method[side])) {
      throw new ContractError(where, `the ${side} is no Zod schema.`, 'Use z.void() where there is nothing to say.');
    }
  }
  checkDelivery(where, method);
  checkMs(where, 'timeoutMs', method.timeoutMs, 1);
  checkMs(where, 'leaseMs', method.leaseMs, LEASE_MIN_MS);
  checkErrors(where, method);
}

function checkDelivery(where: string, method: Method): void {
  if (typeof method.idempotent !== 'boolean') {
    throw new ContractError(where, '"idempotent" is neither true nor false.', 'Leave it out for at most once.');
  }
  if (typeof method.finish !== 'boolean') {
    throw new ContractError(where, '"finish" is neither true nor false.', 'Leave it out to stop with the caller.');
  }
  if (new Set(method.key).size < method.key.length) {
    throw new ContractError(where, 'the same path is given twice as key.', 'Name each path once.');
  }
  for (const path of method.key) {
    const found = keyPathProblem(method.input, path);
    if (found !== undefined) throw new ContractError(where, found.problem, found.hint);
  }
}

function checkMs(where: string, name: 'timeoutMs' | 'leaseMs', ms: number | undefined, least: number): void {
  if (ms === undefined || (Number.isInteger(ms) && ms >= least && ms <= TIMEOUT_MAX_MS)) return;
  throw new ContractError(
    where,
    `${name} is ${String(ms)}.`,
    `Give whole milliseconds from ${least} to ${TIMEOUT_MAX_MS} (one day).`,
  );
}

function checkErrors(where: string, method: Method): void {
  for (const [name, error] of Object.entries(method.errors)) {
    const problem = errorNameProblem(name);
    if (problem !== undefined) {
      throw new ContractError(
        where,
        `the error name ${JSON.stringify(name)} ${problem}.`,
        'Take one like "OUT_OF_STOCK".',
      );
    }
    if (!ERROR_CODES.includes(error.code)) {
      throw new ContractError(
        where,
        `error ${name} has the unknown code ${JSON.stringify(error.code)}.`,
        `Use one of ${ERROR_CODES.join(', ')}.`,
      );
    }
    if (error.data !== undefined && !isSchema(error.data)) {
      throw new ContractError(where, `the data of error ${name} is no Zod schema.`, 'Leave it out if there is none.');
    }
  }
}

/** What npm calls a version; a contract is no package, so ranges and tags make no sense. */
const VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/;

/** One day: what takes longer wants a job, not a call. */
const TIMEOUT_MAX_MS = 86_400_000;

/** A busy loop pauses for some milliseconds, and signs of life travel: a shorter lease would be lost by chance. */
const LEASE_MIN_MS = 100;
