import { resolve } from 'node:path';
import type { MethodDescriptor, ServiceDescriptor } from '@reeve/protocol';
import { LIMITS } from '@reeve/protocol';
import { BROKERS, TIMEOUT_MS, withClient } from '../brokers.ts';
import type { CommandBody, Context } from '../command.ts';
import { command } from '../command.ts';
import { usageError } from '../failure.ts';
import type { MethodName } from '../find-method.ts';
import { findMethod } from '../find-method.ts';
import { fromJson } from '../from-json.ts';
import { jsonFault } from '../json-fault.ts';
import { didYouMean } from '../near-names.ts';
import { toJson } from '../to-json.ts';

export const callCommand: CommandBody = command({
  args: [
    { name: 'METHOD', what: 'A service and its method, such as orders.quote' },
    { name: 'JSON', what: 'The input; - reads it from stdin. Default: none', isOptional: true },
  ],
  options: {
    brokers: BROKERS,
    'timeout-ms': TIMEOUT_MS,
    contract: {
      kind: 'text',
      value: 'FILE',
      what: 'Check and convert by this contract: ISO strings become dates, base64 bytes, digits bigints',
    },
  },
  details: [
    'Without a contract it asks the broker how the method is called and sends the input as it is.',
    'In the reply dates are ISO strings, bytes are base64 and bigints are strings of digits.',
  ],
  examples: [
    `reeve call orders.quote '{"sku":"A1","quantity":3}'`,
    'echo \'{"sku":"A1","quantity":3}\' | reeve call orders.quote - --brokers tcp://10.0.0.1:5555 --json',
  ],
  async run({ args, options }, context) {
    const { output, terminal } = context;
    const [target = '', text] = args;
    const name = parseName(target);
    const json = parseInput(text === '-' ? await terminal.readInput() : text);
    const known = options.contract === undefined ? undefined : await readMethod(options.contract, name, context);
    const timeoutMs = options['timeout-ms'] ?? LIMITS.callTimeoutMs;
    await withClient(options.brokers, timeoutMs, context, async (reeve) => {
      const service = known ?? (await output.whileWaiting('asking the broker…', findMethod(reeve, name, timeoutMs)));
      const input = inputOf(json, service, name.method);
      const stop = new AbortController();
      const stopListening = terminal.onStop(() => stop.abort());
      const startedAt = performance.now();
      const calling = reeve.method(service, name.method)(input, { timeoutMs, signal: stop.signal });
      const value = await output.whileWaiting(`waiting for ${target}…`, calling).finally(stopListening);
      const reply = toJson(value);
      const durationMs = Math.round((performance.now() - startedAt) * 1_000) / 1_000;
      output.result(
        { method: target, reply, durationMs },
        `${JSON.stringify(reply, undefined, output.isForPeople ? 2 : 0)}\n`,
      );
    });
  },
});

function parseName(target: string): MethodName {
  const dot = target.lastIndexOf('.');
  if (dot > 0 && dot < target.length - 1) return { service: target.slice(0, dot), method: target.slice(dot + 1) };
  const next = 'write a service and its method, such as orders.quote; reeve services lists them';
  throw usageError(`"${target}" is not the name of a method`, next);
}

/** Reads the input; `undefined` if there is none. */
function parseInput(text: string | undefined): unknown {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    const { line, column, expected, found } = jsonFault(text);
    const where = `line ${line}, column ${column}`;
    const next = `put it in single quotes, as in reeve call orders.quote '{"sku":"A1"}', or pipe it in and write -`;
    throw usageError(`the input is not JSON: at ${where} there is ${found} instead of ${expected}`, next, thrown);
  }
}

async function readMethod(file: string, name: MethodName, { terminal }: Context): Promise<ServiceDescriptor> {
  // Loaded only here: ts-morph takes longer than a call.
  const { descriptorOf, readContracts } = await import('@reeve/codegen');
  const { services } = await readContracts([resolve(terminal.cwd, file)], terminal.cwd);
  const service = services.find((one) => one.name === name.service);
  const names = services.map((one) => one.name);
  if (service === undefined) throw notInContract(file, 'service', name.service, names);
  const methods = service.methods.map((one) => one.name);
  if (!methods.includes(name.method)) throw notInContract(file, 'method', name.method, methods);
  return descriptorOf(service);
}

function notInContract(file: string, what: string, name: string, names: readonly string[]): Error {
  const next = didYouMean(name, names) ?? `it has: ${names.join(', ')}`;
  return usageError(`${file} describes no ${what} "${name}"`, next);
}

function inputOf(json: unknown, { methods, shapes }: ServiceDescriptor, method: string): unknown {
  const { input }: MethodDescriptor = methods[method]!;
  // What is not given is nil on the wire, which is how a method without an input reads it.
  return json === undefined && input.kind === 'any' ? null : fromJson(json, input, shapes);
}
