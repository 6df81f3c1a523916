import type { MethodDescriptor, ServiceDescriptor } from '@reeve/protocol';
import type { FormerVersions } from '../former/former-versions.ts';
import { onlyWire } from '../model/map-shape.ts';
import type { MethodModel, ServiceModel } from '../model/model.ts';
import { GeneratedFile } from './generated-file.ts';
import { literalText } from './literal-text.ts';
import { type PrintOptions, ServiceNames } from './service-names.ts';

/** Prints the service as plain data. It imports nothing, so that clients and workers can share it. */
export function printDescriptor(service: ServiceModel, options: PrintOptions): string {
  const names = new ServiceNames(service, options);
  const file = new GeneratedFile(names.preamble);
  file.jsDoc(`What programs know about the service \`${service.name}\`.`);
  file.print(`export const ${names.descriptor} = ${literalText(descriptorOf(service, options.former))} as const;`);
  return file.toString();
}

/** The service as client, worker, broker and CLI know it. Comments on fields stay in the types. */
export function descriptorOf(
  { name, version, doc, methods, types }: ServiceModel,
  former?: ReadonlyMap<string, FormerVersions>,
): ServiceDescriptor {
  return {
    name,
    version,
    ...(doc === undefined ? {} : { doc }),
    methods: Object.fromEntries(
      methods.map((method) => [method.name, methodDescriptorOf(method, former?.get(method.name))]),
    ),
    shapes: Object.fromEntries(types.map((type) => [type.name, onlyWire(type.shape)])),
  };
}

function methodDescriptorOf(method: MethodModel, former: FormerVersions = NONE): MethodDescriptor {
  const { name, fingerprint, idempotent, key, timeoutMs, leaseMs, finish, doc, input, output, errors } = method;
  const { accepts, refuses, acceptsWorkers, refusesWorkers } = former;
  return {
    name,
    fingerprint,
    accepts,
    ...(refuses.length === 0 ? {} : { refuses }),
    ...(acceptsWorkers.length === 0 ? {} : { acceptsWorkers }),
    ...(refusesWorkers.length === 0 ? {} : { refusesWorkers }),
    idempotent,
    key,
    timeoutMs,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(finish ? { finish } : {}),
    ...(doc === undefined ? {} : { doc }),
    input: onlyWire(input.wire),
    output: onlyWire(output.wire),
    errors: Object.fromEntries(
      errors.map(({ name: errorName, code, data }) => [
        errorName,
        { code, ...(data === undefined ? {} : { data: onlyWire(data.wire) }) },
      ]),
    ),
  };
}

const NONE: FormerVersions = { accepts: [], refuses: [], acceptsWorkers: [], refusesWorkers: [] };
