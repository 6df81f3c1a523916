import type { ServiceStatus } from '@reeve/broker';
import { BROKER_SERVICE } from '@reeve/broker/core';
import type { Caller } from '@reeve/client';
import { methodSchema } from '@reeve/codegen/reference';
import type { ServiceDescription } from '@reeve/protocol';
import { LIMITS } from '@reeve/protocol';
import { BROKERS, TIMEOUT_MS, withClient } from '../brokers.ts';
import type { CommandBody } from '../command.ts';
import { command } from '../command.ts';
import { askForDescription } from '../describe/ask-for-description.ts';
import { methodText, serviceText } from '../describe/description-text.ts';
import type { VersionStatus } from '../describe/versions.ts';
import { versionsOf } from '../describe/versions.ts';
import { CommandError, usageError } from '../failure.ts';
import { findService, noWorker, unknownMethod, unknownService } from '../find-method.ts';
import { didYouMean, nearNames } from '../near-names.ts';
import { printableData } from '../printable.ts';

export const describeCommand: CommandBody = command({
  args: [{ name: 'NAME', what: 'A service, such as orders, or one of its methods, such as orders.quote' }],
  options: {
    brokers: BROKERS,
    'timeout-ms': TIMEOUT_MS,
    'service-version': { kind: 'text', value: 'VERSION', what: 'Which version of the service. Default: the newest' },
  },
  details: [
    'It asks a broker, which asks a worker of that version: no source is needed. With --json it prints the schemas.',
  ],
  examples: ['reeve describe orders', 'reeve describe orders.quote --json'],
  async run({ args, options }, context) {
    const { output } = context;
    const [target = ''] = args;
    if (target === BROKER_SERVICE) throw ownService();
    const timeoutMs = options['timeout-ms'] ?? LIMITS.callTimeoutMs;
    await withClient(options.brokers, timeoutMs, context, async (reeve) => {
      const finding = findTarget(reeve, target, timeoutMs);
      const { service, method } = await output.whileWaiting('asking the broker…', finding);
      const versions = versionsOf(service);
      const version = versionOf(service.name, versions, options['service-version']);
      if (version.startsWith(MAJORDOMO)) throw withoutContract(service);
      const asking = askForDescription(reeve, service.name, version, timeoutMs);
      const description = await output.whileWaiting(`waiting for a worker of ${service.name} ${version}…`, asking);
      const names = Object.keys(description.methods);
      if (method !== undefined && !names.includes(method)) {
        throw unknownMethod({ service: service.name, method }, names);
      }
      const shown = printableData(description);
      const text =
        method === undefined ? serviceText(shown, versions, output) : methodText(shown, method, versions, output);
      output.result(jsonOf(description, method === undefined ? names : [method], versions), text);
    });
  },
});

interface Target {
  readonly service: ServiceStatus;
  readonly method: string | undefined;
}

/** The service that is meant, and the method, if one is: names of services may have dots in them, too. */
async function findTarget(reeve: Caller, target: string, timeoutMs: number): Promise<Target> {
  const dot = target.lastIndexOf('.');
  const [owner, method] = [target.slice(0, Math.max(dot, 0)), target.slice(dot + 1)];
  const isMeant = ({ name }: ServiceStatus): boolean => name === target || (dot > 0 && name === owner);
  const { services, found } = await findService(reeve, timeoutMs, isMeant);
  const exact = services.find(({ name }) => name === target);
  const service = exact ?? found;
  if (service === undefined) {
    const names = services.map(({ name }) => name);
    // It may have been meant as a service with a dot in its name.
    const isService = dot <= 0 || nearNames(target, names).length > 0;
    throw unknownService(isService ? target : owner, services);
  }
  if (service.workers.length === 0) throw noWorker(service.name);
  return { service, method: service === exact ? undefined : method };
}

function versionOf(service: string, versions: readonly VersionStatus[], wanted: string | undefined): string {
  const known = versions.map(({ version }) => version);
  const version = wanted ?? known[0]!;
  if (known.includes(version)) return version;
  const next = didYouMean(version, known) ?? `versions here: ${known.join(', ')}`;
  throw usageError(`no worker serves version ${version} of "${service}"`, next);
}

function withoutContract({ name, methods }: ServiceStatus): Error {
  const message = `[unimplemented] the workers of "${name}" speak Majordomo: it has no contract to describe`;
  const next = `call it all the same: reeve call ${name}.${methods[0]!.name}`;
  return new CommandError({ code: 'unimplemented', reason: 'no_contract', message, next });
}

function ownService(): Error {
  const message = `${BROKER_SERVICE} is what the broker answers itself, and has no contract to describe`;
  return usageError(message, `docs/protocol.md lists its methods; try reeve call ${BROKER_SERVICE}.stats`);
}

function jsonOf(description: ServiceDescription, names: readonly string[], versions: readonly VersionStatus[]): object {
  const { name, version, doc, methods } = description;
  return {
    service: { name, version, doc, versions },
    methods: names.map((method) => {
      const { input: _, output: _output, errors: _errors, ...rest } = methods[method]!;
      return { name: method, ...rest, schema: methodSchema(description, method) };
    }),
  };
}

/** How the versions of services begin whose workers know no contracts. */
const MAJORDOMO = 'MDP/';
