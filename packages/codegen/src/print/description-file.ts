import type { ServiceModel } from '../model/model.ts';
import { descriptionOf } from '../reference/description.ts';
import { GeneratedFile } from './generated-file.ts';
import { literalText } from './literal-text.ts';
import { type PrintOptions, ServiceNames } from './service-names.ts';

/** Prints what the contract says to people. Workers load it when somebody asks a broker; nobody else does. */
export function printDescription(service: ServiceModel, options: PrintOptions): string {
  const names = new ServiceNames(service, options);
  const file = new GeneratedFile(names.preamble);
  file.jsDoc(
    `What the service \`${service.name}\` says of itself, as it goes over the wire: a \`ServiceDescription\`.`,
  );
  // Checking a type that nobody here relies on would cost the compiler more than all other files.
  file.print(`export const ${names.description}: unknown = ${literalText(descriptionOf(service))};`);
  return file.toString();
}
